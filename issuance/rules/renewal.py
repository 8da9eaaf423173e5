"""Renewal: whom to remind when, and whether the present key is enough to ask for the next certificate.

施行規則5条2項: a subscriber may ask for a new certificate by a signature with the present one only while the new one expires
within five years, counted from the issue of the certificate that stands on identity papers (the anchor).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from issuance.rules.validity import latest_renewal_expiry
from models.enums import CertificateStatus

SPACES = " \u3000"
RENEWABLE = (CertificateStatus.ISSUED, CertificateStatus.ACTIVE)


class Refusal(StrEnum):
    """Why a certificate cannot be renewed online. The values are codes of errors."""

    REVOKED = "renewal-revoked"
    EXPIRED = "renewal-expired"
    CANCELLED = "renewal-cancelled"
    RENEWED = "renewal-renewed"  # a newer certificate is there
    USED = "renewal-used"  # it was renewed online once, and the newer one is no longer valid
    REQUESTED = "renewal-requested"  # the newer one is being made
    EARLY = "renewal-early"
    PAPERS = "renewal-papers"  # the five years are used up, or nearly


@dataclass(frozen=True, slots=True)
class Policy:
    """What the authority allows, in days."""

    window: int  # before the end of the present certificate, from when on a renewal is possible
    least: int  # by which the new certificate must outlast the present one


@dataclass(frozen=True, slots=True)
class Present:
    """The present certificate, as far as a renewal depends on it. Days are those of Japan."""

    status: CertificateStatus
    ends_on: date
    anchor: date
    is_cancelled: bool = False  # the company
    is_renewed: bool = False
    is_used: bool = False
    is_requested: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One step of notices: certificates that end more than `over` and at most `days` days from today."""

    days: int
    over: int


def steps_of(days: Iterable[int]) -> list[Step]:
    """The steps, the one that is nearest to the end first.

    Each certificate is in one step at most, the latest that applies: what was missed while nobody planned is made up for
    by that one alone. The last step reaches to the very last day.
    """
    found, over = [], -1
    for each in sorted({day for day in days if day >= 0}):
        found.append(Step(each, over))
        over = each
    return found


def opens_on(ends_on: date, policy: Policy) -> date:
    """The first day on which an online renewal is possible."""
    return ends_on - timedelta(days=policy.window)


def online_until(ends_on: date, anchor: date, policy: Policy) -> date | None:
    """The last day that an online renewal can reach; None if that is not worth it, so that papers are needed."""
    latest = latest_renewal_expiry(anchor)
    return latest if latest >= ends_on + timedelta(days=policy.least) else None


def refusal(present: Present, today: date, policy: Policy) -> Refusal | None:
    """What stands against an online renewal today, the gravest first; None if nothing does."""
    is_live = present.status in RENEWABLE
    is_over = present.status is CertificateStatus.EXPIRED or (is_live and today > present.ends_on)
    against = (
        (Refusal.EXPIRED, is_over),
        (Refusal.REVOKED, not is_live),
        (Refusal.CANCELLED, present.is_cancelled),
        (Refusal.RENEWED, present.is_renewed),
        (Refusal.USED, present.is_used),
        (Refusal.REQUESTED, present.is_requested),
        (Refusal.PAPERS, online_until(present.ends_on, present.anchor, policy) is None),
        (Refusal.EARLY, today < opens_on(present.ends_on, policy)),
    )
    return next((code for code, holds in against if holds), None)


def same_person(name: str, born: date | None, other: str, other_born: date | None) -> bool:
    """Whether two applicants of one company are the same person: the same name but for spaces, the same day of birth.

    A day that is not known says nothing. Nothing is decided by it but whether somebody still needs a reminder.
    """
    return bare(name) == bare(other) and (born is None or other_born is None or born == other_born)


def bare(name: str) -> str:
    """A name without its spaces, for comparison alone; what is stored stays as it was typed."""
    return name.translate({ord(sign): None for sign in SPACES})
