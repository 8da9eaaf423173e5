"""Reading mail pieces, e-mails and what they are about."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.core.db import db
from app.core.errors import NotFoundError
from mailings import account_letters
from models.applications import Applicant, Application
from models.certificates import Certificate, CertificateNotice
from models.enums import LetterKind, MailPieceStatus, Posting, TokenStatus
from models.mail_pieces import MailPiece
from models.notices import CaseLetter, LetterEnclosure
from models.tokens import Token

ORDINARY = "ordinary"
BLOCKED = "blocked"  # a tab, too: an officer must decide
ON_THE_WAY = (MailPieceStatus.POSTED, MailPieceStatus.NOTIFIED)
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


def list_tab(key: str, limit: int = 200) -> list[MailPiece]:
    """Pieces of one of the mailroom's lists, the oldest first: by status, what is on the way (at the post office, too), or what
    cannot be printed; or what went as ordinary mail, the newest first.

    Nobody is told what becomes of ordinary mail, so it would never leave the list of what is on the way.
    """
    is_ordinary = MailPiece.posting == Posting.ORDINARY
    if key == ORDINARY:
        wanted = select(MailPiece).where(MailPiece.status == MailPieceStatus.POSTED, is_ordinary)
        return list(db.session.scalars(wanted.order_by(MailPiece.sequence.desc()).limit(limit)))
    if key == BLOCKED:
        wanted = select(MailPiece).where(*CANNOT_BE_PRINTED)
    elif key == MailPieceStatus.POSTED:
        wanted = select(MailPiece).where(MailPiece.status.in_(ON_THE_WAY), ~is_ordinary)
    else:
        wanted = select(MailPiece).where(MailPiece.status == MailPieceStatus(key))
    return list(db.session.scalars(wanted.order_by(MailPiece.sequence).limit(limit)))


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
    """Who gets each piece, by its key: a holder, or a company's contact person."""
    holders = applicants_of(pieces)
    ids = {piece.letter_id for piece in pieces if piece.letter_id}
    letters = {row.id: row for row in db.session.scalars(select(CaseLetter).where(CaseLetter.id.in_(ids)))}
    told = _holders_told(pieces)
    found = {}
    for piece in pieces:
        holder = told[piece.notice_id] if piece.notice_id else None
        holder = holders[piece.applicant_id] if piece.applicant_id else holder
        if holder is not None:
            address = f"{holder.address}　{holder.building}".strip()
            found[piece.id] = Addressee(holder.name, holder.application.company.name, address)
        elif piece.letter_id is not None:
            letter = letters[piece.letter_id]
            name = letter.recipient_name or letter.recipient_department or letter.recipient_company
            found[piece.id] = Addressee(name, letter.recipient_company, letter.recipient_address)
        elif piece.account_id is not None or piece.invoice_id is not None:
            to = account_letters.addressee_of(piece)
            found[piece.id] = Addressee(to.name or to.department or to.company, to.company, to.address)
    return found


def _holders_told(pieces: list[MailPiece]) -> dict[UUID, Applicant]:
    """The holders of certificates, by the notices that pieces carry."""
    ids = {piece.notice_id for piece in pieces if piece.notice_id}
    rows = db.session.execute(
        select(CertificateNotice.id, Applicant)
        .join(Certificate, Certificate.id == CertificateNotice.certificate_id)
        .join(Applicant, Applicant.id == Certificate.applicant_id)
        .where(CertificateNotice.id.in_(ids))
        .options(joinedload(Applicant.application).joinedload(Application.company))
    )
    return {row[0]: row[1] for row in rows}


def enclosures_of(pieces: list[MailPiece]) -> dict[UUID, list[LetterEnclosure]]:
    """Sheets that go back in each piece, by its key."""
    ids = {piece.letter_id for piece in pieces if piece.letter_id}
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
