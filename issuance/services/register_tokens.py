"""eTokens arrive from the supplier: their serial numbers go into stock."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from app import audit
from app.core.actor import Actor
from app.core.db import db
from app.core.transaction import transaction
from issuance.errors import TokenError
from models.tokens import Token


def register_tokens(serials: Sequence[str], *, model: str, batch: str, actor: Actor, now: datetime) -> int:
    """Take tokens into stock.

    Returns:
        how many.

    Raises:
        TokenError: no serial number, one twice, or one that is known: nothing is taken in.
    """
    wanted = [serial.strip() for serial in serials if serial.strip()]
    if not wanted:
        raise TokenError("no-serials", field="serials")
    if len(set(wanted)) != len(wanted):
        raise TokenError(
            "serial-twice", field="serials", serial=next(each for each in wanted if wanted.count(each) > 1)
        )
    with transaction():
        known = db.session.scalars(select(Token.serial_number).where(Token.serial_number.in_(wanted))).first()
        if known is not None:
            raise TokenError("serial-known", field="serials", serial=known)
        for serial in wanted:
            token = Token(serial_number=serial, model=model, batch=batch, changed_at=now, created_at=now)
            db.session.add(token)
            db.session.flush()
            audit.record(
                "token:register", subject_type="token", subject_id=token.id, actor=actor, detail={"serial": serial}
            )
    return len(wanted)
