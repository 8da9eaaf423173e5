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

RENEWABLE = (CertificateStatus.ISSUED, CertificateStatus.ACTIVE)


class Refusal(StrEnum):
    """Why a certificate cannot be renewed online. The values are codes of errors."""

    REVOKED = "renewal-revoked"
    EXPIRED = "renewal-expired"
    CANCELLED = "renewal-cancelled"
    RENEWED = "renewal-renewed"  # a newer certificate is there
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
    if present.status is CertificateStatus.EXPIRED or (present.status in RENEWABLE and today > present.ends_on):
        return Refusal.EXPIRED
    if present.status not in RENEWABLE:
        return Refusal.REVOKED
    if present.is_cancelled:
        return Refusal.CANCELLED
    if present.is_renewed:
        return Refusal.RENEWED
    if present.is_requested:
        return Refusal.REQUESTED
    if online_until(present.ends_on, present.anchor, policy) is None:
        return Refusal.PAPERS
    return Refusal.EARLY if today < opens_on(present.ends_on, policy) else None
