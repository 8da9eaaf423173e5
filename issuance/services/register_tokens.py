"""eTokens come into stock by their serial numbers: the step that a delivery and the sample share."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from app.core.actor import Actor
from app.core.db import db
from app.core.transaction import require_transaction, transaction
from issuance.errors import TokenError
from issuance.queries.token_models import find_token_model, list_known_serials
from issuance.rules.token_models import DEFAULT_MODEL
from issuance.services.keep_token_model import default_model
from issuance.services.token_steps import write_line
from models.enums import TokenEventKind
from models.tokens import Token, TokenModel


def register_tokens(serials: Sequence[str], *, model: str, batch: str, actor: Actor, now: datetime) -> int:
    """Take tokens into stock that came without a delivery note. The model an installation begins with is made if missing.

    Returns:
        how many.

    Raises:
        TokenError: no serial number, one twice, one that is known, or no such model: nothing is taken in.
    """
    wanted = [serial.strip() for serial in serials if serial.strip()]
    if not wanted:
        raise TokenError("no-serials", field="serials")
    if twice := [each for each in dict.fromkeys(wanted) if wanted.count(each) > 1]:
        raise TokenError("serial-twice", field="serials", serials=", ".join(twice))
    with transaction():
        row = default_model(now, actor) if model == DEFAULT_MODEL else find_token_model(model)
        if row is None:
            raise TokenError("model-unknown", field="model", name=model)
        refuse_known(wanted)
        for serial in wanted:
            add_token(serial, row, batch=batch, actor=actor, now=now)
    return len(wanted)


def refuse_known(serials: list[str]) -> None:
    """Refuse serial numbers that are in the register, all of them by name.

    Raises:
        TokenError: serial-known.
    """
    if known := list_known_serials(serials):
        raise TokenError("serial-known", field="serials", serials=", ".join(known))


def add_token(  # noqa: PLR0913  which of what, from where, its sealed SO-PIN, who and when
    serial: str,
    model: TokenModel,
    *,
    batch: str,
    actor: Actor,
    now: datetime,
    batch_id: UUID | None = None,
    token_id: UUID | None = None,
    so_pin_sealed: bytes | None = None,
) -> Token:
    """Inner step: one token comes into stock, and its book begins."""
    require_transaction()
    token = Token(
        id=token_id or uuid4(),
        serial_number=serial,
        model=model.name,
        batch=batch,
        batch_id=batch_id,
        so_pin_sealed=so_pin_sealed,
        changed_at=now,
        created_at=now,
    )
    db.session.add(token)
    db.session.flush()
    write_line(token, TokenEventKind.RECEIVED, actor=actor, now=now, detail={"batch": batch} if batch else None)
    return token
