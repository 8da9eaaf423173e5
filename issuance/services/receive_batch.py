"""A delivery of the supplier is taken in: what was scanned is exactly what the note says, or nothing is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import select

from app import audit, signer
from app.core.actor import Actor
from app.core.clock import day_in_tokyo
from app.core.db import db
from app.core.transaction import transaction
from issuance.errors import TokenError
from issuance.queries.token_models import find_batch
from issuance.rules.token_serials import Reading, Scanned, compare_with_note, read_scanned
from issuance.services.keep_token_model import default_model
from issuance.services.register_tokens import add_token, refuse_known
from models.tokens import TokenBatch, TokenModel


@dataclass(frozen=True, slots=True)
class DeliveryNote:
    """What the supplier's paper says."""

    name: str  # its number
    model_id: UUID | None  # none: the model that an installation begins with, made if it is missing
    supplier: str
    received_on: date
    count: int
    serials: tuple[str, ...] = ()  # if it names them


def receive_batch(note: DeliveryNote, scanned: str, *, actor: Actor, now: datetime) -> UUID:
    """Take a delivery in.

    Args:
        note: the delivery note.
        scanned: one token a line, `serial` or `serial,SO-PIN`. The SO-PINs are sealed and stand nowhere else.
        actor: who opened the box.
        now: the present moment.

    Returns:
        key of the delivery.

    Raises:
        TokenError: batch-name, batch-day, batch-known, batch-differs (with both lists), no-serials, serial-form,
            serial-twice, serial-known, so-pin-form, model-unknown. Nothing is taken in.
        SignerUnavailableError: SO-PINs cannot be sealed now. Nothing is taken in.
    """
    if not note.name.strip():
        raise TokenError("batch-name", field="name")
    if note.received_on > day_in_tokyo(now):
        raise TokenError("batch-day", field="received_on")
    reading = read_scanned(scanned)
    _refuse_wrong(reading)
    serials = [each.serial for each in reading.tokens]
    if difference := compare_with_note(serials, note.count, note.serials):
        raise TokenError(
            "batch-differs",
            field="serials",
            declared=difference.declared,
            scanned=difference.scanned,
            missing=list(difference.missing),
            extra=list(difference.extra),
            serials=serials,
        )
    refuse_known(serials)  # before sealing, which takes a moment for each; once more under the lock
    sealed = _seal(reading.tokens)
    with transaction():
        # All models, so that of two deliveries with the same serial number the second waits here and is told.
        models = db.session.scalars(select(TokenModel).order_by(TokenModel.id).with_for_update()).all()
        model = next((each for each in models if each.id == note.model_id), None)
        if note.model_id is None:
            model = default_model(now, actor)
        if model is None:
            raise TokenError("model-unknown", field="model", name="")
        if find_batch(note.name.strip()) is not None:
            raise TokenError("batch-known", field="name", name=note.name.strip())
        refuse_known(serials)
        batch = _add_batch(note, model, actor, now)
        for each in reading.tokens:
            token_id, so_pin = sealed[each.serial]
            add_token(
                each.serial,
                model,
                batch=batch.name,
                batch_id=batch.id,
                token_id=token_id,
                so_pin_sealed=so_pin,
                actor=actor,
                now=now,
            )
        return batch.id


def _refuse_wrong(reading: Reading) -> None:
    if reading.wrong_lines:
        raise TokenError("serial-form", field="serials", lines=", ".join(map(str, reading.wrong_lines)))
    if reading.wrong_so_pins:
        raise TokenError("so-pin-form", field="serials", serials=", ".join(reading.wrong_so_pins))
    if reading.twice:
        raise TokenError("serial-twice", field="serials", serials=", ".join(reading.twice))
    if not reading.tokens:
        raise TokenError("no-serials", field="serials")


def _seal(tokens: Iterable[Scanned]) -> dict[str, tuple[UUID, bytes | None]]:
    """By serial number: the token's key to be, and its SO-PIN as the signing process sealed it for that key."""
    found = {}
    for each in tokens:
        token_id = uuid4()
        sealed = signer.current().wrap(each.so_pin.encode("ascii"), token_id.bytes) if each.so_pin else None
        found[each.serial] = (token_id, sealed)
    return found


def _add_batch(note: DeliveryNote, model: TokenModel, actor: Actor, now: datetime) -> TokenBatch:
    batch = TokenBatch(
        id=uuid4(),
        name=note.name.strip(),
        model_id=model.id,
        supplier=note.supplier.strip(),
        received_on=note.received_on,
        count=note.count,
        received_by=actor.id,
        received_by_name=actor.name,
        created_at=now,
    )
    db.session.add(batch)
    db.session.flush()
    audit.record(
        "token_batch:receive",
        subject_type="token_batch",
        subject_id=batch.id,
        actor=actor,
        detail={"name": batch.name, "count": batch.count, "supplier": batch.supplier},
    )
    return batch
