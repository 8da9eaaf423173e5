"""How long the books are kept: ten years (施行規則12条2項), the first day not counted (Civil Code 140, 143).

The law names two first days: the certificate's expiry, and the refusal. For the rest the authority decides
(docs/rules/retention.md): withdrawn and lapsed applications count from the day they were closed; an approved application to
CECTRUST from the day on which its company's cancellation was approved.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from app.core.calendar import last_day_of_period
from models.enums import ApplicationStatus as S

YEARS = 10


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What the retention of one case depends on."""

    status: S
    closed_on: date | None
    expires_on: Collection[date] = ()  # last day of each certificate issued on this case
    awaits_certificate: bool = False  # an applicant may still fetch one: nobody knows its expiry yet
    has_live_account: bool = False  # the company's contract goes on
    contract_ended_on: date | None = None  # the cancellation was approved on this day


def keep_until(expiry_or_refusal: date) -> date:
    """The last day of keeping, from the certificate's expiry or from the refusal; revocation does not shorten it.

    What ends on the last of February is kept until the last of February, which may be the 29th.
    """
    return last_day_of_period(expiry_or_refusal, YEARS * 12)


def last_day_closed(today: date) -> date:
    """Cases that were closed after this day cannot be due today, whatever else is known of them."""
    try:
        return today.replace(year=today.year - YEARS)
    except ValueError:
        return date(today.year - YEARS, 3, 1)


def keep_case_until(case: CaseFacts) -> date | None:
    """The last day of keeping the papers of a case; None while nobody can know it."""
    if case.closed_on is None or case.awaits_certificate or case.has_live_account:
        return None
    ended = [case.contract_ended_on] if case.contract_ended_on else []
    return keep_until(max([case.closed_on, *case.expires_on, *ended]))


def keep_sheet_until(cases: Collection[CaseFacts]) -> date | None:
    """A sheet that served several cases stays as long as the longest of them; None while one is open, or if there is none."""
    days = [keep_case_until(case) for case in cases]
    known = [day for day in days if day is not None]
    return max(known) if known and len(known) == len(days) else None


def is_due(until: date | None, today: date) -> bool:
    """Whether the last day of keeping has passed."""
    return until is not None and today > until
