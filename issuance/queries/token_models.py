"""Approved models of token, deliveries, and how many are free."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from app.core.db import db
from app.core.errors import NotFoundError
from models.enums import TokenStatus
from models.tokens import Token, TokenBatch, TokenModel

COUNTED = (
    TokenStatus.IN_STOCK,
    TokenStatus.RESERVED,
    TokenStatus.ENCLOSED,
    TokenStatus.POSTED,
    TokenStatus.RETURNED,
)


@dataclass(frozen=True, slots=True)
class StockLevel:
    """How many tokens of a model are where. Those with their holders are not counted: they grow without end."""

    model: TokenModel
    free: int
    reserved: int
    on_the_way: int
    returned: int

    @property
    def is_low(self) -> bool:
        """Whether a new batch is to be ordered."""
        return self.model.approved and self.free <= self.model.reorder_level


def list_stock_levels() -> list[StockLevel]:
    """Every model with its numbers, the approved ones first."""
    models = db.session.scalars(select(TokenModel).order_by(TokenModel.approved.desc(), TokenModel.name)).all()
    rows = db.session.execute(
        select(Token.model, Token.status, func.count())
        .where(Token.status.in_(COUNTED), Token.model.in_([each.name for each in models]))
        .group_by(Token.model, Token.status)
    )
    numbers = {(name, status): count for name, status, count in rows}

    def of(model: TokenModel, *wanted: TokenStatus) -> int:
        return sum(numbers.get((model.name, each), 0) for each in wanted)

    return [
        StockLevel(
            each,
            of(each, TokenStatus.IN_STOCK),
            of(each, TokenStatus.RESERVED),
            of(each, TokenStatus.ENCLOSED, TokenStatus.POSTED),
            of(each, TokenStatus.RETURNED),
        )
        for each in models
    ]


def list_low_stock() -> list[StockLevel]:
    """Approved models of which a new batch is to be ordered."""
    return [each for each in list_stock_levels() if each.is_low]


def get_token_model(model_id: UUID) -> TokenModel:
    """A model of token. Raises NotFoundError."""
    found = db.session.get(TokenModel, model_id)
    if found is None:
        raise NotFoundError("token model", id=model_id)
    return found


def find_token_model(name: str) -> TokenModel | None:
    """A model of token by its name."""
    return db.session.scalar(select(TokenModel).where(TokenModel.name == name))


def list_token_models() -> list[TokenModel]:
    """Every model, the approved ones first."""
    return list(db.session.scalars(select(TokenModel).order_by(TokenModel.approved.desc(), TokenModel.name)))


def list_batches(limit: int = 30) -> list[TokenBatch]:
    """The latest deliveries, newest first."""
    return list(db.session.scalars(select(TokenBatch).order_by(TokenBatch.sequence.desc()).limit(limit)))


def find_batch(name: str) -> TokenBatch | None:
    """A delivery by the number of its note."""
    return db.session.scalar(select(TokenBatch).where(TokenBatch.name == name))


def list_known_serials(serials: list[str]) -> list[str]:
    """Which of these serial numbers are in the register already, in order."""
    known = set(db.session.scalars(select(Token.serial_number).where(Token.serial_number.in_(serials))))
    return [each for each in serials if each in known]
