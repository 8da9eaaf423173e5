"""A granted SO-PIN is shown, once, to the person who asked; the sealed value stays."""

from datetime import datetime, timedelta
from uuid import UUID

from app import audit, signer
from app.core.actor import Actor
from app.core.transaction import transaction
from issuance.errors import TokenError
from issuance.queries.so_pins import get_disclosure_for_update
from issuance.queries.tokens import get_token
from models.enums import SoPinStatus

GRANTED_FOR = timedelta(hours=8)  # a working day: what was granted for today's token is not looked at next week


def show_so_pin(disclosure_id: UUID, *, actor: Actor, now: datetime) -> str:
    """The SO-PIN, for a page that is stored nowhere. If the answer is lost on its way it is asked for anew.

    Raises:
        TokenError: so-pin-not-yours, so-pin-not-granted, so-pin-late: granted too long ago; so-pin-none.
        NotFoundError: there is no such request.
        SignerUnavailableError: it cannot be unsealed now; it was not shown.
        SignerRefusedError: it is damaged, or another token's; it was not shown.
    """
    with transaction():
        row = get_disclosure_for_update(disclosure_id)
        if actor.id is None or row.asked_by != actor.id:
            raise TokenError("so-pin-not-yours")
        if row.status is not SoPinStatus.GRANTED or row.decided_at is None:
            raise TokenError("so-pin-not-granted")
        if now - row.decided_at > GRANTED_FOR:
            raise TokenError("so-pin-late")
        token = get_token(row.token_id)
        if token.so_pin_sealed is None:
            raise TokenError("so-pin-none")
        so_pin = signer.current().unwrap(token.so_pin_sealed, token.id.bytes).decode("ascii")
        row.status, row.shown_at = SoPinStatus.SHOWN, now
        audit.record(
            "token:so-pin-show",
            subject_type="token",
            subject_id=token.id,
            actor=actor,
            detail={"serial": token.serial_number, "granted_by": row.decided_by_name, "reason": row.reason},
        )
    return so_pin
