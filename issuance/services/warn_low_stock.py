"""The stock of a model came down to its reorder level, or is above it again."""

from datetime import datetime

from sqlalchemy import select

from app import audit
from app.core.actor import SYSTEM
from app.core.db import db
from app.core.transaction import transaction
from app.jobs import defer
from issuance.queries.token_models import list_stock_levels
from models.tokens import TokenModel


def warn_low_stock(*, now: datetime) -> int:
    """Promise one e-mail for each crossing. Safe to run twice: a model that is low stays told until it was above again.

    Returns:
        how many models were told of.
    """
    told = 0
    with transaction():
        db.session.scalars(select(TokenModel).order_by(TokenModel.id).with_for_update()).all()
        for level in list_stock_levels():
            if level.is_low and level.model.low_since is None:
                level.model.low_since = now
                _note("token_model:low", level.model, level.free)
                defer("mailings.jobs.email_low_stock", level.model.id)
                told += 1
            elif not level.is_low and level.model.low_since is not None:
                level.model.low_since = None
                _note("token_model:enough", level.model, level.free)
    return told


def _note(event: str, model: TokenModel, free: int) -> None:
    audit.record(
        event,
        subject_type="token_model",
        subject_id=model.id,
        actor=SYSTEM,
        detail={"name": model.name, "free": free, "reorder_level": model.reorder_level},
    )
