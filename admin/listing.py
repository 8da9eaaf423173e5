"""Reading one page of a large table: by key, not by offset, and without counting the whole table."""

import base64
import json
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, text, tuple_

from app.core.db import db

COUNT_CAP = 1000
BIGGEST = 2**63


@dataclass(frozen=True, slots=True)
class Listing:
    """One page: rows, cursors to the pages beside it, and how many rows there are, roughly if they are many."""

    rows: list[Any] = field(default_factory=list)
    next_cursor: str | None = None
    previous_cursor: str | None = None
    count: int = 0
    is_capped: bool = False
    is_estimate: bool = False


def read_listing(
    model: type[Any],
    *,
    order: str,
    descending: bool,
    criteria: list[Any],
    options: tuple[Any, ...] = (),
    limit: int = 50,
    after: str | None = None,
    before: str | None = None,
) -> Listing:
    """Read a page in the order of an indexed column, the primary key breaking ties.

    Args:
        model: with a primary key of one column.
        order: name of a column that is NOT NULL and indexed together with the primary key.
        descending: whether the largest comes first.
        criteria: which rows; each should be served by an index.
        options: loader options, so that the page asks a fixed number of queries.
        limit: rows of a page.
        after: cursor of an earlier page's end, as this function gave it; a foreign one leads to the first page.
        before: cursor of a later page's beginning.
    """
    key = primary_key(model)
    columns = [key] if order == key.key else [getattr(model, order), key]
    backwards = before is not None
    statement = select(model).where(*criteria).options(*options)
    cursor = _decode(before or after, columns)
    downwards = descending ^ backwards
    if cursor is not None:
        row = tuple_(*columns)
        statement = statement.where(row < tuple_(*cursor) if downwards else row > tuple_(*cursor))
    statement = statement.order_by(*(column.desc() if downwards else column.asc() for column in columns))
    rows = list(db.session.scalars(statement.limit(limit + 1)).unique())
    has_more = len(rows) > limit
    rows = rows[:limit]
    if backwards:
        rows.reverse()
    count, is_capped, is_estimate = _count(model, criteria)
    has_next = has_more if not backwards else True
    has_previous = (cursor is not None) if not backwards else has_more
    return Listing(
        rows,
        _encode(rows[-1], columns) if rows and has_next else None,
        _encode(rows[0], columns) if rows and has_previous else None,
        count,
        is_capped,
        is_estimate,
    )


def primary_key(model: type[Any]) -> Any:
    """The attribute of the primary key, which has one column."""
    (column,) = model.__mapper__.primary_key
    return getattr(model, column.name)


def capped_count(model: type[Any], *criteria: ColumnElement[bool], cap: int = COUNT_CAP) -> int:
    """How many rows there are, but never more than `cap` + 1: for numbers beside a tab or on a card."""
    some = select(primary_key(model)).where(*criteria).limit(cap + 1).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def column_value(value: Any, column: Any) -> Any:
    """A value from an address as the column holds it.

    Raises:
        ValueError: the column cannot hold this.
    """
    kind = column.type.python_type
    if not isinstance(value, str | int):
        raise ValueError(value)  # noqa: TRY004  whatever is wrong with an address is one thing to the caller
    if kind is int:
        number = int(value)
        if not -BIGGEST <= number < BIGGEST:
            raise ValueError(value)
        return number
    if not isinstance(value, str) or "\x00" in value:
        raise ValueError(value)
    if kind in {date, datetime}:
        return kind.fromisoformat(value)
    return UUID(value) if kind is UUID else kind(value)


def _count(model: type[Any], criteria: list[Any]) -> tuple[int, bool, bool]:
    count = capped_count(model, *criteria)
    if count <= COUNT_CAP:
        return count, False, False
    if criteria:
        return COUNT_CAP, True, False
    estimate = db.session.scalar(
        text("SELECT reltuples::bigint FROM pg_class WHERE oid = to_regclass(:name)"), {"name": model.__tablename__}
    )
    return max(int(estimate or 0), COUNT_CAP), False, True


def _encode(row: Any, columns: list[Any]) -> str:
    values = [getattr(row, column.key) for column in columns]
    return base64.urlsafe_b64encode(json.dumps(values, default=str).encode()).decode().rstrip("=")


def _decode(cursor: str | None, columns: list[Any]) -> list[Any] | None:
    """The values of a cursor. One that is not ours leads to the first page."""
    if not cursor:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return [column_value(value, column) for value, column in zip(values, columns, strict=True)]
    except (ValueError, TypeError, RecursionError):
        return None
