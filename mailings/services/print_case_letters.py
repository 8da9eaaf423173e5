"""Letters to companies are printed. They hold no secret: what was printed is kept, and can be printed again."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from uuid import UUID

import pikepdf

from app import storage
from app.core.actor import Actor
from app.core.transaction import transaction
from mailings import case_letters, queries
from mailings.errors import BlockedPieceError, LetterKindError, NothingToPrintError
from mailings.rules.states import MailPieceEventKind
from mailings.services.steps import advance, require_not_stopped


def print_case_letters(piece_ids: Sequence[UUID], *, actor: Actor, now: datetime) -> bytes:
    """Draw the letters, keep each, and mark the pieces as printed, all or none.

    Args:
        piece_ids: pieces that are prepared and not blocked.
        actor: who prints.
        now: the present moment.

    Returns:
        the letters as one PDF, in the order of their numbers.

    Raises:
        NothingToPrintError: nothing chosen.
        LetterKindError: a letter with a PIN is printed by two people, on its own page.
        LetterStoppedError: the desk took one of them back.
        BlockedPieceError, MissingGlyphError, DoesNotFitError: a text cannot be printed.
        IllegalTransitionError: somebody else printed one of them meanwhile.
        SignerUnavailableError: nothing can be stored now.
    """
    if not piece_ids:
        raise NothingToPrintError
    with transaction():
        pieces = [queries.piece_for_update(piece_id) for piece_id in sorted(set(piece_ids))]
        drawn = []
        for piece in sorted(pieces, key=lambda each: each.sequence):
            if piece.letter_id is None:
                raise LetterKindError(piece.number)
            if piece.blocked_reason:
                raise BlockedPieceError(piece.number, piece.blocked_reason)
            require_not_stopped(piece)
            pdf = case_letters.render(case_letters.get_letter(piece.letter_id), piece.number)
            piece.document_sha256, piece.printed_at = storage.put(pdf, "application/pdf"), now
            advance(piece, MailPieceEventKind.PRINT, actor=actor, now=now, detail={"document": piece.document_sha256})
            drawn.append(pdf)
    return _merged(drawn)


def _merged(documents: Sequence[bytes]) -> bytes:
    target = BytesIO()
    with pikepdf.new() as whole:
        for each in documents:
            with pikepdf.open(BytesIO(each)) as part:
                whole.pages.extend(part.pages)
        whole.save(target)
    return target.getvalue()
