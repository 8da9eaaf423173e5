"""Letter and papers go into the envelope: what is scanned must be exactly what was decided to go back."""

import re
from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.errors import DomainError
from app.core.transaction import transaction
from mailings import queries
from mailings.errors import LetterKindError, WrongLetterError, WrongPapersError
from mailings.rules.codes import letter_number, plain_code
from mailings.rules.states import MailPieceEventKind
from mailings.services.steps import advance, require_not_stopped


def enclose_papers(letter_code: str, sheet_codes: str, *, actor: Actor, now: datetime) -> UUID:
    """Put a letter to a company into its envelope, with the sheets that go back in it.

    Args:
        letter_code: what the letter's QR code says (L1:L-2026-000001), or its number.
        sheet_codes: labels of the sheets (S-2026-000001), scanned one after the other; empty for a letter alone.
        actor: the mailroom.
        now: the present moment.

    Returns:
        key of the piece.

    Raises:
        WrongLetterError: no such letter.
        LetterKindError: a letter with a PIN.
        LetterStoppedError: the desk took it back.
        WrongPapersError: a sheet too many or too few.
        IllegalTransitionError: the letter is not printed, or enclosed already.
    """
    number = letter_number(letter_code)
    scanned = [code for code in re.split(r"[\s,、]+", plain_code(sheet_codes)) if code]
    try:
        return _enclose(number, scanned, actor, now)
    except DomainError as error:
        audit.attempt(
            "letter:enclose",
            subject_type="mail_piece",
            subject_id=number[:40] or "-",
            actor=actor,
            outcome="refused",
            error=error.code,
            detail={"sheets": [code[:40] for code in scanned[:50]]},
        )
        raise


def _enclose(number: str, scanned: list[str], actor: Actor, now: datetime) -> UUID:
    with transaction():
        found = queries.find_piece_by_number(number)
        if found is None:
            raise WrongLetterError(number)
        piece = queries.piece_for_update(found.id)
        if piece.applicant_id is not None:
            raise LetterKindError(piece.number)
        require_not_stopped(piece)
        wanted = {each.sheet.number for each in queries.enclosures_of([piece]).get(piece.id, [])}
        if wanted != set(scanned):
            raise WrongPapersError(piece.number, sorted(wanted - set(scanned)), sorted(set(scanned) - wanted))
        advance(piece, MailPieceEventKind.ENCLOSE, actor=actor, now=now, detail={"sheets": sorted(wanted)})
        piece.enclosed_at = now
        return piece.id
