"""Plain enums that rules, models and screens share. Values are what the database stores."""

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


class SheetStatus(StrEnum):
    """Where a sheet of paper is."""

    HELD = "held"  # on its shelf
    LENT = "lent"
    TO_RETURN = "to_return"  # waits for the mailroom to send it back
    RETURNED = "returned"  # sent back to the sender
    DESTROYED = "destroyed"
    VOID = "void"  # its label was made, but it was not in the envelope


class SheetEventKind(StrEnum):
    """A line in the book of use and disposal (施行規則12(1)(iv)ト)."""

    RECEIVED = "received"
    NOT_IN_ENVELOPE = "not_in_envelope"
    SHELVED = "shelved"
    LENT = "lent"
    GIVEN_BACK = "given_back"
    RETURN_DECIDED = "return_decided"
    RETURN_STOPPED = "return_stopped"
    RETURNED = "returned"
    CAME_BACK = "came_back"  # the post could not deliver what was sent back
    MASKED = "masked"  # an individual number was blacked out, for good
    DISCLOSED = "disclosed"
    DISPOSAL_PROPOSED = "disposal_proposed"
    DISPOSAL_WITHDRAWN = "disposal_withdrawn"
    DESTROYED = "destroyed"


class HoldKind(StrEnum):
    """Why the papers of a case may not be destroyed although their date has passed."""

    DISPUTE = "dispute"
    DISCLOSURE = "disclosure"
    AUDIT = "audit"


class DisposalStatus(StrEnum):
    """Life of a list of sheets to destroy."""

    PROPOSED = "proposed"
    DONE = "done"
    WITHDRAWN = "withdrawn"


class NoticeStatus(StrEnum):
    """Life of a deficiency notice."""

    OPEN = "open"
    ANSWERED = "answered"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class Remedy(StrEnum):
    """What the company must do about a deficient paper."""

    SEND = "send"  # the paper is missing: send it
    SEND_NEW = "send_new"  # send a new one; we keep what came
    CORRECT = "correct"  # it goes back to you: correct it and send it again
    EXPLAIN = "explain"


class LetterKind(StrEnum):
    """What a mail piece carries. Only the approval notice goes to a holder and holds a secret."""

    APPROVAL_NOTICE = "approval_notice"
    DEFICIENCY_NOTICE = "deficiency_notice"
    REFUSAL_NOTICE = "refusal_notice"
    WITHDRAWAL_NOTICE = "withdrawal_notice"
    LAPSE_NOTICE = "lapse_notice"


class Posting(StrEnum):
    """How a mail piece travels."""

    RESTRICTED = "restricted"  # 一般書留・本人限定受取: letter with eToken
    SIMPLE_REGISTERED = "simple_registered"  # 簡易書留: with papers that go back
    RECORDED = "recorded"  # 特定記録
    ORDINARY = "ordinary"  # 普通郵便: no item number


class PapersFate(StrEnum):
    """What becomes of the papers of a closed case."""

    KEPT = "kept"
    RETURNED = "returned"


class RefusalReason(StrEnum):
    """Why an application is refused, as the letter words it."""

    IDENTITY = "identity"
    INTENTION = "intention"
    SEAL = "seal"
    AUTHORITY = "authority"
    UNTRUE = "untrue"
    NOT_ANSWERED = "not_answered"
    TERMS = "terms"
    OTHER = "other"


class ProfileStatus(StrEnum):
    """Life of a version of the approval profile."""

    PROPOSED = "proposed"
    ACTIVE = "active"
    RETIRED = "retired"
    REJECTED = "rejected"


class DisclosureStatus(StrEnum):
    """Life of a request for disclosure (施行規則6(14))."""

    RECEIVED = "received"
    GRANTED = "granted"
    REFUSED = "refused"


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


class ControlSide(StrEnum):
    """Which of the two sides of four eyes a person stands on in a case."""

    WORKED = "worked"
    DECIDED = "decided"


class DecisionKind(StrEnum):
    """Recorded decisions on an application."""

    REVIEWED = "reviewed"
    APPROVED = "approved"  # one step of the approval profile
    EMERGENCY_APPROVED = "emergency_approved"
    REFUSED = "refused"
    VOIDED = "voided"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class ContactRole(StrEnum):
    """The two contacts of form 4."""

    CONTACT = "contact"  # 連絡担当者
    BILLING = "billing"  # 請求担当者


class MailPieceStatus(StrEnum):
    """Life of a mail piece."""

    PREPARED = "prepared"
    PRINTED = "printed"
    ENCLOSED = "enclosed"
    POSTED = "posted"
    NOTIFIED = "notified"
    DELIVERED = "delivered"
    RETURNED = "returned"
    LOST = "lost"
    SPOILED = "spoiled"
    STOPPED = "stopped"  # taken back before it left the house


class EmailStatus(StrEnum):
    """Life of an e-mail."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


class TokenStatus(StrEnum):
    """Life of an eToken."""

    IN_STOCK = "in_stock"
    RESERVED = "reserved"
    ENCLOSED = "enclosed"
    POSTED = "posted"
    HELD = "held"
    ACTIVE = "active"
    LOST = "lost"
    DAMAGED = "damaged"
    RETURNED = "returned"
    RETIRED = "retired"


class PinKind(StrEnum):
    """The two PINs of the seed."""

    APPLICATION = "application"  # 申請PIN
    DOWNLOAD = "download"  # ダウンロードPIN


class PinStatus(StrEnum):
    """Life of a secret."""

    ISSUED = "issued"
    RESERVED = "reserved"
    USED = "used"
    EXPIRED = "expired"
    LOCKED = "locked"
    DESTROYED = "destroyed"


class EnrolmentStatus(StrEnum):
    """Life of the holder's web application for a certificate."""

    OPENED = "opened"  # 申請PIN accepted, ダウンロードPIN on its way
    REQUESTED = "requested"  # CSR accepted
    ISSUED = "issued"
    REFUSED = "refused"


class CertificateStatus(StrEnum):
    """Life of a certificate."""

    SERIAL_RESERVED = "serial_reserved"
    INTENDED = "intended"
    ISSUED = "issued"
    ACTIVE = "active"
    REVOCATION_REQUESTED = "revocation_requested"
    REVOKED = "revoked"
    EXPIRED = "expired"
    SUSPECT = "suspect"


class CaKeyPurpose(StrEnum):
    """What a key of the authority is for."""

    CA = "ca"
    OCSP = "ocsp"
    TSA = "tsa"
    SEAL = "seal"


class AccountStatus(StrEnum):
    """Life of a company account."""

    OPEN = "open"
    CANCELLED = "cancelled"


class CustomerKind(StrEnum):
    """The two kinds of ID on the site."""

    COMPANY_ID = "company_id"  # 企業ID
    USER_ID = "user_id"  # ユーザID


class ContractStatus(StrEnum):
    """Life of a contract case."""

    SEALING = "sealing"
    OPEN = "open"
    COMPLETED = "completed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class PartyStatus(StrEnum):
    """Where one party of a contract stands."""

    WAITING = "waiting"
    OPEN = "open"
    SIGNED = "signed"
    DECLINED = "declined"


class RevisionKind(StrEnum):
    """Why a revision of a contract's file exists."""

    SEALED = "sealed"
    SIGNED = "signed"


class SigningSessionStatus(StrEnum):
    """Life of one attempt to sign."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    EXPIRED = "expired"


class InvoiceStatus(StrEnum):
    """Life of an invoice."""

    ISSUED = "issued"
    SENT = "sent"
    PAID = "paid"
