"""Notices, letters, mail pieces, e-mails. Values are what the database stores."""

from enum import StrEnum


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
    """What we print. Only the approval notice holds a secret; each is an envelope's letter, but for the re-send notice."""

    APPROVAL_NOTICE = "approval_notice"
    DEFICIENCY_NOTICE = "deficiency_notice"
    REFUSAL_NOTICE = "refusal_notice"
    WITHDRAWAL_NOTICE = "withdrawal_notice"
    LAPSE_NOTICE = "lapse_notice"
    RENEWAL_NOTICE = "renewal_notice"  # to a holder: the certificate ends soon
    REVOCATION_NOTICE = "revocation_notice"  # to a holder: the certificate was revoked
    RESEND_NOTICE = "resend_notice"  # lies beside an approval notice that is sent again
    ID_NOTICE = "id_notice"  # to the contact person: the company ID and its user IDs, no password
    INVOICE_COVER = "invoice_cover"  # to the billing contact: lies on an invoice that goes by post


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
    FAILED = "failed"  # for now; it is tried again
    GIVEN_UP = "given_up"  # refused for good, or for too long, or the address is known to bounce
    BOUNCED = "bounced"  # it was taken and came back


class EmailAddressState(StrEnum):
    """What is known of an address."""

    GOOD = "good"
    DOUBTFUL = "doubtful"  # mails come back for passing reasons
    BLOCKED = "blocked"  # there is no such mailbox; nothing is sent until somebody says so


class RestrictedKind(StrEnum):
    """The types of 本人限定受取 (Japan Post, 2026)."""

    BASIC = "basic"  # 基本型
    NOTIFYING = "notifying"  # 特定事項伝達型: identity facts come back to the sender, no agent
    SPECIAL = "special"  # 特例型: one paper of identity, without a photograph too; 施行規則5条1項1号ハ does not have it


class PrintRunStatus(StrEnum):
    """Life of a printing run."""

    PRINTING = "printing"
    STOPPED = "stopped"  # jam, power, somebody stopped it: what is not sure is void
    PRINTED = "printed"
    CLOSED = "closed"  # printed = enclosed = posted, counted


class PostagePayment(StrEnum):
    """How postage is paid."""

    STAMP = "stamp"
    ACCOUNT = "account"  # 料金後納


class OutcomeStatus(StrEnum):
    """What the post says about an item, in its own steps."""

    ACCEPTED = "accepted"  # 引受
    ARRIVED = "arrived"  # 到着・保管, arrival notice sent
    ABSENT = "absent"  # ご不在のため持ち戻り
    MOVED = "moved"  # 窓口の変更
    DELIVERED = "delivered"  # お届け済み
    RETURNING = "returning"  # 返送
    RETURNED = "returned"  # 返送済み, back at the sender
    INVESTIGATED = "investigated"  # 調査中: perhaps lost


class OutcomeSource(StrEnum):
    """How an outcome came in."""

    TYPED = "typed"
    PASTED = "pasted"
    FILE = "file"


class Inspection(StrEnum):
    """How a returned envelope looked."""

    SEALED = "sealed"
    OPENED = "opened"
