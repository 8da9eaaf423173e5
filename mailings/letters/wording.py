"""What letters to companies say about papers, sentence by sentence. Data: for a clerk of a construction company.

A fault found by registration is worded by its code; a check or field by its own. What has no sentence here cannot be put to a
company: tests/unit/mailings/test_wording.py holds this list against the checklist.
"""

import re

from models.enums import PaperKind as P
from models.enums import RefusalReason, Remedy

PAPERS = {
    P.FORM_1: "様式1　法人利用契約書・変更申請書",
    P.FORM_2: "様式2　届出印申請書",
    P.FORM_3: "様式3　電子証明書発行者申請者リスト",
    P.FORM_4: "様式4　担当者申請書",
    P.FORM_5: "様式5　電子証明書発行申請書",
    P.FORM_6: "様式6　ユーザID申請書",
    P.REGISTRY_CERTIFICATE: "登記事項証明書",
    P.COMPANY_SEAL_CERTIFICATE: "法人代表者印の印鑑証明書",
    P.RESIDENCE_CERTIFICATE: "住民票の写し",
    P.PERSONAL_SEAL_CERTIFICATE: "印鑑登録証明書",
}
FORMS = frozenset({P.FORM_1, P.FORM_2, P.FORM_3, P.FORM_4, P.FORM_5, P.FORM_6})

# What is wrong, by fault. {day} is the date of issue, {field} a field of the form.
FAULTS = {
    "missing": "まだ当社に届いておりません。",
    "stale": "発行日（{day}）から3か月を過ぎて当社に届きました。",
    "from-the-future": "発行日（{day}）が、当社に届いた日より後の日付になっています。",
    "no-date": "発行日を確認できませんでした。",
    "field-missing": "「{field}」の記載がないか、読み取れませんでした。",
    "registry-closed": "閉鎖事項証明書のため、現在の内容を確認できませんでした。",
    "registry-summary": "登記事項要約書は証明書ではないため、お受けできません。",
    "registry-printout": "登記情報提供サービスの印刷物は証明書ではないため、お受けできません。",
    "differs": "「{field}」の記載が、ほかの書類の記載と一致していません。",
    "differs-denied": "「{field}」の記載が、ほかの書類の記載と一致していません。",
    "other": "",  # the officer's words alone
}

# What is wrong, by check that was found not OK.
CHECKS = {
    "filled-in": "記入漏れ、または署名・押印の漏れがあります。",
    "company-matches-registry": "会社名または本店所在地が、登記事項証明書の記載と一致していません。",
    "representative-seal-matches-certificate": "代表者印の印影が、印鑑証明書の印影と一致していません。",
    "notified-seal-clear": "届出印の印影が不鮮明です。",
    "notified-seal-matches-form-2": "届出印の印影が、様式2の印影と一致していません。",
    "applicants-listed": "申請者の氏名またはイートークンの数が、ほかの書類と一致していません。",
    "contacts-complete": "連絡担当者または請求担当者の氏名・メールアドレスが不足しています。",
    "applicant-matches-residence-certificate": "申請者の氏名・住所・生年月日が、住民票の記載と一致していません。",
    "seal-matches-seal-certificate": "申請者の実印の印影が、印鑑登録証明書の印影と一致していません。",
    "explanation-given": "重要事項の説明を確認した旨の記入がありません。",
    "original": "写し（コピー）が入っていました。原本が必要です。",
    "registrar-seal": "登記官の認証文または職印を確認できませんでした。",
    "matches-registry": "会社名・本店所在地・代表者が、登記事項証明書の記載と一致していません。",
    "no-individual-number": "個人番号（マイナンバー）が記載されています。法令により、当社ではお預かりできません。",
    "mayor-seal": "市区町村長の認証文または職印を確認できませんでした。",
    "matches-residence-certificate": "氏名・住所・生年月日が、住民票の記載と一致していません。",
}

LINE = re.compile(r"_[0-9]+$")  # form 3 has a field for each of its lines: listed_name_2

# A check or fault that is newer than this list: true, and the officer's words say the rest.
UNWORDED = "内容に確認を要する点がございました。"

FIELDS = {
    "postal_code": "郵便番号",
    "company_postal_code": "郵便番号",
    "company_name": "会社名",
    "head_office": "本店所在地",
    "representative_title": "代表者の役職名",
    "representative_name": "代表者氏名",
    "company_number": "会社法人等番号",
    "contact_name": "連絡担当者の氏名",
    "contact_email": "連絡担当者のメールアドレス",
    "contact_department": "連絡担当者の所属部署",
    "billing_name": "請求担当者の氏名",
    "billing_email": "請求担当者のメールアドレス",
    "billing_department": "請求担当者の所属部署",
    "email": "メールアドレス（ダウンロードPINの送付先）",
    "name_romaji": "氏名のローマ字表記",
    "user_id_email": "メールアドレス（ユーザID）",
    "name": "氏名",
    "address": "住所",
    "birth_date": "生年月日",
    "name_kana": "氏名のフリガナ",
    "sex": "性別",
    "former_surname": "旧氏",
    "common_name": "通称",
    "listed_name": "申請者リストの氏名",
    "corporate_number": "法人番号",
    "registration_number": "適格請求書発行事業者の登録番号",
    "registry_kind": "登記事項証明書の種類",
    "explanation_date": "重要事項の説明を受けた日",
    "explanation_version": "重要事項説明書の版",
}

# What to do: for one check or fault first, then for a form or an official certificate.
FRESH = "発行日から3か月以内に当社へ届く原本1通"
ASKS_OF = {
    ("missing", Remedy.SEND, True): "ご記入・押印のうえ、お送りください。",
    ("missing", Remedy.SEND, False): f"{FRESH}をお送りください。",
    ("registry-closed", Remedy.SEND_NEW, False): f"履歴事項または現在事項全部証明書で、{FRESH}をお送りください。",
    ("registry-summary", Remedy.SEND_NEW, False): f"履歴事項または現在事項全部証明書で、{FRESH}をお送りください。",
    ("registry-printout", Remedy.SEND_NEW, False): f"履歴事項または現在事項全部証明書で、{FRESH}をお送りください。",
    ("no-individual-number", Remedy.SEND_NEW, False): f"個人番号の記載を省略した、{FRESH}をお送りください。",
}
ASKS = {
    (Remedy.SEND, True): "ご記入・押印のうえ、お送りください。",
    (Remedy.SEND, False): f"{FRESH}をお送りください。",
    (Remedy.SEND_NEW, True): "新しい用紙にご記入・押印のうえ、あらためてお送りください。",
    (Remedy.SEND_NEW, False): f"あらためてお取り寄せのうえ、{FRESH}をお送りください。",
    (Remedy.CORRECT, True): "本状に同封してお返しします。訂正のうえ、あらためてお送りください。",
    (Remedy.EXPLAIN, True): "事情をヘルプデスクまでお知らせください。",
    (Remedy.EXPLAIN, False): "事情をヘルプデスクまでお知らせください。",
}
GOES_BACK = "お預かりした書類は本状に同封してお返しします。"

REFUSALS = {
    RefusalReason.IDENTITY: "申請者ご本人であることを、ご提出の書類により確認できませんでした。",
    RefusalReason.INTENTION: "申請がご本人の意思によるものであることを確認できませんでした。",
    RefusalReason.SEAL: "ご提出の書類の印影が、印鑑（登録）証明書の印影と一致しませんでした。",
    RefusalReason.AUTHORITY: "申請者が貴社の業務において利用する権限を有することを確認できませんでした。",
    RefusalReason.UNTRUE: "ご提出の書類の記載に、事実と異なる点がありました。",
    RefusalReason.NOT_ANSWERED: "お願いした書類の補正が、期限までに完了しませんでした。",
    RefusalReason.TERMS: "利用規約に定める利用の条件を満たしていませんでした。",
    RefusalReason.OTHER: "",  # the approver's words alone
}


def what_is_wrong(code: str, detail: str, *, day: str = "") -> str:
    """The sentence for a fault.

    Args:
        code: of the fault.
        detail: the check or field that it is about.
        day: date of issue as printed.

    """
    if code == "not-ok":
        return CHECKS.get(detail, UNWORDED)
    return FAULTS.get(code, UNWORDED).format(day=day, field=FIELDS.get(LINE.sub("", detail), "記入欄"))


def what_to_do(kind: P, code: str, detail: str, remedy: Remedy, *, goes_back: bool) -> str:
    """The sentence that asks for something.

    Raises:
        KeyError: this remedy does not exist for the paper.
    """
    is_form = kind in FORMS
    about = detail if code == "not-ok" else code
    asked = ASKS_OF.get((about, remedy, is_form)) or ASKS[remedy, is_form]
    return asked + (GOES_BACK if goes_back and remedy is not Remedy.CORRECT else "")
