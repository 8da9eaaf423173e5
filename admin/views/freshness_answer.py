"""Freshness as the screen says it: each case its own sentence, with the last acceptable day and why."""

from datetime import date
from typing import Any

from flask_babel import gettext as _

from admin.messages import sentence
from admin.views.desk import extends_over_closed_days
from app.core.errors import DomainError
from app.core.wareki import format_wareki, parse_date
from registration.rules.freshness import freshness


def asked_freshness(issued: str, received: str) -> dict[str, Any]:
    """Whether a paper of this issue date is fresh, from what is being typed."""
    try:
        day = parse_date(received).date
        parsed = parse_date(issued)
    except DomainError as error:
        return {"ok": False, "text": sentence(error)}
    answer = freshness_answer(parsed.date, day)
    if parsed.warning:
        # Papers printed before May 2019 say 平成31年5月: taken, and shown as the day that it is.
        answer["why"] = (
            _("The era had ended by then; the same day is %(day)s.", day=answer["date"]) + " " + answer["why"]
        )
    return answer


def freshness_answer(issued: date, received: date) -> dict[str, Any]:
    """Freshness with the days that explain it."""
    state = freshness(issued, received, extend_over_closed_days=extends_over_closed_days())
    last = format_wareki(state.last_acceptable_day)
    words = {
        "fresh": _("Fresh: it may be received until %(day)s.", day=last),
        "stale": _("Too old: the last acceptable day was %(day)s. Ask for a new one.", day=last),
        "from-the-future": _("The date lies after the day of receipt. Look at the paper again."),
    }
    why = ""
    if state.code != "from-the-future":
        why = _(
            "Three months from the day after issue end on %(day)s (Civil Code 140, 143).",
            day=format_wareki(state.last_day),
        )
        if state.last_acceptable_day != state.last_day:
            why += " " + _("That day is closed, so the period ends on the next open day (Civil Code 142).")
    return {
        "ok": state.is_fresh,
        "text": words[state.code],
        "why": why,
        "date": format_wareki(issued),
        "iso": issued.isoformat(),
    }
