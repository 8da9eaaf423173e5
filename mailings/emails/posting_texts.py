"""E-mails about letters that lie at the post office. Data."""

from mailings.emails.text import Text

POSTING_TEXTS = {
    "kept_letter": Text(
        "【CECSIGN】郵便局での保管期限は {kept_until} です（本人限定受取郵便） / Please fetch your letter by {kept_until}",
        """{name} 様

申請PINとeTokenをお送りした本人限定受取郵便が、郵便局で保管されています。
保管期限を過ぎると差出人へ返送され、あらためて発行し直すことになります。期限までにお受け取りください。

お問い合わせ番号  {item_number}
到着のお知らせ    {notified_on}
保管期限          {kept_until}（あと{days}日）
配送状況          {tracking}

受け取りには、郵便局からの「到着のお知らせ」と、顔写真付きの本人確認書類が必要です。
ご都合のよい郵便局の窓口に変更できる場合があります。「到着のお知らせ」をご覧ください。

A letter with your PIN and eToken is kept at the post office until {kept_until}; after that it goes back.
Bring the arrival notice and an identity document with photograph.
""",
    ),
    "kept_letter_company": Text(
        "【CECSIGN】{holder} 様あての郵便物の保管期限は {kept_until} です / A letter is kept until {kept_until}",
        """{name} 様

お申し込みいただいた電子証明書について、次の方あての本人限定受取郵便が、郵便局で保管されたままです。
保管期限までにお受け取りくださるよう、ご本人へお伝えください。期限を過ぎると差出人へ返送されます。

受取人            {holder} 様
お問い合わせ番号  {item_number}
到着のお知らせ    {notified_on}
保管期限          {kept_until}（あと{days}日）

A letter to a certificate applicant of your company is kept at the post office until {kept_until}; please remind its addressee.
""",
    ),
}
