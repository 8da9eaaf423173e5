"""The texts, by template. Placeholders are filled while sending; a secret stands in `secret` and is never stored here."""

from typing import Any

from mailings.emails.certificate_texts import CERTIFICATE_TEXTS
from mailings.emails.contents_texts import CONTENTS_TEXTS
from mailings.emails.posting_texts import POSTING_TEXTS
from mailings.emails.text import Text

SIGNATURE = """
--
{sender}
電子契約サービス ヘルプデスク  {phone}
受付 9:00〜12:00、13:00〜18:00（土日祝・12/29〜1/3を除く）
{site}
"""

TEXTS = {
    **CERTIFICATE_TEXTS,
    **CONTENTS_TEXTS,
    **POSTING_TEXTS,
    "login": Text(
        "【CECTRUST】IDのお知らせ / Your ID",
        """{name} 様

CECTRUSTサービスのIDを発行しました。
次のリンクからパスワードを設定してください（7日間有効、1回限り）。

{kind}  {login_id}
{secret}

このメールは大切に保管してください。リンクを第三者に渡さないでください。
期限が過ぎたときは、サインイン画面の「リンクを再送」からお申し込みください。

Your CECTRUST ID is {login_id}. Set your password with the link above within seven days; it works once.
""",
    ),
    "download_pin": Text(
        "【CECSIGN】ダウンロードPINのお知らせ / Your download PIN",
        """{name} 様

電子証明書のWEB申請を受け付けました。ダウンロードPINをお知らせします。

申請番号        {application_number}
ダウンロードPIN  {secret}

次のコマンド、またはPC環境設定ツールで、eTokenに電子証明書を格納してください（14日間有効）。
  cectrust enrol --server {site} --application-number {application_number}

大変重要なメールです。印刷して控え、第三者に見せないでください。
心当たりのない場合は、すぐにヘルプデスクへご連絡ください。

This is the download PIN for your certificate. Keep it to yourself; it works for fourteen days.
""",
    ),
    "certificate_issued": Text(
        "【CECSIGN】電子証明書を発行しました / Your certificate was issued",
        """{name} 様

電子証明書を発行しました。

シリアル番号  {serial}
有効期間      {not_before} から {not_after} まで

eTokenにまだ格納されていない場合は、WEB申請の画面（{site}/enrol/）に表示されるコマンドを、もう一度実行してください。

心当たりのない場合や、eTokenを紛失した場合は、すぐにヘルプデスクへご連絡ください。

Your certificate was issued. If it is not on the eToken yet, run the command that {site}/enrol/ shows once more.
If you did not ask for it, or lose the eToken, call the help desk at once.
""",
    ),
    "emergency": Text(
        "【CECSIGN 登録局】緊急承認が行われました {number} / Emergency approval",
        """{name} 様

緊急時の手続により、次の申請が承認されました。

申請番号      {number}
宣言者        {declared_by}
副署者（承認） {countersigned_by}
日時          {at}（日本時間）
理由          {reason}

{due_on} までに、関与していない承認者が事後確認を記録してください（ポータル「緊急承認」）。

An application was approved by the emergency procedure. An approver who took no part in it must follow it up by {due_on}.
""",
    ),
    "invoice_readdressed": Text(
        "【CECTRUST】請求書の宛先変更のお知らせ {number} / Invoice readdressed",
        """{company}
{name} 様

変更申請の承認に伴い、お支払いがお済みでない次の請求書のご案内先を変更しました。

請求書番号  {number}
ご請求額    {total}
お支払期限  {due_on}

発行済みの請求書の記載は変わりません。企業IDでサインインして、請求書のページからダウンロードしてください。
{site}/invoices/

Your open invoice {number} is addressed to you from now on. The issued document itself stays as it is.
""",
    ),
    "contract_turn": Text(
        "【CECTRUST】署名のお願い：{title} / Please sign",
        """{name} 様

{sender_company} から契約書が届いています。内容を確認のうえ署名してください。

案件番号  {number}
件名      {title}
ファイルのSHA-256  {sha256}

{site}/contracts/

A contract waits for your signature. Compare the SHA-256 with what your signing client shows.
""",
    ),
    "contract_completed": Text(
        "【CECTRUST】締結完了：{title} / Contract completed",
        """{name} 様

すべての当事者が署名し、契約書を原本として保管しました。

案件番号  {number}
件名      {title}
原本のSHA-256  {sha256}

原本は次のページで確認・ダウンロードできます。
{site}/contracts/

Everybody has signed. The original is kept; its SHA-256 stands above.
""",
    ),
    "invoice": Text(
        "【CECTRUST】請求書発行のお知らせ {number} / Invoice",
        """{name} 様

請求書を発行しました。企業IDでサインインして、請求書のページからダウンロードしてください。

請求書番号  {number}
ご請求額    {total}
お支払期限  {due_on}

{site}/invoices/

Your invoice {number} is ready for download with your company ID.
""",
    ),
    "deficiency_notice": Text(
        "【CECTRUST】申請書類の不足・不備のお知らせ {case} / Papers needed",
        """{name} 様

お申し込みいただいた申請の書類に、次のとおり不足または不備がございました。
期限までにご対応くださいますようお願いいたします。同じ内容の書面を郵送します。

申請番号      {case}
不備通知番号  {number}
期限          {due_on} 当社必着

{items}

書類は簡易書留で次の宛先へお送りください（封筒に申請番号をお書きください）。
{address} {sender} 電子契約サービス 書類受付係

「事情をお知らせください」とある項目は、ヘルプデスクへお電話ください。
期限までにご対応が確認できない場合、申請は取り下げられたものとして終了します。
期限に間に合わないときは、お早めにヘルプデスクへご相談ください。

Papers of your application {case} are missing or need correction.
Please let them reach us by {due_iso}. A letter with the same list is on its way.
""",
    ),
    "notice_reminder": Text(
        "【CECTRUST】ご確認のお願い：書類の期限が近づいています {case} / Reminder",
        """{name} 様

先にお願いした書類等のうち、次のものがまだ確認できておりません。
行き違いの節はご容赦ください。

申請番号      {case}
不備通知番号  {number}
期限          {due_on} 当社必着

{items}

書類は簡易書留で次の宛先へお送りください（封筒に申請番号をお書きください）。
{address} {sender} 電子契約サービス 書類受付係

期限に間に合わないときは、お早めにヘルプデスクへご相談ください。

We still wait for the papers above; they must reach us by {due_iso}.
Call the help desk if you need more time.
""",
    ),
    "refusal_notice": Text(
        "【CECTRUST】審査結果のお知らせ {case} / Result of the review",
        """{name} 様

{received_on}に受け付けた申請（申請番号 {case}）を慎重に審査いたしましたが、
承認に至らず、却下といたしました。ご希望に沿えませんことをお詫び申し上げます。

理由と書類の取扱いは、郵送する書面に記載しています。
あらためてお申し込みいただくことができます。

Your application {case} could not be approved. A letter with the reason is on its way.
You may apply again at any time.
""",
    ),
    "withdrawal_notice": Text(
        "【CECTRUST】申請の取下げの確認 {case} / Application withdrawn",
        """{name} 様

{received_on}に受け付けた申請（申請番号 {case}）は、貴社からのお申し出により取り下げられました。
書類の取扱いは、郵送する書面に記載しています。

取下げのお心当たりがない場合は、至急ヘルプデスクへご連絡ください。

Your application {case} was withdrawn at your request. A letter confirms it.
If you did not ask for this, call the help desk at once.
""",
    ),
    "lapse_notice": Text(
        "【CECTRUST】申請の終了のお知らせ {case} / Application closed",
        """{name} 様

不備通知（{number}）でお願いした書類等が、期限の{due_on}を過ぎても確認できませんでした。
申請（申請番号 {case}）は、取り下げられたものとして終了いたしました。
行き違いの節はご容赦のうえ、ヘルプデスクへご連絡ください。

書類の取扱いは、郵送する書面に記載しています。あらためてお申し込みいただくことができます。

Your application {case} was closed, since what we asked for did not arrive by {due_iso}.
A letter explains what happens to your papers. You may apply again at any time.
""",
    ),
}


def compose(template: str, values: dict[str, Any], *, secret: str = "") -> Text:
    """Subject and body of an e-mail, filled in.

    Raises:
        KeyError: no such template, or a value is missing.
    """
    text = TEXTS[template]
    filled = {**values, "secret": secret}
    subject = " ".join(text.subject.format(**filled).splitlines())  # a header is one line, whatever a title holds
    return Text(subject, (text.body + SIGNATURE).format(**filled))
