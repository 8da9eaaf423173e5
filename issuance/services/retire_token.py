"""A token is taken out of use for good, by two people."""

from datetime import datetime
from uuid import UUID

from app.core.actor import Actor
from app.core.transaction import transaction
from app.core.two_names import are_two_people
from issuance.errors import TokenError
from issuance.queries.tokens import get_token_for_update
from issuance.services.live_on_token import refuse_live_certificates
from issuance.services.token_steps import move
from models.enums import TokenEventKind, TokenStatus


def retire_token(token_id: UUID, *, reason: str, witness: str, actor: Actor, now: datetime) -> None:
    """Retire a token.

    Args:
        token_id: one of the stock, one that came back, one that is lost or damaged, or one whose certificates are over.
        reason: why, in words.
        witness: name of the second person.
        actor: the first person.
        now: the present moment.

    Raises:
        TokenError: token-witness, token-reason, token-certificate-live, token-certificate-pending.
        NotFoundError: there is no such token.
        IllegalTransitionError: it is set aside for a letter or on its way.
    """
    if not reason.strip():
        raise TokenError("token-reason", field="reason")
    if not are_two_people(actor.name, witness):
        raise TokenError("token-witness", field="witness")
    with transaction():
        token = get_token_for_update(token_id)
        refuse_live_certificates(token, now=now)
        move(
            token,
            TokenStatus.RETIRED,
            kind=TokenEventKind.RETIRED,
            actor=actor,
            witness=witness.strip(),
            now=now,
            detail={"reason": reason.strip()[:300]},
        )
