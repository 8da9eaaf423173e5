"""What lies beside a letter that is sent again is printed. It holds no secret: what was printed is kept, and can be printed again."""

from datetime import datetime
from uuid import UUID

from app import audit, storage
from app.core.actor import Actor
from app.core.clock import day_in_tokyo
from app.core.db import db
from app.core.errors import IllegalTransitionError
from app.core.transaction import transaction
from mailings import case_letters, queries
from mailings.errors import LetterKindError
from mailings.letters import layout, resend_notice
from mailings.rules.resending import ResendReason
from mailings.template_queries import wording_in_force
from models.applications import Applicant
from models.enums import LetterKind, MailPieceStatus
from models.mail_pieces import MailPiece

BEFORE_ENCLOSING = frozenset({MailPieceStatus.PREPARED, MailPieceStatus.PRINTED})


def print_resend_notice(piece_id: UUID, *, actor: Actor, now: datetime) -> bytes:
    """Draw the notice, keep it, and say so in the audit log.

    Args:
        piece_id: a letter with a PIN that is sent again, before it is enclosed.
        actor: who prints.
        now: the present moment; its day in Japan stands on the notice.

    Returns:
        the notice as a PDF.

    Raises:
        NotFoundError: no such letter.
        LetterKindError: it is not sent again, or has no PIN.
        IllegalTransitionError: the envelope is closed already.
        MissingGlyphError, DoesNotFitError: a text cannot be printed.
        SignerUnavailableError: nothing can be stored now.
    """
    with transaction():
        piece = queries.piece_for_update(piece_id)
        if piece.applicant_id is None or not piece.resend_reason:
            raise LetterKindError(piece.number)
        if piece.status not in BEFORE_ENCLOSING:
            raise IllegalTransitionError("mail-piece", current=piece.status, event="print re-send notice")
        wording, sender = wording_in_force(LetterKind.RESEND_NOTICE), case_letters.sender()
        pdf = layout.render(resend_notice.compose(_notice(piece, now), sender, wording.texts), sender)
        audit.record(
            "letter:resend-notice",
            subject_type="mail_piece",
            subject_id=piece.id,
            actor=actor,
            detail={
                "number": piece.number,
                "document": storage.put(pdf, "application/pdf"),
                "template": wording.version,
            },
        )
        return pdf


def _notice(piece: MailPiece, now: datetime) -> resend_notice.ResendNotice:
    person, old = db.session.get_one(Applicant, piece.applicant_id), _instead_of(piece)
    company = person.application.company.name
    return resend_notice.ResendNotice(
        number=piece.number,
        day=day_in_tokyo(now),
        addressee=layout.Addressee(company, "", person.name, person.postal_code, person.address, person.building),
        application_number=person.number,
        reason=ResendReason(piece.resend_reason),
        old_number=old.number,
        old_posted_on=old.posted_on,
    )


def _instead_of(piece: MailPiece) -> MailPiece:
    """The letter that went out before: spoiled sheets between the two are passed over."""
    found = piece
    while found.replaces_id is not None and (found is piece or found.posted_on is None):
        found = db.session.get_one(MailPiece, found.replaces_id)
    return found
