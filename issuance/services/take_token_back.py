"""A holder gives a token back whose certificates are over: it is inspected next."""

from datetime import datetime
from uuid import UUID

from app.core.actor import Actor
from app.core.transaction import transaction
from issuance.errors import TokenError
from issuance.queries.tokens import get_token_for_update
from issuance.services.live_on_token import refuse_live_certificates
from issuance.services.token_steps import move
from models.enums import TokenStatus

WITH_HOLDER = (TokenStatus.HELD, TokenStatus.ACTIVE)


def take_token_back(token_id: UUID, *, remark: str, actor: Actor, now: datetime) -> None:
    """Record that a token came back from its holder.

    Raises:
        TokenError: token-certificate-live: a certificate on it is still valid; token-certificate-pending; token-not-out: it is not with its holder.
        NotFoundError: there is no such token.
    """
    with transaction():
        token = get_token_for_update(token_id)
        if token.status not in WITH_HOLDER:
            raise TokenError("token-not-out")
        refuse_live_certificates(token, now=now)
        move(
            token,
            TokenStatus.RETURNED,
            actor=actor,
            now=now,
            detail={"remark": remark.strip()[:300]} if remark.strip() else None,
        )
