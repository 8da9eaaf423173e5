"""What a letter costs: from its shape, weight and services, by the fee table of the day. Yen, tax included.

The tables are data (postage_fees.json), each with its first day; a change of fees is a new table, never an edit.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from app.core.errors import DomainError

TABLES = Path(__file__).with_name("postage_fees.json")
REGISTERED, SIMPLE, RECORDED = "一般書留", "簡易書留", "特定記録"
RESTRICTED, EXPRESS = "本人限定受取", "速達"
RECORDINGS = frozenset({REGISTERED, SIMPLE, RECORDED})
Steps = tuple[tuple[int, int], ...]  # (up to grams, yen), rising


class PostageError(DomainError):
    """No fee. Codes: postage-weight, postage-too-heavy, postage-shape, postage-option, postage-exclusive,
    postage-needs-registered, postage-no-table."""  # noqa: D209


@dataclass(frozen=True, slots=True)
class FeeTable:
    """The fees from a day on."""

    valid_from: date
    valid_to: date | None
    base: dict[str, Steps]
    surcharge: dict[str, Steps]


def postage(shape: str, grams: int, options: Collection[str], on: date) -> int:
    """The fee of one letter.

    Args:
        shape: 定形, 定形外(規格内) or 定形外(規格外).
        grams: as weighed, rounded up; at least 1.
        options: services by their names; 本人限定受取 needs 一般書留, and of the recordings there is one at most.
        on: day of posting.

    Raises:
        PostageError: nothing of the kind can be posted, and why.
    """
    if grams < 1:
        raise PostageError("postage-weight", field="grams", grams=grams)
    table = fee_table(on)
    if shape not in table.base:
        raise PostageError("postage-shape", field="shape", shape=shape)
    wanted = sorted(set(options))
    _require_possible(wanted, table)
    total = _step(table.base[shape], grams, shape)
    return total + sum(_step(table.surcharge[option], grams, option) for option in wanted)


def fee_table(on: date) -> FeeTable:
    """The table that is in force on a day. Raises PostageError(postage-no-table) before the first one."""
    for table in reversed(fee_tables()):
        if table.valid_from <= on and (table.valid_to is None or on <= table.valid_to):
            return table
    raise PostageError("postage-no-table", field="posted_on", day=on.isoformat())


@cache
def fee_tables() -> tuple[FeeTable, ...]:
    """Every table, the oldest first."""
    rows = json.loads(TABLES.read_text("utf-8"))
    found = [
        FeeTable(
            date.fromisoformat(row["valid_from"]),
            date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            _steps(row["base"]),
            _steps(row["surcharge"]),
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda table: table.valid_from))


def _steps(rows: dict[str, list[list[int]]]) -> dict[str, Steps]:
    return {name: tuple((grams, yen) for grams, yen in steps) for name, steps in rows.items()}


def _require_possible(options: list[str], table: FeeTable) -> None:
    for option in options:
        if option not in table.surcharge:
            raise PostageError("postage-option", field="options", option=option)
    recordings = [option for option in options if option in RECORDINGS]
    if RESTRICTED in options and REGISTERED not in options:
        raise PostageError("postage-needs-registered", field="options")
    if len(recordings) > 1:
        raise PostageError("postage-exclusive", field="options", options="・".join(recordings))


def _step(steps: Steps, grams: int, name: str) -> int:
    for most, yen in steps:
        if grams <= most:
            return yen
    raise PostageError("postage-too-heavy", field="grams", name=name, most=steps[-1][0], grams=grams)
