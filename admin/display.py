"""How values look: days, moments, yen, and states as a tinted tag with a word."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from flask import Flask
from flask_babel import format_date, get_locale, lazy_gettext
from markupsafe import Markup, escape

from admin.access import may
from admin.listing import COUNT_CAP
from admin.words import QUIET, WORDS
from app.core.clock import now, to_tokyo, today
from app.core.wareki import DateError, format_wareki
from mailings.rules.item_numbers import ItemNumberError, parse_item_number
from mailings.rules.posting import tracking_url

_LOOKUP = {(type(member), str(member)): (text, tint) for member, text, tint in WORDS}


def word(value: StrEnum) -> str:
    """The word for a state."""
    entry = _LOOKUP.get((type(value), str(value)))
    return str(entry[0]) if entry else str(value)


def tone(value: StrEnum) -> str:
    """The tint of a state's tag."""
    entry = _LOOKUP.get((type(value), str(value)))
    return entry[1] if entry else QUIET


def tag(value: StrEnum) -> Markup:
    """A state as a tinted tag with its word."""
    return Markup(f'<span class="tag {tone(value)}">{escape(word(value))}</span>')  # noqa: S704  the tint is ours


def day(value: date | None) -> str:
    """A day: 2026-11-24."""
    return value.isoformat() if value else "—"


def wareki_day(value: date | None) -> str:
    """A day both ways: 令和8年11月24日 (2026-11-24)."""
    if value is None:
        return "—"
    try:
        return f"{format_wareki(value)} ({value.isoformat()})"
    except DateError:
        return value.isoformat()


def moment(value: datetime | None) -> str:
    """A moment on a clock in Japan, to the minute."""
    return to_tokyo(value).isoformat(" ", "minutes")[:16] if value else "—"  # without the offset


def yen(value: int | None) -> str:
    """An amount: ¥12,345."""
    return f"¥{value:,}" if value is not None else "—"


def show(value: Any) -> str | Markup:  # noqa: PLR0911  one line for each type
    """Any value of a table's cell."""
    if value is None or value == "":
        return "—"
    if isinstance(value, StrEnum):
        return tag(value)
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, bool):
        return str(lazy_gettext("yes")) if value else str(lazy_gettext("no"))
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return "; ".join(f"{name}: {each}" for name, each in value.items())
    return escape(value)


def item(digits: str | None) -> str:
    """An item number as it stands on the label: 131-12-38385-2."""
    try:
        return parse_item_number(digits).formatted if digits else "—"
    except ItemNumberError:
        return digits or "—"  # a page that shows what is wrong is better than none


def capped(count: int, cap: int = COUNT_CAP) -> str:
    """A number that `admin.listing.capped_counts` gave, or another that was counted up to a cap: beyond it nobody counted."""
    return f"{cap:,}+" if count > cap else f"{count:,}"


def init_app(app: Flask) -> None:
    """Make these known to templates."""
    app.jinja_env.filters.update(
        word=word, tag=tag, day=day, wareki=wareki_day, moment=moment, yen=yen, show=show, capped=capped, item=item
    )
    app.jinja_env.globals.update(may=may, tracking_url=lambda digits: tracking_url(digits, str(get_locale())))
    app.jinja_env.globals.update(today_long=lambda: format_date(today(), "full"), now=now)
