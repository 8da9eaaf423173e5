"""A planned notice to a holder about a certificate becomes a mail piece."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.core.actor import SYSTEM, Actor
from app.core.db import db
from app.core.transaction import require_transaction, transaction
from mailings.certificates import Told, get_told, is_moot
from mailings.plain_letters import KINDS
from mailings.services.new_piece import add_new_piece
from models.certificates import Certificate, CertificateNotice
from models.mail_pieces import MailPiece


def prepare_certificate_letter(notice_id: UUID, *, now: datetime) -> UUID | None:
    """Prepare the letter of a notice. Safe to run twice.

    A name or address with a character that no font has is not printed: the piece is blocked, with the character named,
    until an officer decides.

    Returns:
        key of the piece; None if there is nothing to tell any more, or no address to write to.
    """
    with transaction():
        told = lock_told(notice_id)
        known = db.session.scalar(select(MailPiece.id).where(MailPiece.notice_id == notice_id).limit(1))
        if known is not None:
            return known
        if told.notice.kind not in KINDS or not told.applicant.address or is_moot(told, now):
            return None
        return add_notice_piece(told, actor=SYSTEM, now=now).id


def lock_told(notice_id: UUID) -> Told:
    """Inner step: the notice, with its certificate locked, so that two envelopes are never made for one."""
    require_transaction()
    notice = db.session.get_one(CertificateNotice, notice_id)
    db.session.get_one(Certificate, notice.certificate_id, with_for_update=True, populate_existing=True)
    return get_told(notice_id)


def add_notice_piece(told: Told, *, actor: Actor, now: datetime, replaces: MailPiece | None = None) -> MailPiece:
    """Inner step: an envelope for a notice."""
    kind, posting = KINDS[told.notice.kind]
    piece = MailPiece(
        kind=kind, posting=posting, notice_id=told.notice.id, application_id=told.applicant.application_id
    )
    detail = {"certificate": told.certificate.serial}
    return add_new_piece(piece, detail=detail, actor=actor, now=now, replaces=replaces)
