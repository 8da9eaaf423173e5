"""Reading mail pieces, e-mails and what they are about."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, literal_column, select
from sqlalchemy.orm import joinedload

from app.core.db import db
from app.core.errors import NotFoundError
from mailings import account_letters
from models.applications import Applicant, Application
from models.certificates import Certificate, CertificateNotice
from models.companies import Company
from models.enums import LetterKind, MailPieceStatus, Posting, TokenStatus
from models.mail_pieces import ON_THE_WAY, MailPiece
from models.notices import CaseLetter, LetterEnclosure
from models.tokens import Token

ORDINARY = "ordinary"
BLOCKED = "blocked"  # a tab, too: an officer must decide
CANNOT_BE_PRINTED = (MailPiece.status == MailPieceStatus.PREPARED, MailPiece.blocked_reason.is_not(None))
LIVE = (
    MailPieceStatus.PREPARED,
    MailPieceStatus.PRINTED,
    MailPieceStatus.ENCLOSED,
    MailPieceStatus.POSTED,
    MailPieceStatus.NOTIFIED,
)


def piece_for_update(piece_id: UUID) -> MailPiece:
    """A piece, locked. Raises NotFoundError."""
    piece = db.session.get(MailPiece, piece_id, with_for_update=True, populate_existing=True)
    if piece is None:
        raise NotFoundError("mail piece")
    return piece


def pieces_for_update(piece_ids: Iterable[UUID]) -> list[MailPiece]:
    """Pieces, locked in the order of their keys, so that two who want the same ones never wait for each other.

    Raises NotFoundError: one of them does not exist.
    """
    wanted = set(piece_ids)
    found = list(
        db.session.scalars(
            select(MailPiece)
            .where(MailPiece.id.in_(wanted))
            .order_by(MailPiece.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )
    if len(found) != len(wanted):
        raise NotFoundError("mail piece")
    return found


def find_piece_by_number(number: str) -> MailPiece | None:
    """A piece by what its letter's QR code says."""
    return db.session.scalars(select(MailPiece).where(MailPiece.number == number)).first()


def list_pieces(status: MailPieceStatus, limit: int = 200, *, with_pin: bool | None = None) -> list[MailPiece]:
    """Pieces in a status, the oldest first: all, those with a PIN, or the letters to companies alone."""
    wanted = select(MailPiece).where(MailPiece.status == status)
    if with_pin is not None:
        wanted = wanted.where((MailPiece.kind == LetterKind.APPROVAL_NOTICE) == with_pin)
    return list(db.session.scalars(wanted.order_by(MailPiece.sequence).limit(limit)))


def tab_of(key: str) -> ColumnElement[bool]:
    """Which pieces stand on one of the mailroom's lists: those in a status, what is on the way (at the post office, too), what
    cannot be printed, or what went as ordinary mail.

    Nobody is told what becomes of ordinary mail, so it would never leave the list of what is on the way.
    """
    if key == ORDINARY:
        return and_(MailPiece.status == MailPieceStatus.POSTED, MailPiece.posting == Posting.ORDINARY)
    if key == MailPieceStatus.POSTED:
        return literal_column(f"({ON_THE_WAY})")  # without a parameter: its index is partial
    if key == BLOCKED:
        return and_(*CANNOT_BE_PRINTED)
    return MailPiece.status == MailPieceStatus(key)


def list_posted_on(day: date) -> list[MailPiece]:
    """What was handed in at the counter on a day, in the order of the item numbers; ordinary mail is not."""
    return list(
        db.session.scalars(
            select(MailPiece)
            .where(MailPiece.posted_on == day, MailPiece.item_number.is_not(None))
            .order_by(MailPiece.item_number)
        )
    )


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who gets a piece, as the mailroom's lists show it."""

    name: str
    company: str
    address: str


def addressees_of(pieces: list[MailPiece]) -> dict[UUID, Addressee]:
    """Who gets each piece, by its key: a holder, or a company's contact person. A fixed number of queries."""
    holders = _holders({piece.applicant_id for piece in pieces if piece.applicant_id})
    letters = _case_letters({piece.letter_id for piece in pieces if piece.letter_id})
    told = _holders_told({piece.notice_id for piece in pieces if piece.notice_id})
    found = {}
    for piece in pieces:
        key = piece.applicant_id or piece.letter_id or piece.notice_id
        if key is not None:
            found[piece.id] = holders.get(key) or letters.get(key) or told[key]
    others = account_letters.addressees_of([piece for piece in pieces if piece.account_id or piece.invoice_id])
    for piece_id, to in others.items():
        found[piece_id] = Addressee(to.name or to.department or to.company, to.company, to.address)
    return found


def _to_holder(name: str, address: str, building: str, company: str) -> Addressee:
    return Addressee(name, company, f"{address}　{building}".strip())


def _holders(ids: set[UUID]) -> dict[UUID, Addressee]:
    """Holders, by their keys."""
    if not ids:
        return {}
    rows = db.session.execute(_select_holders(Applicant.id).where(Applicant.id.in_(ids)))
    return {row[0]: _to_holder(*row[1:]) for row in rows}


def _holders_told(ids: set[UUID]) -> dict[UUID, Addressee]:
    """The holders of certificates, by the notices that pieces carry."""
    if not ids:
        return {}
    rows = db.session.execute(
        _select_holders(CertificateNotice.id)
        .join(Certificate, Certificate.applicant_id == Applicant.id)
        .join(CertificateNotice, CertificateNotice.certificate_id == Certificate.id)
        .where(CertificateNotice.id.in_(ids))
    )
    return {row[0]: _to_holder(*row[1:]) for row in rows}


def _select_holders(key: Any) -> Any:  # noqa: ANN401  a select of exactly these columns
    return (
        select(key, Applicant.name, Applicant.address, Applicant.building, Company.name)
        .select_from(Applicant)
        .join(Application, Application.id == Applicant.application_id)
        .join(Company, Company.id == Application.company_id)
    )


def _case_letters(ids: set[UUID]) -> dict[UUID, Addressee]:
    """To whom letters about cases go, by the letters' keys."""
    if not ids:
        return {}
    rows = db.session.execute(
        select(
            CaseLetter.id,
            CaseLetter.recipient_name,
            CaseLetter.recipient_department,
            CaseLetter.recipient_company,
            CaseLetter.recipient_address,
        ).where(CaseLetter.id.in_(ids))
    )
    return {
        key: Addressee(name or department or company, company, address)
        for key, name, department, company, address in rows
    }


def enclosures_of(pieces: list[MailPiece]) -> dict[UUID, list[LetterEnclosure]]:
    """Sheets that go back in each piece, by its key."""
    ids = {piece.letter_id for piece in pieces if piece.letter_id}
    if not ids:
        return {}
    rows = db.session.scalars(
        select(LetterEnclosure)
        .where(LetterEnclosure.letter_id.in_(ids))
        .order_by(LetterEnclosure.position)
        .options(joinedload(LetterEnclosure.sheet))
    ).all()
    return {piece.id: [row for row in rows if row.letter_id == piece.letter_id] for piece in pieces if piece.letter_id}


def applicants_of(pieces: list[MailPiece]) -> dict[UUID, Applicant]:
    """The holders of pieces, with company."""
    ids = {piece.applicant_id for piece in pieces if piece.applicant_id}
    rows = db.session.scalars(
        select(Applicant)
        .where(Applicant.id.in_(ids))
        .options(joinedload(Applicant.application).joinedload(Application.company))
    )
    return {row.id: row for row in rows}


def tokens_of(pieces: list[MailPiece]) -> dict[UUID, Token]:
    """The tokens that are set aside for pieces; a damaged or lost one only where no other took its place."""
    ids = {piece.id for piece in pieces}
    gone = Token.status.in_((TokenStatus.LOST, TokenStatus.DAMAGED, TokenStatus.RETURNED, TokenStatus.RETIRED))
    rows = db.session.scalars(select(Token).where(Token.mail_piece_id.in_(ids)).order_by(gone.desc(), Token.changed_at))
    return {row.mail_piece_id: row for row in rows if row.mail_piece_id}
