"""Reading what the post says about items: pasted from the tracking page, or a CSV file. No fixed form is assumed.

A line holds an item number, a day, a word of Japan Post, and perhaps the office. The columns are found by their titles, or,
without titles, by what stands in them.
"""

import csv
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from io import StringIO
from typing import TypeVar

from app.core.wareki import DateError, parse_date
from mailings.rules.item_numbers import ItemNumberError, parse_item_number
from models.enums import OutcomeStatus as S

T = TypeVar("T")
# The longer words first: 「お届け済み(返送)」 is no delivery, 「持ち戻り」 beats 「持ち出し」.
WORDS: tuple[tuple[str, S], ...] = (
    ("差出人に返送済", S.RETURNED), ("差出人へ返送済", S.RETURNED), ("返送済", S.RETURNED), ("返還済", S.RETURNED),
    ("返送", S.RETURNING), ("返還", S.RETURNING),
    ("調査中", S.INVESTIGATED), ("事故", S.INVESTIGATED),
    ("持ち戻り", S.ABSENT), ("持戻", S.ABSENT), ("不在", S.ABSENT),
    ("窓口でお渡し", S.DELIVERED), ("お届け済", S.DELIVERED), ("配達完了", S.DELIVERED), ("配達済", S.DELIVERED),
    ("お渡し済", S.DELIVERED),
    ("窓口変更", S.MOVED), ("窓口の変更", S.MOVED), ("転送", S.MOVED),
    ("保管", S.ARRIVED), ("到着", S.ARRIVED),
    ("引受", S.ACCEPTED),
)  # fmt: skip
PASSED_BY = ("持ち出し中", "持出中", "通過", "発送", "中継")  # on the way: nothing to record
TITLES = {
    "item_number": ("お問い合わせ番号", "お問合せ番号", "問い合わせ番号", "追跡番号", "引受番号", "番号", "item"),
    "on": ("状態発生日", "日時", "日付", "年月日", "date"),
    "status": ("配送履歴", "最新状態", "状態", "ステータス", "結果", "status"),
    "office": ("取扱局", "局名", "郵便局", "office"),
}
MONTH_AND_DAY = re.compile(r"^(\d{1,2})[/月](\d{1,2})日?$")
FORMULA = re.compile(r'^="(.*)"$')  # a spreadsheet writes a number like this so that it stays a text
CLOCK = re.compile(r"\s*\d{1,2}[::時]\d{2}(?:[::]\d{2}|分)?\s*$")


@dataclass(frozen=True, slots=True)
class OutcomeLine:
    """One line that was understood."""

    item_number: str  # digits
    status: S
    on: date
    office: str
    line: str  # as it came


@dataclass(frozen=True, slots=True)
class UnreadLine:
    """One line that was not: its number in the text, and why. Codes: outcome-number, outcome-status, outcome-day."""

    place: int
    line: str
    code: str


@dataclass(frozen=True, slots=True)
class ReadOutcomes:
    """What a text holds. `passed` counts lines about an item on its way, which say nothing new."""

    lines: tuple[OutcomeLine, ...]
    unread: tuple[UnreadLine, ...]
    passed: int


def read_outcomes(text: str, today: date) -> ReadOutcomes:
    """Read pasted lines or a CSV file (commas, tabs, or runs of spaces between the columns).

    Args:
        text: as it came.
        today: in Japan; a day without a year is the latest that is not after it.
    """
    found: list[OutcomeLine] = []
    unread: list[UnreadLine] = []
    passed, columns = 0, {}
    for place, raw in enumerate(text.replace("\x00", "").removeprefix("\ufeff").splitlines(), start=1):
        cells = _cells(raw)
        if not any(cells):
            continue
        if titles := _titles(cells):
            columns = titles
            continue
        read = _read(cells, columns, raw.strip(), today)
        if isinstance(read, OutcomeLine):
            found.append(read)
        elif read is None:
            passed += 1
        else:
            unread.append(UnreadLine(place, raw.strip(), read))
    return ReadOutcomes(tuple(found), tuple(unread), passed)


def read_status(text: str) -> S | None:
    """The step that a word of Japan Post means; None if it means nothing that we record."""
    plain = unicodedata.normalize("NFKC", text).replace(" ", "")
    by_code = {status.value: status for status in S}
    return next((status for word, status in WORDS if word in plain), by_code.get(plain.lower()))


def _cells(raw: str) -> list[str]:
    if "\t" in raw:
        parts = raw.split("\t")
    elif "," in raw:
        parts = _commas(raw)
    else:
        parts = re.split(r"[\s\u3000]+", raw.strip())
    return [FORMULA.sub(r"\1", part.strip()).removeprefix("'") for part in parts]


def _commas(raw: str) -> list[str]:
    try:
        return next(csv.reader(StringIO(raw)), [])
    except csv.Error:
        return [raw]  # too long for a cell, or else no CSV: it is shown as a line that cannot be read


def _titles(cells: list[str]) -> dict[str, int]:
    if any(_number(cell) for cell in cells):
        return {}
    plain = [unicodedata.normalize("NFKC", cell).lower() for cell in cells]
    found = {
        name: place
        for name, words in TITLES.items()
        if (place := next((n for word in words for n, cell in enumerate(plain) if word in cell), None)) is not None
    }
    return found if {"item_number", "status"} <= found.keys() else {}


def _read(cells: list[str], columns: dict[str, int], raw: str, today: date) -> OutcomeLine | str | None:
    number = _first(cells, columns.get("item_number"), _number)
    if number is None:
        return "outcome-number"
    others = [cell for cell in cells if _number(cell) != number]
    status = _first(cells, columns.get("status"), read_status)
    if status is None:
        return None if any(word in cell for cell in others for word in PASSED_BY) else "outcome-status"
    on = _first(cells, columns.get("on"), lambda cell: _day(cell, today))
    if on is None or on > today:
        return "outcome-day"
    return OutcomeLine(number, status, on, _office(cells, columns, today), raw)


def _first(cells: list[str], place: int | None, read: Callable[[str], T | None]) -> T | None:
    """What `read` finds in the titled column, else in the first cell in which it finds something."""
    wanted = cells if place is None else cells[place : place + 1]
    return next((value for cell in wanted if (value := read(cell)) is not None), None)


def _number(cell: str) -> str | None:
    try:
        return parse_item_number(cell).digits
    except ItemNumberError:
        return None


def _day(cell: str, today: date) -> date | None:
    plain = CLOCK.sub("", unicodedata.normalize("NFKC", cell)).strip()
    short = MONTH_AND_DAY.match(plain)
    try:
        if short:
            day = date(today.year, int(short[1]), int(short[2]))
            return day if day <= today else day.replace(year=today.year - 1)
        return parse_date(plain).date if re.search(r"\d", plain) else None
    except (DateError, ValueError):
        return None


def _office(cells: list[str], columns: dict[str, int], today: date) -> str:
    if "office" in columns:
        return next(iter(cells[columns["office"] :]), "")
    left = [cell for cell in cells if "郵便局" in cell or cell.endswith("局")]
    return left[0] if left and _day(left[0], today) is None else ""
