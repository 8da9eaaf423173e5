"""Applications, their papers, and what is found on them. Values are what the database stores."""

from enum import StrEnum


class Service(StrEnum):
    """What a company applies for."""

    CONTRACT = "contract"  # CECTRUST 電子契約サービス
    STORAGE = "storage"  # CECTRUST 原本保管サービス
    CERTIFICATE = "certificate"  # CECSIGN 認証サービス


class ApplicationKind(StrEnum):
    """Kinds of paper application (form 1)."""

    NEW = "new"
    CHANGE = "change"
    RENEWAL = "renewal"


class ChangeItem(StrEnum):
    """What a change application (form 1) changes."""

    COMPANY_NAME = "company_name"
    ADDRESS = "address"
    REPRESENTATIVE = "representative"
    CONTACTS = "contacts"
    FURTHER_USER_IDS = "further_user_ids"
    FURTHER_CERTIFICATES = "further_certificates"
    CANCELLATION = "cancellation"


class Arrival(StrEnum):
    """How an envelope came."""

    REGISTERED_MAIL = "registered_mail"  # 簡易書留: what the guide asks for
    ORDINARY_MAIL = "ordinary_mail"  # a sheet sent after a deficiency notice
    BY_HAND = "by_hand"


class ApplicationStatus(StrEnum):
    """Life of an application."""

    RECEIVED = "received"
    INCOMPLETE = "incomplete"
    IN_REVIEW = "in_review"
    REVIEWED = "reviewed"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class PaperKind(StrEnum):
    """The ten documents of the guide, in its order."""

    FORM_1 = "form_1"  # 法人利用契約書・変更申請書
    FORM_2 = "form_2"  # 届出印申請書
    FORM_3 = "form_3"  # 電子証明書発行者申請者リスト
    FORM_4 = "form_4"  # 担当者申請書
    FORM_5 = "form_5"  # 電子証明書発行申請書
    FORM_6 = "form_6"  # ユーザID申請書
    REGISTRY_CERTIFICATE = "registry_certificate"  # 登記事項証明書
    COMPANY_SEAL_CERTIFICATE = "company_seal_certificate"  # 法人代表者印に係る印鑑証明書
    RESIDENCE_CERTIFICATE = "residence_certificate"  # 住民票
    PERSONAL_SEAL_CERTIFICATE = "personal_seal_certificate"  # 印鑑登録証明書


class CheckResult(StrEnum):
    """What an officer found."""

    OK = "ok"
    NOT_OK = "not_ok"
    NOT_APPLICABLE = "not_applicable"


class JudgementKind(StrEnum):
    """What an officer judged with a reason, since no rule may."""

    COMPARISON = "comparison"  # two papers write a name or an address differently
    DUPLICATE = "duplicate"  # the person has a live certificate of this company already
    CIRCUMSTANCE = "circumstance"  # no registered seal, former surname, common name, hidden address …


class ContactRole(StrEnum):
    """The two contacts of form 4."""

    CONTACT = "contact"  # 連絡担当者
    BILLING = "billing"  # 請求担当者
