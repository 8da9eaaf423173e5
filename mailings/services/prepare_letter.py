"""An approved applicant gets a letter: the piece is prepared, and a token set aside for it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.core.actor import SYSTEM
from app.core.db import db
from app.core.transaction import transaction
from app.documents.chain import DoesNotFitError, missing
from app.documents.clusters import code_points
from app.jobs import defer
from mailings.letters.approval_notice import ApprovalNotice, require_printable
from mailings.services.new_piece import add_new_piece
from models.applications import Applicant
from models.enums import LetterKind, MailPieceStatus
from models.mail_pieces import MailPiece


def prepare_letter(applicant_id: UUID, *, now: datetime) -> UUID:
    """Prepare the approval notice of an applicant. Safe to run twice.

    A name or address with a character that no font has is not printed: the piece is blocked, with the character named,
    until an officer decides.

    Returns:
        key of the piece.
    """
    with transaction():
        applicant = db.session.get_one(Applicant, applicant_id, with_for_update=True)
        live = db.session.scalars(
            select(MailPiece).where(MailPiece.applicant_id == applicant_id, MailPiece.status != MailPieceStatus.SPOILED)
        ).first()
        if live is not None:
            return live.id
        return add_piece(applicant, now=now).id


def add_piece(applicant: Applicant, *, now: datetime, replaces: MailPiece | None = None) -> MailPiece:
    """Inner step: a new piece for an applicant."""
    piece = add_new_piece(
        MailPiece(kind=LetterKind.APPROVAL_NOTICE, applicant_id=applicant.id, application_id=applicant.application_id),
        detail={"applicant": applicant.number},
        actor=SYSTEM,
        now=now,
        replaces=replaces,
        unprintable=lambda _piece: unprintable(applicant),
    )
    defer("issuance.jobs.reserve_token", piece.id)
    return piece


def unprintable(applicant: Applicant) -> str | None:
    """The characters that no font has, with their code points, or the text that is too long; None if the letter can be printed.

    One such letter would stop the run that it is printed in for everybody else, so it is found when it is prepared.
    """
    company = applicant.application.company
    texts = (
        applicant.name,
        applicant.certificate_name,
        applicant.name_kana,
        applicant.address,
        applicant.building,
        company.name,
    )
    signs = [sign for text in texts for sign in missing(text)]
    if signs:
        return "、".join(f"{sign} ({code_points(sign)})" for sign in dict.fromkeys(signs))
    try:
        require_printable(_without_pin(applicant))
    except DoesNotFitError as error:
        return str(error.fields["text"])
    return None


def _without_pin(applicant: Applicant) -> ApprovalNotice:
    return ApprovalNotice(
        number="L-0000-000000",
        day=applicant.application.received_on,
        postal_code=applicant.postal_code,
        address=applicant.address,
        building=applicant.building,
        company=applicant.application.company.name,
        name=applicant.name,
        name_kana=applicant.name_kana,
        application_number=applicant.number,
        pin="",
        certificate_name=applicant.certificate_name,
    )
