"""Letter and eToken go into the envelope: the scanned pair must be the one that was set aside."""

from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.errors import DomainError
from app.core.transaction import transaction
from mailings import queries
from mailings.errors import LetterKindError, NoTokenError, WrongLetterError, WrongNoticeError, WrongTokenError
from mailings.letters.resend_notice import MARK
from mailings.rules.codes import is_letter, letter_number, plain_code
from mailings.rules.states import MailPieceEventKind
from mailings.services.steps import advance


def enclose(letter_code: str, token_serial: str, *, notice_code: str = "", actor: Actor, now: datetime) -> UUID:
    """Pair a letter with its token, in whichever order the two were scanned.

    Args:
        letter_code: what the letter's QR code says (L1:L-2026-000001), or its number.
        token_serial: serial number scanned from the eToken.
        notice_code: what the QR code of the re-send notice says (R1:L-2026-000001); only beside a letter that is sent again.
        actor: the mailroom.
        now: the present moment.

    Returns:
        key of the piece.

    Raises:
        WrongLetterError: no such letter.
        LetterKindError: a letter without a PIN has no token.
        NoTokenError: no token is set aside for it yet.
        WrongTokenError: another token than the one set aside.
        WrongNoticeError: no re-send notice where there must be one, another letter's, or one too many.
        IllegalTransitionError: the letter is not printed, or enclosed already.
    """
    if is_letter(token_serial) and not is_letter(letter_code):
        letter_code, token_serial = token_serial, letter_code  # scanned the other way round: the pair is the same
    number, serial = letter_number(letter_code), plain_code(token_serial)
    try:
        return _enclose(number, serial, plain_code(notice_code), actor, now)
    except DomainError as error:
        audit.attempt(
            "letter:enclose",
            subject_type="mail_piece",
            subject_id=number[:40] or "-",
            actor=actor,
            outcome="refused",
            error=error.code,
            detail={"token": serial[:40]},
        )
        raise


def _enclose(number: str, serial: str, notice: str, actor: Actor, now: datetime) -> UUID:
    with transaction():
        found = queries.find_piece_by_number(number)
        if found is None:
            raise WrongLetterError(number)
        piece = queries.piece_for_update(found.id)
        if piece.applicant_id is None:
            raise LetterKindError(piece.number)
        token = queries.tokens_of([piece]).get(piece.id)
        if token is None:
            raise NoTokenError(piece.number)
        if plain_code(token.serial_number) != serial:
            raise WrongTokenError(piece.number)
        if notice != (f"{MARK}:{piece.number}" if piece.resend_reason else ""):
            raise WrongNoticeError(piece.number, is_needed=bool(piece.resend_reason))
        advance(piece, MailPieceEventKind.ENCLOSE, actor=actor, now=now, detail={"token": token.serial_number})
        piece.token_serial, piece.enclosed_at = token.serial_number, now
        return piece.id
