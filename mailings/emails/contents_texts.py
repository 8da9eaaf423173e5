"""E-mails about the contents of a certificate that is not there yet. Data."""

from mailings.emails.text import Text

CONTENTS_TEXTS = {
    "contents_refused": Text(
        "【CECSIGN】電子証明書の記載内容を確認しております / We are looking into the contents of your certificate",
        """{name} 様

申請番号 {application_number} の電子証明書の記載内容について、確認が必要であることを承りました。
担当者が申請書類と照らし合わせて確認いたします。申請PINは使用済みになっていません。

■ いま、お客様にしていただくことはありません
確認できましたら、あらためてメールでお知らせします。それまで、WEB申請には同意なさらないでください。
申請PINの書かれた通知書は、そのまま保管してください。

WEB申請の画面を開いた覚えがない場合は、すぐにヘルプデスクへご連絡ください。
1週間を過ぎてもご連絡がない場合も、ヘルプデスクへお問い合わせください。

The contents of your certificate have to be looked into; our staff compare them with your papers now. Nothing was used up.
There is nothing for you to do: you get another e-mail. Keep the letter with the PIN, and do not agree until then.
If it was not you who opened the web application, call the help desk at once. If you hear nothing for a week, call the help desk.
""",
    ),
    "contents_answered": Text(
        "【CECSIGN】電子証明書の記載内容をもう一度ご確認ください / Please look at your certificate's contents again",
        """{name} 様

申請番号 {application_number} の電子証明書の記載内容について、確認の結果をお知らせします。

{answer}

■ お願い
WEB申請の画面で、記載内容をもう一度ご確認ください。正しければ、そのままお申し込みいただけます。
  {site}/enrol/
申請番号と、通知書に書かれた申請PINをお使いください。

まだ正しくないときは、同意せずに、同じ画面からお知らせください。

We have looked into the contents of your certificate; the answer is given above. Please look at them again at {site}/enrol/
with the application number and the PIN of the letter. If they are right, you can apply. If not, do not agree; tell us there.
""",
    ),
    "contents_ended": Text(
        "【CECSIGN】電子証明書を発行できませんでした / Your certificate could not be issued",
        """{name} 様

申請番号 {application_number} の電子証明書は、次の理由により発行できませんでした。このお手続きは終了いたしました。

理由
{reason}

お手元の申請PINは、お使いになれなくなりました。

■ 引き続き電子証明書が必要な場合
あらためてお申し込みください。必要な書類とくわしい手順： {site}/enrol/renew
eTokenは捨てずに保管し、返送についてはヘルプデスクへお問い合わせください。
電子証明書の発行料金は請求いたしません。

Your certificate could not be issued; this passage is over. The reason is given above. Your PIN is void, and no
certificate is charged. If you need a certificate, please apply again. Keep the eToken and ask the help desk about its return.
""",
    ),
}
