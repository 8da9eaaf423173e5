"""A token that came back is looked at by two people: back to the stock, or retired."""

from datetime import datetime
from uuid import UUID

from app.core.actor import Actor
from app.core.transaction import transaction
from app.core.two_names import are_two_people
from issuance.errors import TokenError
from issuance.queries.certificates import list_certificates_on_token
from issuance.queries.tokens import get_token_for_update, list_token_events
from issuance.rules.token_inspection import fate
from issuance.services.token_steps import move
from models.enums import TokenEventKind, TokenStatus


def inspect_token(
    token_id: UUID, *, is_sealed: bool, witness: str, remark: str, actor: Actor, now: datetime
) -> TokenStatus:
    """Record what two people found. Only a sealed token that nobody had in hand goes back to the stock.

    Args:
        token_id: a token that came back.
        is_sealed: the supplier's seal is unbroken.
        witness: name of the second person.
        remark: what else was seen; may be empty.
        actor: the first person.
        now: the present moment.

    Returns:
        the state after it: in stock, or retired.

    Raises:
        TokenError: token-witness.
        NotFoundError: there is no such token.
        IllegalTransitionError: it did not come back.
    """
    if not are_two_people(actor.name, witness):
        raise TokenError("token-witness", field="witness")
    with transaction():
        token = get_token_for_update(token_id)
        states = [line.status for line in list_token_events(token_id)]
        to = fate(is_sealed=is_sealed, states=states, has_certificate=bool(list_certificates_on_token(token)))
        move(
            token,
            to,
            kind=TokenEventKind.INSPECTED,
            actor=actor,
            witness=witness.strip(),
            now=now,
            detail={"sealed": is_sealed, **({"remark": remark.strip()[:300]} if remark.strip() else {})},
        )
        return to
