"""Dates and moments as the site shows them: in Japan's time, whoever reads."""

from datetime import date, datetime

from flask_babel import format_date

from app.core.clock import to_tokyo
from app.core.language import current_language

PATTERNS = {"ja": "y年M月d日(E)", "en": "EEE, d MMM y"}


def site_date(day: date) -> str:
    """2026年11月24日(火), or Tue, 24 Nov 2026."""
    return format_date(day, PATTERNS[current_language()], rebase=False)


def site_moment(moment: datetime) -> str:
    """A moment to the minute, on a clock in Japan."""
    local = to_tokyo(moment)
    return f"{site_date(local.date())} {local:%H:%M}"
