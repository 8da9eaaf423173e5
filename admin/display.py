"""How values look: days, moments, yen, and states as a tinted tag with a word."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from flask import Flask
from flask_babel import format_date, lazy_gettext
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

from admin.access import may
from admin.listing import COUNT_CAP
from app.core.clock import now, to_tokyo, today
from app.core.wareki import DateError, format_wareki
from models.enums import (
    AccountStatus,
    ApplicationKind,
    ApplicationStatus,
    Arrival,
    CertificateStatus,
    ChangeItem,
    CheckResult,
    ContractStatus,
    CustomerKind,
    DecisionKind,
    DisclosureStatus,
    DisposalStatus,
    EmailAddressState,
    EmailStatus,
    EnrolmentKind,
    EnrolmentStatus,
    HoldKind,
    Inspection,
    InvoiceStatus,
    JudgementKind,
    LetterKind,
    MailPieceStatus,
    NoticeChannel,
    NoticeStatus,
    OutcomeStatus,
    PaperKind,
    PostagePayment,
    Posting,
    PrintRunStatus,
    ProfileStatus,
    Remedy,
    RestrictedKind,
    RevocationAsker,
    RevocationBatchStatus,
    RevocationChannel,
    RevocationRequestStatus,
    Service,
    SheetEventKind,
    SheetStatus,
    SoPinStatus,
    TokenEventKind,
    TokenStatus,
)

QUIET, BLUE, GREEN, AMBER, RED, VIOLET = "quiet", "blue", "green", "amber", "red", "violet"

# A list, since members of different StrEnums with the same text are equal as keys of a dict.
WORDS: tuple[tuple[StrEnum, Any, str], ...] = (
    (ApplicationStatus.RECEIVED, _l("Received"), QUIET),
    (ApplicationStatus.INCOMPLETE, _l("Incomplete"), AMBER),
    (ApplicationStatus.IN_REVIEW, _l("In review"), BLUE),
    (ApplicationStatus.REVIEWED, _l("Awaiting approval"), VIOLET),
    (ApplicationStatus.APPROVED, _l("Approved"), GREEN),
    (ApplicationStatus.REFUSED, _l("Refused"), RED),
    (ApplicationStatus.WITHDRAWN, _l("Withdrawn"), QUIET),
    (ApplicationStatus.EXPIRED, _l("Lapsed"), QUIET),
    (Service.CONTRACT, _l("Electronic contract service"), QUIET),
    (Service.STORAGE, _l("Original storage service"), QUIET),
    (Service.CERTIFICATE, _l("Certificate service"), QUIET),
    (PaperKind.FORM_1, _l("Form 1: contract or change application"), QUIET),
    (PaperKind.FORM_2, _l("Form 2: notified seal"), QUIET),
    (PaperKind.FORM_3, _l("Form 3: list of certificate applicants"), QUIET),
    (PaperKind.FORM_4, _l("Form 4: contact persons"), QUIET),
    (PaperKind.FORM_5, _l("Form 5: certificate application"), QUIET),
    (PaperKind.FORM_6, _l("Form 6: user ID application"), QUIET),
    (PaperKind.REGISTRY_CERTIFICATE, _l("Certificate of registered matters"), QUIET),
    (PaperKind.COMPANY_SEAL_CERTIFICATE, _l("Company seal certificate"), QUIET),
    (PaperKind.RESIDENCE_CERTIFICATE, _l("Residence certificate"), QUIET),
    (PaperKind.PERSONAL_SEAL_CERTIFICATE, _l("Personal seal certificate"), QUIET),
    (CheckResult.OK, _l("OK"), GREEN),
    (CheckResult.NOT_OK, _l("Not OK"), RED),
    (CheckResult.NOT_APPLICABLE, _l("Not applicable"), QUIET),
    (DecisionKind.REVIEWED, _l("Review finished"), VIOLET),
    (DecisionKind.APPROVED, _l("Approved"), GREEN),
    (DecisionKind.EMERGENCY_APPROVED, _l("Approved by the emergency procedure"), AMBER),
    (DecisionKind.REFUSED, _l("Refused"), RED),
    (DecisionKind.VOIDED, _l("Review voided by a change"), AMBER),
    (DecisionKind.WITHDRAWN, _l("Withdrawn"), QUIET),
    (DecisionKind.EXPIRED, _l("Lapsed"), QUIET),
    (ProfileStatus.PROPOSED, _l("Waits for a second person"), AMBER),
    (ProfileStatus.ACTIVE, _l("In force"), GREEN),
    (ProfileStatus.RETIRED, _l("No longer in force"), QUIET),
    (ProfileStatus.REJECTED, _l("Rejected"), RED),
    (MailPieceStatus.PREPARED, _l("To print"), BLUE),
    (MailPieceStatus.PRINTED, _l("Printed"), VIOLET),
    (MailPieceStatus.ENCLOSED, _l("Enclosed"), VIOLET),
    (MailPieceStatus.POSTED, _l("Posted"), BLUE),
    (MailPieceStatus.NOTIFIED, _l("Arrival notified"), BLUE),
    (MailPieceStatus.DELIVERED, _l("Delivered"), GREEN),
    (MailPieceStatus.RETURNED, _l("Returned"), AMBER),
    (MailPieceStatus.LOST, _l("Lost"), RED),
    (MailPieceStatus.SPOILED, _l("Spoiled"), QUIET),
    (MailPieceStatus.STOPPED, _l("Stopped"), QUIET),
    (LetterKind.APPROVAL_NOTICE, _l("Approval notice with PIN"), QUIET),
    (LetterKind.DEFICIENCY_NOTICE, _l("Deficiency notice"), QUIET),
    (LetterKind.REFUSAL_NOTICE, _l("Refusal"), QUIET),
    (LetterKind.WITHDRAWAL_NOTICE, _l("Confirmation of withdrawal"), QUIET),
    (LetterKind.LAPSE_NOTICE, _l("Notice of lapse"), QUIET),
    (LetterKind.RENEWAL_NOTICE, _l("Renewal notice"), QUIET),
    (LetterKind.REVOCATION_NOTICE, _l("Notice of revocation"), QUIET),
    (Posting.RESTRICTED, _l("Restricted delivery"), QUIET),
    (Posting.SIMPLE_REGISTERED, _l("Simple registered mail"), QUIET),
    (Posting.RECORDED, _l("Recorded mail"), QUIET),
    (Posting.ORDINARY, _l("Ordinary mail"), QUIET),
    (RestrictedKind.BASIC, _l("Basic type"), QUIET),
    (RestrictedKind.NOTIFYING, _l("Notifying type (no agent)"), QUIET),
    (RestrictedKind.SPECIAL, _l("Special type"), RED),
    (PostagePayment.STAMP, _l("Stamps"), QUIET),
    (PostagePayment.ACCOUNT, _l("Deferred account"), QUIET),
    (Inspection.SEALED, _l("Sealed"), GREEN),
    (Inspection.OPENED, _l("Opened"), RED),
    (OutcomeStatus.ACCEPTED, _l("Accepted at the counter"), QUIET),
    (OutcomeStatus.ARRIVED, _l("Kept at the post office"), BLUE),
    (OutcomeStatus.ABSENT, _l("Nobody at home"), AMBER),
    (OutcomeStatus.MOVED, _l("Sent to another office"), QUIET),
    (OutcomeStatus.DELIVERED, _l("Delivered"), GREEN),
    (OutcomeStatus.RETURNING, _l("On its way back"), AMBER),
    (OutcomeStatus.RETURNED, _l("Returned"), AMBER),
    (OutcomeStatus.INVESTIGATED, _l("Being searched for"), RED),
    (PrintRunStatus.PRINTING, _l("Is printing"), BLUE),
    (PrintRunStatus.STOPPED, _l("Stands still"), RED),
    (PrintRunStatus.PRINTED, _l("Printed"), VIOLET),
    (PrintRunStatus.CLOSED, _l("Closed, counts agree"), GREEN),
    (NoticeStatus.OPEN, _l("Waiting for the company"), AMBER),
    (NoticeStatus.ANSWERED, _l("Answered"), GREEN),
    (NoticeStatus.EXPIRED, _l("Lapsed"), QUIET),
    (NoticeStatus.WITHDRAWN, _l("Taken back"), QUIET),
    (Remedy.SEND, _l("Send it"), QUIET),
    (Remedy.SEND_NEW, _l("Send a new one"), QUIET),
    (Remedy.CORRECT, _l("Correct it (goes back)"), QUIET),
    (Remedy.EXPLAIN, _l("Explain"), QUIET),
    (TokenStatus.IN_STOCK, _l("In stock"), QUIET),
    (TokenStatus.RESERVED, _l("Reserved"), BLUE),
    (TokenStatus.ENCLOSED, _l("Enclosed"), VIOLET),
    (TokenStatus.POSTED, _l("Posted"), BLUE),
    (TokenStatus.HELD, _l("With the holder"), VIOLET),
    (TokenStatus.ACTIVE, _l("In use"), GREEN),
    (TokenStatus.LOST, _l("Lost"), RED),
    (TokenStatus.DAMAGED, _l("Damaged"), RED),
    (TokenStatus.RETURNED, _l("Returned"), AMBER),
    (TokenStatus.RETIRED, _l("Retired"), QUIET),
    (CertificateStatus.SERIAL_RESERVED, _l("Serial number reserved"), QUIET),
    (CertificateStatus.INTENDED, _l("About to be signed"), AMBER),
    (CertificateStatus.ISSUED, _l("Issued"), BLUE),
    (CertificateStatus.ACTIVE, _l("Valid"), GREEN),
    (CertificateStatus.REVOCATION_REQUESTED, _l("Revocation requested"), AMBER),
    (CertificateStatus.REVOKED, _l("Revoked"), RED),
    (CertificateStatus.EXPIRED, _l("Expired"), QUIET),
    (CertificateStatus.SUSPECT, _l("Suspect"), RED),
    (RevocationAsker.HOLDER, _l("Holder"), QUIET),
    (RevocationAsker.COMPANY, _l("Company"), QUIET),
    (RevocationAsker.THIRD_PARTY, _l("Third party"), QUIET),
    (RevocationAsker.AUTHORITY, _l("Certification authority"), QUIET),
    (RevocationChannel.SITE_SIGNED, _l("On the site, signed"), QUIET),
    (RevocationChannel.SITE_PIN, _l("On the site, with the revocation PIN"), QUIET),
    (RevocationChannel.PAPER, _l("By post"), QUIET),
    (RevocationChannel.TELEPHONE, _l("By telephone"), QUIET),
    (RevocationChannel.AUTHORITY, _l("Found by ourselves"), QUIET),
    (RevocationRequestStatus.RECEIVED, _l("Received"), AMBER),
    (RevocationRequestStatus.CONFIRMED, _l("Waits for a second person"), VIOLET),
    (RevocationRequestStatus.REVOKED, _l("Revoked"), RED),
    (RevocationRequestStatus.REFUSED, _l("Refused"), QUIET),
    (RevocationRequestStatus.WITHDRAWN, _l("Taken back"), QUIET),
    (RevocationRequestStatus.OVERTAKEN, _l("Revoked on another ground"), QUIET),
    (RevocationBatchStatus.PROPOSED, _l("Waits for a second person"), AMBER),
    (RevocationBatchStatus.CONFIRMED, _l("Being done"), VIOLET),
    (RevocationBatchStatus.DONE, _l("Finished"), GREEN),
    (RevocationBatchStatus.REJECTED, _l("Rejected"), QUIET),
    (EnrolmentStatus.OPENED, _l("Download PIN sent"), BLUE),
    (EnrolmentStatus.REQUESTED, _l("Certificate requested"), VIOLET),
    (EnrolmentStatus.ISSUED, _l("Issued"), GREEN),
    (EnrolmentStatus.REFUSED, _l("Refused"), RED),
    (EnrolmentKind.NEW, _l("On papers"), QUIET),
    (EnrolmentKind.RENEWAL, _l("Online renewal"), QUIET),
    (TokenEventKind.RECEIVED, _l("Taken into stock"), QUIET),
    (TokenEventKind.MOVED, _l("Moved"), QUIET),
    (TokenEventKind.LOST, _l("Lost"), RED),
    (TokenEventKind.DAMAGED, _l("Damaged"), RED),
    (TokenEventKind.INSPECTED, _l("Inspected"), BLUE),
    (TokenEventKind.RETIRED, _l("Retired"), QUIET),
    (TokenEventKind.DESTROYED, _l("Destroyed"), QUIET),
    (SoPinStatus.ASKED, _l("Waits for a second person"), AMBER),
    (SoPinStatus.GRANTED, _l("Granted, not shown yet"), BLUE),
    (SoPinStatus.SHOWN, _l("Shown"), QUIET),
    (SoPinStatus.REFUSED, _l("Refused"), QUIET),
    (NoticeChannel.EMAIL, _l("By e-mail"), QUIET),
    (NoticeChannel.LETTER, _l("By letter"), QUIET),
    (EmailStatus.WAITING, _l("Waiting"), QUIET),
    (EmailStatus.SENDING, _l("Being sent"), BLUE),
    (EmailStatus.SENT, _l("Sent"), GREEN),
    (EmailStatus.FAILED, _l("Failed, tried again"), AMBER),
    (EmailStatus.GIVEN_UP, _l("Given up"), RED),
    (EmailStatus.BOUNCED, _l("Came back"), RED),
    (EmailAddressState.GOOD, _l("Good"), GREEN),
    (EmailAddressState.DOUBTFUL, _l("Mails come back at times"), AMBER),
    (EmailAddressState.BLOCKED, _l("No such mailbox"), RED),
    (AccountStatus.OPEN, _l("Open"), GREEN),
    (AccountStatus.CANCELLED, _l("Cancelled"), QUIET),
    (CustomerKind.COMPANY_ID, _l("Company ID"), VIOLET),
    (CustomerKind.USER_ID, _l("User ID"), BLUE),
    (InvoiceStatus.ISSUED, _l("Issued"), BLUE),
    (InvoiceStatus.SENT, _l("Sent"), VIOLET),
    (InvoiceStatus.PAID, _l("Paid"), GREEN),
    (ContractStatus.SEALING, _l("Being sealed"), QUIET),
    (ContractStatus.OPEN, _l("Open for signature"), BLUE),
    (ContractStatus.COMPLETED, _l("Completed"), GREEN),
    (ContractStatus.DECLINED, _l("Declined"), RED),
    (ContractStatus.WITHDRAWN, _l("Withdrawn"), QUIET),
    (JudgementKind.COMPARISON, _l("Comparison"), QUIET),
    (JudgementKind.DUPLICATE, _l("Possible duplicate"), QUIET),
    (JudgementKind.CIRCUMSTANCE, _l("Circumstance"), QUIET),
    (ApplicationKind.NEW, _l("New application"), QUIET),
    (ApplicationKind.CHANGE, _l("Change"), VIOLET),
    (ApplicationKind.RENEWAL, _l("Renewal on paper"), BLUE),
    (ChangeItem.COMPANY_NAME, _l("Name of the company"), QUIET),
    (ChangeItem.ADDRESS, _l("Address of the company"), QUIET),
    (ChangeItem.REPRESENTATIVE, _l("Representative"), QUIET),
    (ChangeItem.CONTACTS, _l("Contact persons"), QUIET),
    (ChangeItem.FURTHER_USER_IDS, _l("Further user IDs"), QUIET),
    (ChangeItem.FURTHER_CERTIFICATES, _l("Further certificates"), QUIET),
    (ChangeItem.CANCELLATION, _l("Cancellation"), RED),
    (Arrival.REGISTERED_MAIL, _l("Registered mail"), QUIET),
    (Arrival.ORDINARY_MAIL, _l("Ordinary mail"), QUIET),
    (Arrival.BY_HAND, _l("By hand"), QUIET),
    (SheetStatus.HELD, _l("Here"), GREEN),
    (SheetStatus.LENT, _l("Lent"), AMBER),
    (SheetStatus.TO_RETURN, _l("To send back"), BLUE),
    (SheetStatus.RETURNED, _l("Sent back"), QUIET),
    (SheetStatus.DESTROYED, _l("Destroyed"), QUIET),
    (SheetStatus.VOID, _l("Label void"), QUIET),
    (SheetEventKind.RECEIVED, _l("Received"), QUIET),
    (SheetEventKind.NOT_IN_ENVELOPE, _l("Was not in the envelope"), QUIET),
    (SheetEventKind.SHELVED, _l("Put on a shelf"), QUIET),
    (SheetEventKind.LENT, _l("Lent"), AMBER),
    (SheetEventKind.GIVEN_BACK, _l("Given back"), GREEN),
    (SheetEventKind.RETURN_DECIDED, _l("To be sent back"), BLUE),
    (SheetEventKind.RETURN_STOPPED, _l("Not to be sent back after all"), QUIET),
    (SheetEventKind.RETURNED, _l("Sent back"), QUIET),
    (SheetEventKind.CAME_BACK, _l("Brought back by the post"), AMBER),
    (SheetEventKind.MASKED, _l("Scanned with a number blacked out"), VIOLET),
    (SheetEventKind.DISCLOSED, _l("Disclosed"), VIOLET),
    (SheetEventKind.DISPOSAL_PROPOSED, _l("Destruction proposed"), AMBER),
    (SheetEventKind.DISPOSAL_WITHDRAWN, _l("Proposal withdrawn"), QUIET),
    (SheetEventKind.DESTROYED, _l("Destroyed"), RED),
    (HoldKind.DISPUTE, _l("Dispute"), RED),
    (HoldKind.DISCLOSURE, _l("Disclosure"), VIOLET),
    (HoldKind.AUDIT, _l("Audit"), AMBER),
    (DisposalStatus.PROPOSED, _l("Awaits the second person"), AMBER),
    (DisposalStatus.DONE, _l("Destroyed"), QUIET),
    (DisposalStatus.WITHDRAWN, _l("Withdrawn"), QUIET),
    (DisclosureStatus.RECEIVED, _l("Awaits a decision"), AMBER),
    (DisclosureStatus.GRANTED, _l("Granted"), GREEN),
    (DisclosureStatus.REFUSED, _l("Refused"), RED),
)
_LOOKUP = {(type(member), str(member)): (text, tint) for member, text, tint in WORDS}


def word(value: StrEnum) -> str:
    """The word for a state."""
    entry = _LOOKUP.get((type(value), str(value)))
    return str(entry[0]) if entry else str(value)


def tone(value: StrEnum) -> str:
    """The tint of a state's tag."""
    entry = _LOOKUP.get((type(value), str(value)))
    return entry[1] if entry else QUIET


def tag(value: StrEnum) -> Markup:
    """A state as a tinted tag with its word."""
    return Markup('<span class="tag {}">{}</span>').format(tone(value), word(value))


def day(value: date | None) -> str:
    """A day: 2026-11-24."""
    return value.isoformat() if value else "—"


def wareki_day(value: date | None) -> str:
    """A day both ways: 令和8年11月24日 (2026-11-24)."""
    if value is None:
        return "—"
    try:
        return f"{format_wareki(value)} ({value.isoformat()})"
    except DateError:
        return value.isoformat()


def moment(value: datetime | None) -> str:
    """A moment on a clock in Japan, to the minute."""
    return to_tokyo(value).strftime("%Y-%m-%d %H:%M") if value else "—"


def yen(value: int | None) -> str:
    """An amount: ¥12,345."""
    return f"¥{value:,}" if value is not None else "—"


def show(value: Any) -> str | Markup:  # noqa: PLR0911  one line for each type
    """Any value of a table's cell."""
    if value is None or value == "":
        return "—"
    if isinstance(value, StrEnum):
        return tag(value)
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, bool):
        return str(lazy_gettext("yes")) if value else str(lazy_gettext("no"))
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return "; ".join(f"{name}: {each}" for name, each in value.items())
    return escape(value)


def capped(count: int) -> str:
    """A number that `admin.listing.capped_counts` gave: beyond its cap nobody counted."""
    return f"{COUNT_CAP:,}+" if count > COUNT_CAP else f"{count:,}"


def init_app(app: Flask) -> None:
    """Make these known to templates."""
    app.jinja_env.filters.update(
        word=word, tag=tag, day=day, wareki=wareki_day, moment=moment, yen=yen, show=show, capped=capped
    )
    app.jinja_env.globals.update(may=may)
    app.jinja_env.globals.update(today_long=lambda: format_date(today(), "full"), now=now)
