"""E-mails about certificates: to their holders, and about the tokens that they need to the staff. Data."""

from mailings.emails.text import Text

CERTIFICATE_TEXTS = {
    "key_refused": Text(
        "【CECSIGN】鍵を作り直してください / Please make a new key",
        """{name} 様

申請番号 {application_number} の電子証明書について、eTokenで作成された鍵を検査したところ、
安全でないおそれがあるため、発行を見合わせました。電子証明書は発行されておらず、PINも使用済みになっていません。

■ お願い
eTokenを挿して、次のコマンドをもう一度実行してください。新しい鍵が作成されます。
  cectrust enrol --server {site} --application-number {application_number}
ダウンロードPINは、先にお送りしたものをそのままお使いになれます。
期限が過ぎているときは、WEB申請の画面（{site}/enrol/）で再送をお申し込みください。

ほかのプログラムをお使いの場合は、古い鍵を削除し、新しい鍵を作成してください。
もう一度このご案内が届いたときは、eTokenを交換しますので、ヘルプデスクへご連絡ください。

The key made on your eToken was refused, since it may not be safe. No certificate was issued and nothing was used up. Run the
command above again: it makes a new key, and the download PIN you have still works. If it is over, have a new one sent at
{site}/enrol/. If this happens again, call the help desk: the eToken is exchanged.
""",
    ),
    "enrolment_stopped": Text(
        "【CECSIGN】電子証明書の発行を確認しております / We are looking into your certificate",
        """{name} 様

申請番号 {application_number} の電子証明書について、発行の前の検査で確認が必要な点が見つかったため、発行を一時見合わせております。
担当者が内容を確認いたします。電子証明書は発行されておらず、PINも使用済みになっていません。

■ いま、お客様にしていただくことはありません
発行できましたら、あらためてメールでお知らせします。
そのときは、eTokenを挿して次のコマンドをもう一度実行し、電子証明書を格納してください。
eTokenに作成された鍵は、消さないでください。
  cectrust enrol --server {site} --application-number {application_number}

1週間を過ぎてもご連絡がない場合は、ヘルプデスクへお問い合わせください。

Something has to be looked into before your certificate is made; our staff do so now. Nothing was issued and nothing was used
up; there is nothing for you to do. As soon as it is issued you get an e-mail: then run the command above again. Do not
delete the key on the eToken. If you hear nothing for a week, call the help desk.
""",
    ),
    "enrolment_ended": Text(
        "【CECSIGN】電子証明書を発行できませんでした / Your certificate could not be issued",
        """{name} 様

申請番号 {application_number} の電子証明書は、次の理由により発行できませんでした。このお手続きは終了いたしました。

理由
{reason}

お手元の申請PINとダウンロードPINは、お使いになれなくなりました。

■ 引き続き電子証明書が必要な場合
あらためてお申し込みください。必要な書類とくわしい手順： {site}/enrol/renew
eTokenは捨てずに保管し、返送についてはヘルプデスクへお問い合わせください。
電子証明書の発行料金は請求いたしません。

Your certificate could not be issued; this passage is over. The reason is given above. Your PINs are void, and no
certificate is charged. If you need a certificate, please apply again. Keep the eToken and ask the help desk about its return.
""",
    ),
    "renewal_online": Text(
        "【CECSIGN】電子証明書が {not_after} に満了します（更新のご案内） / Your certificate ends on {not_after}",
        """{name} 様

次の電子証明書は、あと{days}日で有効期間が満了します。満了すると、この電子証明書では署名できなくなります。

シリアル番号  {serial}
満了日        {not_after}

■ オンラインで更新できます（書類は要りません）
{opens_on} から満了日までに、eTokenを挿して次のコマンドを実行してください。
  cectrust renew --server {site}
更新後の有効期間は、最長で {online_until} までです。
お名前、会社名、本店所在地に変更がある場合は、オンラインでは更新できません。書類でお申し込みください。
くわしい手順： {site}/enrol/renew

更新しても、いまの電子証明書は満了日まで有効です。これまでの署名も引き続き有効です。
更新しない場合、お手続きは要りません。

Your certificate ends on {not_after}, in {days} days. You can renew it online from {opens_on} on: insert the eToken and
run the command above. The new certificate can last until {online_until} at most.
If your name or your company's name or head office has changed, apply on paper instead.
""",
    ),
    "renewal_papers": Text(
        "【CECSIGN】電子証明書が {not_after} に満了します（再申請のご案内） / Your certificate ends on {not_after}",
        """{name} 様

次の電子証明書は、あと{days}日で有効期間が満了します。満了すると、この電子証明書では署名できなくなります。

シリアル番号  {serial}
満了日        {not_after}

■ 引き続きご利用になるには、新しい書類でのお申し込みが必要です
オンラインで更新できるのは、書類により発行した電子証明書の発行日から5年以内に限られます（電子署名法施行規則第5条第2項）。
お手数ですが、次の書類を簡易書留でお送りください。発行まで2週間ほどかかります。
  ・様式3  電子証明書発行者申請者リスト
  ・様式5  電子証明書発行申請書
  ・住民票の写し（個人番号の記載がないもの）と印鑑登録証明書
    （発行日から3か月以内に当社へ届く原本）
申請書とくわしい手順： {site}/enrol/renew

いまの電子証明書は満了日まで有効です。これまでの署名も引き続き有効です。

Your certificate ends on {not_after}, in {days} days. It cannot be renewed online, since five years at most may lie
between the certificate for your papers and the end of a renewal. Please apply with fresh papers; allow two weeks.
""",
    ),
    "receipt_reminder": Text(
        "【CECSIGN】電子証明書の受領確認のお願い（期限 {due_on}） / Please confirm the receipt by {due_on}",
        """{name} 様

発行した電子証明書の受領を、まだ確認できておりません。

シリアル番号  {serial}
確認の期限    {due_on}（あと{days}日）

eTokenを挿して次のコマンドを実行すると、受領の確認に署名して送信します。
  cectrust confirm --server {site}

期限までに確認できない場合、安全のため電子証明書を失効することがあります。
電子証明書を受け取った覚えがない場合は、すぐにヘルプデスクへご連絡ください。

We have not heard yet that your certificate is on your eToken. Please confirm its receipt by {due_on} with the command above.
If you did not receive it, call the help desk at once. Without a confirmation the certificate may be revoked.
""",
    ),
    "certificate_revoked": Text(
        "【CECSIGN】電子証明書を失効しました / Your certificate was revoked",
        """{name} 様

次の電子証明書を失効しました。以後、この電子証明書で署名することはできません。

シリアル番号  {serial}
失効日時      {revoked_at}（日本時間）
失効の理由    {reason}

■ これまでの署名について
{valid_before}（日本時間）より前にこの電子証明書で行った署名は、失効した後も有効です。

■ お願い
・eTokenは捨てずに保管し、ヘルプデスクの案内をお待ちください。
・引き続き電子証明書が必要な場合は、新しい書類でお申し込みください。 {site}/enrol/renew
・失効に心当たりがない場合は、すぐにヘルプデスクへご連絡ください。

Your certificate was revoked at {revoked_at} (Japanese time). Reason: {reason_en}.
Signatures that you made with it before {valid_before} stay valid; nothing can be signed with it any more.
Keep the eToken until you hear from us. If you need a certificate, apply with fresh papers.
If you did not expect this, call the help desk at once.
""",
    ),
    "revocation_refused": Text(
        "【CECSIGN】失効のご請求について（受付番号 {number}） / Your request for revocation",
        """{name} 様

{asked_at} に受け付けた電子証明書の失効のご請求について、慎重に確認いたしましたが、失効しないことといたしました。

受付番号      {number}
シリアル番号  {serial}
理由          {reason}

この電子証明書は引き続き有効です。eTokenの紛失や盗難のおそれがあるときは、
お待ちにならず、いますぐヘルプデスクへお電話ください。
書類や内容を補って、あらためてご請求いただくこともできます。

Your request {number} of {asked_at} to revoke the certificate was not granted; the certificate stays valid.
If the eToken may be lost or stolen, call the help desk at once. You may ask again with what was missing.
""",
    ),
    "low_stock": Text(
        "【CECSIGN 認証局】eTokenの在庫が少なくなりました：{model} / Low stock of eTokens",
        """{name} 様

eTokenの在庫が発注の目安を下回りました。発注をご検討ください。

型番          {model}
在庫（未使用） {free} 個
発注の目安    {level} 個
確認した日    {day}

在庫がなくなると、承認された方へお送りできなくなります。ポータルの「トークン在庫」で確認できます。

Only {free} eTokens of the model {model} are free; at {level} a new batch should be ordered.
""",
    ),
}
