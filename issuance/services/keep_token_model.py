"""A model of token is put on the list of approved ones, changed, or taken off it."""

from datetime import datetime
from uuid import UUID, uuid4

from app import audit
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import NotFoundError
from app.core.transaction import require_transaction, transaction
from issuance.errors import TokenError
from issuance.queries.token_models import find_token_model
from issuance.rules.token_models import DEFAULT_MODEL, ModelDetails, attestation_root_der, problem_of
from models.tokens import TokenModel


def keep_token_model(
    details: ModelDetails,
    *,
    actor: Actor,
    now: datetime,
    model_id: UUID | None = None,
    attestation_root: bytes | None = None,
) -> UUID:
    """Keep a model of token. Only approved ones are set aside for letters; tokens that are out stay in use.

    Args:
        details: what it can do. The name of one that is kept already never changes: its tokens go by it.
        actor: who approves it.
        now: the present moment.
        model_id: of the model to change; a new one if left out.
        attestation_root: the maker's root certificate, PEM or DER; the present one stays if left out.

    Raises:
        TokenError: model-name, model-key-kinds, model-pin-lengths, model-pin-tries, model-reorder-level,
            model-known, model-root.
        NotFoundError: there is no such model.
    """
    if problem := problem_of(details):
        raise TokenError(problem[0], field=problem[1])
    root = attestation_root_der(attestation_root, now) if attestation_root else None
    if attestation_root and root is None:
        raise TokenError("model-root", field="attestation_root")
    with transaction():
        if model_id is None:
            if find_token_model(details.name.strip()) is not None:
                raise TokenError("model-known", field="name", name=details.name.strip())
            row = TokenModel(id=uuid4(), name=details.name.strip(), created_at=now)
            db.session.add(row)
        else:
            found = db.session.get(TokenModel, model_id, with_for_update=True, populate_existing=True)
            if found is None:
                raise NotFoundError("token model", id=model_id)
            row = found
        _write(row, details)
        row.attestation_root = root or row.attestation_root
        db.session.flush()
        _note(row, actor, has_new_root=root is not None)
        return row.id


def default_model(now: datetime, actor: Actor) -> TokenModel:
    """Inner step: the model that an installation begins with, made if it is not there."""
    require_transaction()
    found = find_token_model(DEFAULT_MODEL)
    if found is not None:
        return found
    row = TokenModel(id=uuid4(), name=DEFAULT_MODEL, created_at=now)
    _write(row, ModelDetails(DEFAULT_MODEL))
    db.session.add(row)
    db.session.flush()
    _note(row, actor, has_new_root=False)
    return row


def _write(row: TokenModel, details: ModelDetails) -> None:
    row.approved, row.key_kinds = details.approved, list(details.key_kinds)
    row.pin_shortest, row.pin_longest, row.pin_tries = details.pin_shortest, details.pin_longest, details.pin_tries
    row.reorder_level = details.reorder_level


def _note(row: TokenModel, actor: Actor, *, has_new_root: bool) -> None:
    audit.record(
        "token_model:keep",
        subject_type="token_model",
        subject_id=row.id,
        actor=actor,
        detail={
            "name": row.name,
            "approved": row.approved,
            "key_kinds": row.key_kinds,
            "pin": [row.pin_shortest, row.pin_longest, row.pin_tries],
            "reorder_level": row.reorder_level,
            "new_root": has_new_root,
        },
    )
