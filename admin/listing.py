"""Reading one page of a large table: by key, not by offset, and without counting the whole table."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select, text, tuple_, union_all

from app.core.db import db
from app.core.search import Search

K = TypeVar("K")

COUNT_CAP = 1000
SURELY_MANY = 10 * COUNT_CAP  # rows by the statistics; then nobody counts whether there are COUNT_CAP
LOOK_AT = 10_000  # rows of the list that a search tests one by one before it asks its index
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


@dataclass(frozen=True, slots=True)
class _Walk:
    """Along which rows, in which order, from where on."""

    model: type[Any]
    columns: list[Any]  # the order; the primary key is the last
    downwards: bool
    criteria: list[Any]
    cursor: list[Any] | None

    def select(self, *what: Any) -> Select[Any]:  # noqa: ANN401  columns of any table
        return self.ordered(self.beyond(select(*what).where(*self.criteria), self.columns), self.columns)

    def ordered(self, statement: Select[Any], columns: list[Any]) -> Select[Any]:
        return statement.order_by(*(each.desc() if self.downwards else each.asc() for each in columns))

    def beyond(self, statement: Select[Any], columns: list[Any]) -> Select[Any]:
        if self.cursor is None:
            return statement
        row, limit = tuple_(*columns), tuple_(*self.cursor)
        return statement.where(row < limit if self.downwards else row > limit)


def read_listing(
    model: type[Any],
    *,
    order: str | tuple[str, ...],
    descending: bool,
    criteria: list[Any],
    options: tuple[Any, ...] = (),
    limit: int = 50,
    after: str | None = None,
    before: str | None = None,
) -> Listing:
    """Read a page in the order of indexed columns, the primary key breaking ties.

    Args:
        model: with a primary key of one column.
        order: columns that are NOT NULL and indexed together, the primary key behind them.
        descending: whether the largest comes first.
        criteria: which rows; each should be served by an index. One may be a `Search`.
        options: loader options, so that the page asks a fixed number of queries.
        limit: rows of a page.
        after: cursor of an earlier page's end, as this function gave it; a foreign one leads to the first page.
        before: cursor of a later page's beginning.
    """
    key = primary_key(model)
    names = (order,) if isinstance(order, str) else order
    columns = [*(getattr(model, name) for name in names if name != key.key), key]
    backwards = before is not None
    search = next((each for each in criteria if isinstance(each, Search)), None)
    if search is None and columns[0].unique:
        columns = columns[:1]  # nothing ties, and an index that ends with this column is read as it lies
    plain = [each for each in criteria if each is not search]
    walk = _Walk(model, columns, descending ^ backwards, plain, _decode(before or after, columns))
    if search is None:
        rows = list(db.session.scalars(walk.select(model).options(*options).limit(limit + 1)).unique())
        is_all = walk.cursor is None and len(rows) <= limit
        counted = (len(rows), False, False) if is_all else _count(walk)
    else:
        keys, counted = _find(walk, search, limit + 1)
        rows = _load(model, keys, options)
    has_more = len(rows) > limit
    rows = rows[:limit]
    if backwards:
        rows.reverse()
    has_next = has_more if not backwards else True
    has_previous = (walk.cursor is not None) if not backwards else has_more
    return Listing(
        rows,
        _encode(rows[-1], columns) if rows and has_next else None,
        _encode(rows[0], columns) if rows and has_previous else None,
        *counted,
    )


def primary_key(model: type[Any]) -> Any:
    """The attribute of the primary key, which has one column."""
    (column,) = model.__mapper__.primary_key
    return getattr(model, column.name)


def found_by(model: type[Any], *ways: Any) -> ColumnElement[bool]:
    """Rows that are found in one of these ways, each by its own index: an `or_` over several tables is found by none.

    Args:
        model: whose rows.
        ways: criteria, or selects of keys.
    """
    key = primary_key(model)
    return key.in_(union_all(*(each if isinstance(each, Select) else select(key).where(each) for each in ways)))  # type: ignore[no-any-return]  # the key is of any model


def capped_count(model: type[Any], *criteria: ColumnElement[bool], cap: int = COUNT_CAP) -> int:
    """How many rows there are, but never more than `cap` + 1: for numbers beside a tab or on a card."""
    return capped_counts(model, {"": criteria}, cap=cap)[""]


def capped_counts(
    model: type[Any], wanted: Mapping[K, tuple[ColumnElement[bool], ...]], *, cap: int = COUNT_CAP
) -> dict[K, int]:
    """Several capped counts of a table by one query, by the same keys: for all the numbers beside tabs."""
    return count_all({key: (model, *criteria) for key, criteria in wanted.items()}, cap=cap)


def count_all(wanted: Mapping[K, tuple[Any, ...]], *, cap: int = COUNT_CAP) -> dict[K, int]:
    """Capped counts of any tables by one query, by the same keys: for all the cards of a page.

    Args:
        wanted: for each key the model and the criteria; or a select of keys alone, ordered by the index along which it is counted.
        cap: where to stop; a number beyond it is `cap` + 1.
    """
    if not wanted:
        return {}
    some = [_keys(*each).limit(cap + 1).subquery() for each in wanted.values()]
    counts = [select(func.count()).select_from(each).scalar_subquery() for each in some]
    return dict(zip(wanted, db.session.execute(select(*counts)).one(), strict=True))


def _keys(what: Any, *criteria: Any) -> Select[Any]:
    return what if isinstance(what, Select) else select(primary_key(what)).where(*criteria)


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


def _find(walk: _Walk, search: Search, limit: int) -> tuple[list[Any], tuple[int, bool, bool]]:
    """Keys of the rows that a text is on, in order, and their number as far as it is known.

    First the next LOOK_AT rows of the list are tested one by one: that fills a page with every text that is frequent.
    Only one that is not may ask its index, which knows no order and gives all its rows at once.
    """
    near = walk.select(*walk.columns, search.test.label("is_hit")).limit(LOOK_AT).subquery()
    columns = list(near.c)[:-1]
    keys = list(db.session.scalars(walk.ordered(select(columns[-1]).where(near.c.is_hit), columns).limit(limit)))
    if len(keys) == limit or _is_end(walk):
        is_all = walk.cursor is None and len(keys) < limit
        return keys, (len(keys) if is_all else limit - 1, not is_all, False)
    hits = select(*walk.columns).where(*walk.criteria, search).cte("hits").prefix_with("MATERIALIZED")
    columns = list(hits.c)
    number = select(func.count()).select_from(hits).scalar_subquery()
    page = walk.ordered(walk.beyond(select(columns[-1], number), columns), columns).limit(limit)
    found = db.session.execute(page).all()
    count = int(found[0][1]) if found else 0
    return [row[0] for row in found], (min(count, COUNT_CAP), count > COUNT_CAP, False)


def _is_end(walk: _Walk) -> bool:
    """Whether the list ends before LOOK_AT more rows."""
    if walk.cursor is None and not walk.criteria and _estimate(walk.model) > 2 * LOOK_AT:
        return False
    ahead = walk.select(walk.columns[-1]).limit(LOOK_AT).subquery()
    return (db.session.scalar(select(func.count()).select_from(ahead)) or 0) < LOOK_AT


def _load(model: type[Any], keys: list[Any], options: tuple[Any, ...]) -> list[Any]:
    """The rows with these keys, in the order of the keys."""
    key = primary_key(model)
    rows = db.session.scalars(select(model).where(key.in_(keys)).options(*options)).unique()
    by_key = {getattr(row, key.key): row for row in rows}
    return [by_key[each] for each in keys if each in by_key]


def _count(walk: _Walk) -> tuple[int, bool, bool]:
    """The number of rows, whether there are more, whether it is the statistics' guess. It walks like the page itself."""
    estimate = 0 if walk.criteria else _estimate(walk.model)
    if estimate > SURELY_MANY:
        return estimate, False, True
    everything = replace(walk, cursor=None).select(walk.columns[-1]).limit(COUNT_CAP + 1).subquery()
    count = db.session.scalar(select(func.count()).select_from(everything)) or 0
    if count <= COUNT_CAP:
        return count, False, False
    if walk.criteria:
        return COUNT_CAP, True, False
    return max(estimate, COUNT_CAP), False, True


def _estimate(model: type[Any]) -> int:
    """How many rows the statistics say there are; 0 if they say nothing yet."""
    found = db.session.scalar(
        text("SELECT reltuples::bigint FROM pg_class WHERE oid = to_regclass(:name)"), {"name": model.__tablename__}
    )
    return max(int(found or 0), 0)


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
