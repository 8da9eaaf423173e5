"""The built-in wording of our letters, version 1: texts by their names, for each kind of letter. Data.

What stands in braces is filled in when the letter is drawn. A later version has the same names and the same braces.
"""

import re
from collections.abc import Mapping

from models.enums import LetterKind

Texts = Mapping[str, str]
PLACEHOLDER = re.compile(r"\{([a-z_]*)\}")
GREETING = "拝啓　時下ますますご清栄のこととお慶び申し上げます。\n"
LONG_GREETING = (
    "拝啓　時下ますますご清栄のこととお慶び申し上げます。平素は当社サービスをご利用いただき、厚くお礼申し上げます。\n"
)
QUESTIONS = (
    "ご不明な点は、申請番号をお手元にご用意のうえ、ヘルプデスク（TEL {phone}）までお問い合わせください。{desk_hours}。"
)
AGAIN = (
    "いつでもあらためてお申し込みいただけます。その際は、申請書と、発行日から3か月以内に当社へ届く証明書類を、"
    "あらためて一式お送りください。"
)

BUILT_IN: Mapping[LetterKind, Texts] = {
    LetterKind.APPROVAL_NOTICE: {
        "body": "ご提出いただいた申請を審査し、承認いたしましたのでお知らせします。下の「申請PIN」で電子証明書のWEB申請を行い、"
        "同封のイートークン（eToken）に電子証明書を格納してください。申請PINはご本人だけのものです。当社の職員も知りません。",
        "step_1": "設定マニュアルとPC環境設定ツールを下記サイトからダウンロードします。",
        "step_2": "申請番号と申請PINを入力し、証明書の内容を確認して申請します。",
        "step_3": "メールで届くダウンロードPINを使い、eTokenに証明書を格納します。",
        "note_1": "※ 本通知書は再発行できません。受領後の紛失などによる再送は実費を申し受けます。",
        "note_2": "※ 封筒が開いていた場合は使用せず、ヘルプデスクへご連絡ください。",
        "note_3": "※ 申請PINは受領日から3か月で無効になります。",
    },
    LetterKind.DEFICIENCY_NOTICE: {
        "opening": LONG_GREETING
        + "ご提出いただいた申請書類を確認いたしましたところ、次のとおり不足または不備がございました。お手数をおかけしますが、"
        "下記の期限までにご対応くださいますようお願い申し上げます。",
        "send": "簡易書留で、次の宛先へお送りください。\n{address}　{sender}　電子契約サービス　書類受付係\n"
        "封筒に申請番号「{case}」をお書き添えください。本状の写しを同封いただくと、より早く確認できます。",
        "explain": "ヘルプデスク（TEL {phone}）までお電話ください。{desk_hours}。申請番号をお伝えください。",
        "late": "期限までにご対応が確認できない場合、申請は取り下げられたものとして終了し、お預かりの書類をお返しします。"
        "期限に間に合わないときは、お早めにヘルプデスクへご相談ください。行き違いの節はご容赦ください。",
    },
    LetterKind.REFUSAL_NOTICE: {
        "opening": GREETING
        + "このたびは当社サービスにお申し込みいただき、誠にありがとうございました。ご提出いただいた申請を慎重に審査いたしましたが、"
        "下記の理由により承認に至らず、却下といたしましたのでお知らせいたします。ご希望に沿えませんことをお詫び申し上げます。",
        "again": AGAIN,
        "questions": QUESTIONS,
    },
    LetterKind.WITHDRAWAL_NOTICE: {
        "opening": GREETING
        + "下記の申請は、貴社からのお申し出により取り下げられましたので、確認のためお知らせいたします。"
        "取下げのお心当たりがない場合は、お手数ですが至急ヘルプデスクへご連絡ください。",
        "questions": QUESTIONS,
    },
    LetterKind.LAPSE_NOTICE: {
        "opening": GREETING
        + "{notice_day}付の不備通知（{notice}）でお願いいたしました書類等について、期限の{due_on}を過ぎましてもご対応を確認できませんでした。"
        "このため、下記の申請は取り下げられたものとして終了いたしましたのでお知らせいたします。行き違いの節はご容赦のうえ、ヘルプデスクへご連絡ください。",
        "again": AGAIN,
        "questions": QUESTIONS,
    },
    LetterKind.RENEWAL_NOTICE: {
        "opening": LONG_GREETING
        + "ご利用いただいております電子証明書の有効期間が、まもなく満了いたします。満了後はこの電子証明書で署名できなくなりますので、"
        "引き続きご利用になる場合は、下記のお手続きをお願いいたします。更新されない場合、お手続きは必要ありません。",
        "changed": "お名前、会社名または本店所在地に変更があるときは、オンラインでは更新できません。ヘルプデスクへご連絡のうえ、"
        "新しい書類でお申し込みください。",
        "until_then": "満了日まで有効です。満了した後も、有効期間中に行った署名は有効です。",
        "questions": "ご不明な点は、申請番号をお手元にご用意のうえ、ヘルプデスク（TEL {phone}）までお問い合わせください。",
    },
    LetterKind.REVOCATION_NOTICE: {
        "opening": LONG_GREETING
        + "下記の電子証明書を失効いたしましたので、電子署名及び認証業務に関する法律施行規則第6条第12号に基づき、お知らせいたします。"
        "以後、この電子証明書で署名することはできません。",
        "before": "{valid_before}より前にこの電子証明書で行った署名は、失効した後も有効です。",
        "asks": "eTokenは捨てずに保管し、当社からのご案内をお待ちください。引き続き電子証明書が必要な場合は、新しい書類でお申し込みください。"
        "お申し込みの方法は {site}/enrol/renew でご案内しています。",
        "unknown": "この失効にお心当たりがないときは、至急ヘルプデスク（TEL {phone}）までご連絡ください。{desk_hours}。",
    },
    LetterKind.RESEND_NOTICE: {
        "opening": LONG_GREETING
        + "先にお送りした承認通知書とイートークン（eToken）を、下記のとおりあらためてお送りいたします。"
        "同封のものをご確認のうえ、承認通知書に従ってお手続きください。",
        "pin": "先にお送りした通知書（{old}）の申請PINは無効です。同封の承認通知書（{new}）の申請PINをお使いください。"
        "先の通知書がお手元にあるときは、裁断して破棄してください。",
        "free": "再送の費用はいただきません。",
        "charged": "お受け取り後の紛失による再送のため、再送の実費を会社あての次回の請求書に記載いたします。",
        "questions": QUESTIONS,
    },
    LetterKind.ID_NOTICE: {
        "opening": LONG_GREETING
        + "お申し込みいただいた電子契約サービスのIDを発行いたしましたので、お知らせいたします。"
        "IDは、お手続きやお問い合わせのときに必要です。大切に保管してください。",
        "password": "パスワードは、本状にもほかの郵便物にも記載しません。IDごとに、お届けいただいたメールアドレスへ設定用のリンクをお送りしています。"
        "リンクの期限が過ぎたとき、またはメールが届かないときは、{site}/request-link にIDを入力すると、新しいリンクが届きます。",
        "roles": "企業IDは、貴社のユーザIDの契約をすべて閲覧できる管理用のIDです。契約の手続きはユーザIDで行います。ご請求は企業IDあてにいたします。",
        "unknown": "お申し込みにお心当たりがないときは、至急ヘルプデスク（TEL {phone}）までご連絡ください。{desk_hours}。",
    },
    LetterKind.INVOICE_COVER: {
        "opening": LONG_GREETING
        + "下記の請求書をお送りいたしますので、ご査収のうえ、お支払期限までにお振り込みくださいますようお願い申し上げます。",
        "payment": "お振込先は、同封の請求書に記載しております。振込名義の前に請求書番号をお付けください。"
        "行き違いですでにお支払いの節は、ご容赦ください。",
        "questions": "ご請求の内容についてのご不明な点は、請求書番号をお手元にご用意のうえ、ヘルプデスク（TEL {phone}）までお問い合わせください。{desk_hours}。",
    },
}


def fill(text: str, **values: str) -> str:
    """A text with what stands in braces filled in. Braces without a value stay as they are."""
    return PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)
