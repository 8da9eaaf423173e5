"""The texts, by template. Placeholders are filled while sending; a secret stands in `secret` and is never stored here."""

from dataclasses import dataclass
from typing import Any

SIGNATURE = """
--
{sender}
電子契約サービス ヘルプデスク  {phone}
受付 9:00〜12:00、13:00〜18:00（土日祝・12/29〜1/3を除く）
{site}
"""


@dataclass(frozen=True, slots=True)
class Text:
    """One e-mail: subject and body."""

    subject: str
    body: str


TEXTS = {
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

心当たりのない場合や、eTokenを紛失した場合は、すぐにヘルプデスクへご連絡ください。

Your certificate was issued. If you did not ask for it, or lose the eToken, call the help desk at once.
""",
    ),
    "certificate_revoked": Text(
        "【CECSIGN】電子証明書を失効しました / Your certificate was revoked",
        """{name} 様

次の電子証明書を失効しました。以後、この電子証明書で署名することはできません。

シリアル番号  {serial}
失効日時      {revoked_at}（日本時間）
失効理由      {reason}

eTokenは破棄せず、ヘルプデスクの案内をお待ちください。
心当たりのない場合は、すぐにヘルプデスクへご連絡ください。

Your certificate was revoked. Signatures made with it from now on are not valid. If you did not expect this,
call the help desk at once.
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
