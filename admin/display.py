"""How values look: days, moments, yen, and states as a tinted tag with a word."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from flask import Flask
from flask_babel import format_date, lazy_gettext
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

from admin.access import may
from app.core.clock import now, to_tokyo, today
from app.core.wareki import DateError, format_wareki
from models.enums import (
    AccountStatus,
    ApplicationStatus,
    CertificateStatus,
    CheckResult,
    ContractStatus,
    CustomerKind,
    EmailStatus,
    InvoiceStatus,
    JudgementKind,
    MailPieceStatus,
    PaperKind,
    Service,
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
    (MailPieceStatus.PREPARED, _l("To print"), BLUE),
    (MailPieceStatus.PRINTED, _l("Printed"), VIOLET),
    (MailPieceStatus.ENCLOSED, _l("Enclosed"), VIOLET),
    (MailPieceStatus.POSTED, _l("Posted"), BLUE),
    (MailPieceStatus.NOTIFIED, _l("Arrival notified"), BLUE),
    (MailPieceStatus.DELIVERED, _l("Delivered"), GREEN),
    (MailPieceStatus.RETURNED, _l("Returned"), AMBER),
    (MailPieceStatus.LOST, _l("Lost"), RED),
    (MailPieceStatus.SPOILED, _l("Spoiled"), QUIET),
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
    (EmailStatus.WAITING, _l("Waiting"), QUIET),
    (EmailStatus.SENDING, _l("Being sent"), BLUE),
    (EmailStatus.SENT, _l("Sent"), GREEN),
    (EmailStatus.FAILED, _l("Failed"), RED),
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
    return escape(value)


def init_app(app: Flask) -> None:
    """Make these known to templates."""
    app.jinja_env.filters.update(word=word, tag=tag, day=day, wareki=wareki_day, moment=moment, yen=yen, show=show)
    app.jinja_env.globals.update(may=may)
    app.jinja_env.globals.update(today_long=lambda: format_date(today(), "full"), now=now)
