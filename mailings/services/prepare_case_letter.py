"""A letter to a company becomes a mail piece."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select

from app.core.actor import SYSTEM, Actor
from app.core.db import db
from app.core.errors import IllegalTransitionError
from app.core.transaction import transaction
from mailings import case_letters, queries
from mailings.certificates import is_moot
from mailings.errors import LetterKindError, LetterMootError
from mailings.services.new_piece import add_new_piece
from mailings.services.prepare_account_letter import add_id_piece, add_invoice_piece
from mailings.services.prepare_certificate_letter import add_notice_piece, lock_told
from models.accounts import CompanyAccount
from models.billing import Invoice
from models.enums import MailPieceStatus
from models.mail_pieces import MailPiece
from models.notices import CaseLetter


def prepare_case_letter(letter_id: UUID, *, now: datetime) -> UUID | None:
    """Prepare the envelope of a letter. Safe to run twice.

    Returns:
        key of the piece; None for a letter that was taken back before.
    """
    with transaction():
        letter = _locked(letter_id)
        known = db.session.scalar(select(MailPiece.id).where(MailPiece.letter_id == letter_id).limit(1))
        if known is not None:
            return known
        if letter.stopped_at is not None:
            return None
        return _add(letter, actor=SYSTEM, now=now).id


def prepare_again(piece_id: UUID, *, actor: Actor, now: datetime) -> UUID:
    """A letter came back or was lost: the same letter in another envelope.

    Returns:
        key of the new piece.

    Raises:
        LetterKindError: a letter with a PIN is not sent again like this.
        LetterMootError: what it tells of a certificate is no longer so.
        IllegalTransitionError: it neither came back nor was lost, or was prepared again already.
    """
    with transaction():
        piece = queries.piece_for_update(piece_id)
        if piece.letter_id is not None:
            letter = _locked(piece.letter_id)
            _require_newest(piece, MailPiece.letter_id == letter.id)
            return _add(letter, actor=actor, now=now, replaces=piece).id
        if piece.notice_id is not None:
            told = lock_told(piece.notice_id)
            _require_newest(piece, MailPiece.notice_id == piece.notice_id)
            if is_moot(told, now):
                raise LetterMootError(piece.number)
            return add_notice_piece(told, actor=actor, now=now, replaces=piece).id
        if piece.account_id is not None:
            account = db.session.get_one(CompanyAccount, piece.account_id, with_for_update=True)
            _require_newest(piece, MailPiece.account_id == piece.account_id)
            return add_id_piece(account, actor=actor, now=now, replaces=piece).id
        if piece.invoice_id is not None:
            invoice = db.session.get_one(Invoice, piece.invoice_id, with_for_update=True)
            _require_newest(piece, MailPiece.invoice_id == piece.invoice_id)
            return add_invoice_piece(invoice, actor=actor, now=now, replaces=piece).id
        raise LetterKindError(piece.number)


def _require_newest(piece: MailPiece, same: ColumnElement[bool]) -> None:
    newest = db.session.scalars(select(MailPiece.id).where(same).order_by(MailPiece.sequence.desc()).limit(1)).one()
    if newest != piece.id or piece.status not in {MailPieceStatus.RETURNED, MailPieceStatus.LOST}:
        raise IllegalTransitionError("mail-piece", current=piece.status, event="prepare again")


def _locked(letter_id: UUID) -> CaseLetter:
    db.session.scalar(select(CaseLetter.id).where(CaseLetter.id == letter_id).with_for_update())
    return case_letters.get_letter(letter_id)


def _add(letter: CaseLetter, *, actor: Actor, now: datetime, replaces: MailPiece | None = None) -> MailPiece:
    piece = MailPiece(
        kind=letter.kind, posting=letter.posting, letter_id=letter.id, application_id=letter.application_id
    )
    return add_new_piece(piece, detail={"letter": str(letter.id)}, actor=actor, now=now, replaces=replaces)
