"""Tokens in any state, quickly, without the letter's whole way."""

from uuid import UUID

from app.core import clock
from app.core.actor import SYSTEM, Actor
from app.core.db import db
from app.core.transaction import transaction
from issuance.services.keep_token_model import default_model
from issuance.services.register_tokens import add_token
from issuance.services.token_steps import move
from models.enums import TokenStatus as T
from models.tokens import Token, TokenEvent

WAY = (T.RESERVED, T.ENCLOSED, T.POSTED, T.HELD, T.ACTIVE)


def token_in(status: T, *, serial: str = "SN-1", applicant_id: UUID | None = None, actor: Actor = SYSTEM) -> UUID:
    """Key of a token that went its way step by step to this state."""
    db.session.rollback()
    with transaction():
        token = add_token(serial, default_model(clock.now(), actor), batch="D-1", actor=actor, now=clock.now())
        if status in WAY or status is T.RETURNED:
            token.applicant_id = applicant_id
            for step in WAY[: WAY.index(status) + 1] if status in WAY else (*WAY[:3], T.RETURNED):
                move(token, step, actor=actor, now=clock.now())
        elif status is not T.IN_STOCK:
            move(token, status, actor=actor, now=clock.now())
        return token.id


def token_row(token_id: UUID) -> Token:
    """As it stands in the database now."""
    db.session.rollback()
    return db.session.get_one(Token, token_id, populate_existing=True)


def book(token_id: UUID) -> list[TokenEvent]:
    """Its book."""
    db.session.rollback()
    return db.session.query(TokenEvent).filter_by(token_id=token_id).order_by(TokenEvent.sequence).all()
