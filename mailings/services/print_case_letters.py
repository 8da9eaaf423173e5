"""Letters without a PIN are printed. They hold no secret: what was printed is kept, and can be printed again."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app import storage
from app.core.actor import Actor
from app.core.transaction import transaction
from mailings import plain_letters, queries
from mailings.certificates import get_told, is_moot
from mailings.errors import BlockedPieceError, LetterKindError, NothingToPrintError
from mailings.letters.pages import merged
from mailings.rules.states import MailPieceEventKind
from mailings.services.printing_steps import require_envelope
from mailings.services.steps import advance, require_not_stopped
from mailings.template_queries import wording_in_force


def print_case_letters(piece_ids: Sequence[UUID], *, actor: Actor, now: datetime) -> bytes | None:
    """Draw the letters, keep each, and mark the pieces as printed, all or none.

    A letter that reminds of a certificate's end is stopped instead if the certificate was renewed or revoked meanwhile.

    Args:
        piece_ids: pieces that are prepared and not blocked.
        actor: who prints.
        now: the present moment.

    Returns:
        the letters as one PDF, in the order of their numbers; None if all of them were stopped.

    Raises:
        NothingToPrintError: nothing chosen.
        LetterKindError: a letter with a PIN is printed by two people, on its own page.
        LetterStoppedError: the desk took one of them back.
        EnvelopeInUseError: the envelope in use does not take the letters.
        BlockedPieceError, MissingGlyphError, DoesNotFitError: a text cannot be printed.
        IllegalTransitionError: somebody else printed one of them meanwhile.
        SignerUnavailableError: nothing can be stored now.
    """
    if not piece_ids:
        raise NothingToPrintError
    with transaction():
        require_envelope()
        pieces = [queries.piece_for_update(piece_id) for piece_id in sorted(set(piece_ids))]
        drawn = []
        for piece in sorted(pieces, key=lambda each: each.sequence):
            if piece.applicant_id is not None:
                raise LetterKindError(piece.number)
            if piece.notice_id is not None and is_moot(get_told(piece.notice_id), now):
                advance(piece, MailPieceEventKind.STOP, actor=actor, now=now, detail={"reason": "moot"})
                continue
            if piece.blocked_reason:
                raise BlockedPieceError(piece.number, piece.blocked_reason)
            require_not_stopped(piece)
            pdf = plain_letters.render(piece)
            piece.document_sha256, piece.printed_at = storage.put(pdf, "application/pdf"), now
            detail = {"document": piece.document_sha256, "template": wording_in_force(piece.kind).version}
            advance(piece, MailPieceEventKind.PRINT, actor=actor, now=now, detail=detail)
            drawn.append(pdf)
    return merged(drawn) if drawn else None
