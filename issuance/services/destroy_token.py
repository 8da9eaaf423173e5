"""A retired token is destroyed in front of a witness."""

from datetime import datetime
from uuid import UUID

from app.core.actor import Actor
from app.core.transaction import transaction
from app.core.two_names import are_two_people
from issuance.errors import TokenError
from issuance.queries.tokens import get_token_for_update
from issuance.services.token_steps import write_line
from models.enums import TokenEventKind, TokenStatus


def destroy_token(token_id: UUID, *, method: str, witness: str, actor: Actor, now: datetime) -> None:
    """Record the destruction of a retired token; its sealed SO-PIN, which is of no more use, goes with it.

    Args:
        token_id: a retired token that is here.
        method: how, in words.
        witness: name of the second person.
        actor: the first person.
        now: the present moment.

    Raises:
        TokenError: token-witness, token-method, token-not-retired, token-is-destroyed.
        NotFoundError: there is no such token.
    """
    if not method.strip():
        raise TokenError("token-method", field="method")
    if not are_two_people(actor.name, witness):
        raise TokenError("token-witness", field="witness")
    with transaction():
        token = get_token_for_update(token_id)
        if token.status is not TokenStatus.RETIRED:
            raise TokenError("token-not-retired")
        if token.destroyed_at is not None:
            raise TokenError("token-is-destroyed")
        token.destroyed_at, token.so_pin_sealed = now, None
        write_line(
            token,
            TokenEventKind.DESTROYED,
            actor=actor,
            witness=witness.strip(),
            now=now,
            detail={"method": method.strip()[:100]},
        )
