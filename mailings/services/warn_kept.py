"""Letters that lie at the post office and go back soon: holder and company are told."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import select

from app import audit
from app.core.actor import SYSTEM
from app.core.clock import day_in_tokyo
from app.core.db import db
from app.core.transaction import transaction
from app.jobs import defer
from mailings import queries
from mailings.letters.deficiency_notice import long_day
from mailings.posting_queries import list_kept
from mailings.rules.item_numbers import parse_item_number
from mailings.rules.posting import is_warning_due, tracking_url
from mailings.services.letter_emails import addressed
from mailings.services.send_email import send_email
from models.applications import Applicant
from models.companies import ContactPerson
from models.enums import ContactRole, MailPieceStatus
from models.mail_pieces import MailPiece


def warn_kept(*, warn_days: Sequence[int], now: datetime) -> int:
    """Promise the e-mails about every letter whose day of warning came. Safe to run as often as one likes.

    Args:
        warn_days: days after the arrival notice on which to warn.
        now: the present moment.

    Returns:
        how many letters were warned of.
    """
    ids = [piece.id for piece in list_kept(day_in_tokyo(now)) if _is_due(piece, warn_days, now)]
    return sum(_warn(piece_id, warn_days, now) for piece_id in ids)


def email_kept_letter(piece_id: UUID, *, now: datetime) -> None:
    """Tell the holder at form 5's address, and the company's contact; nothing if it was fetched meanwhile."""
    piece = db.session.get_one(MailPiece, piece_id)
    if piece.status is not MailPieceStatus.NOTIFIED or piece.warned_on is None or piece.applicant_id is None:
        db.session.rollback()
        return
    applicant = db.session.get_one(Applicant, piece.applicant_id)
    company = applicant.application.company
    contact = db.session.scalars(
        select(ContactPerson).where(ContactPerson.company_id == company.id, ContactPerson.role == ContactRole.CONTACT)
    ).first()
    values = _values(piece, now)
    # An e-mail is sent once about one thing: this one is about the warning of one day.
    subject = uuid5(piece.id, piece.warned_on.isoformat())
    letters = [("kept_letter", applicant.email, {**values, "name": applicant.name})]
    if contact is not None:
        name = addressed(company.name, contact.department, contact.name)
        letters.append(("kept_letter_company", contact.email, {**values, "name": name, "holder": applicant.name}))
    db.session.rollback()
    for template, recipient, filled in letters:
        if recipient:
            send_email(template, subject, recipient, filled, now=now)


def _warn(piece_id: UUID, warn_days: Sequence[int], now: datetime) -> bool:
    with transaction():
        piece = queries.piece_for_update(piece_id)
        if not _is_due(piece, warn_days, now):
            return False  # fetched, or warned of by another clock, this moment
        piece.warned_on = day_in_tokyo(now)
        audit.record(
            "letter:warn",
            subject_type="mail_piece",
            subject_id=piece.id,
            actor=SYSTEM,
            detail={"number": piece.number, "kept_until": str(piece.kept_until)},
        )
        defer("mailings.jobs.email_kept_letter", piece.id)
        return True


def _is_due(piece: MailPiece, warn_days: Sequence[int], now: datetime) -> bool:
    if piece.status is not MailPieceStatus.NOTIFIED or piece.applicant_id is None:
        return False
    if piece.notified_on is None or piece.kept_until is None:
        return False
    return is_warning_due(piece.notified_on, piece.kept_until, piece.warned_on, warn_days, day_in_tokyo(now))


def _values(piece: MailPiece, now: datetime) -> dict[str, str]:
    assert piece.item_number is not None
    assert piece.notified_on is not None
    assert piece.kept_until is not None
    return {
        "item_number": parse_item_number(piece.item_number).formatted,
        "notified_on": long_day(piece.notified_on),
        "kept_until": piece.kept_until.isoformat(),
        "days": str((piece.kept_until - day_in_tokyo(now)).days),
        "tracking": tracking_url(piece.item_number),
    }
