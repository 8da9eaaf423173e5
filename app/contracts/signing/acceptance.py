"""The acceptance: one function for every way in which a signed revision reaches us.

Checks 1–16 of docs/rules/acceptance.md, in order; the first "no" ends it, and any exception of any kind is a "no". The
verdict names every check with its result and is stored with the revision.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.contracts.signing.checks import (
    bytes_of_update,
    container,
    difference,
    objects,
    person,
    signature_object,
)
from app.contracts.signing.checks.candidate import Candidate, RejectedError
from app.contracts.signing.places import Slot
from app.contracts.signing.trust import Trust

log = logging.getLogger(__name__)

Check = Callable[[Candidate], None]
# In this order: cheap ones first, and nothing is parsed before the bytes are the ones that we issued.
CHECKS: tuple[tuple[int, Check], ...] = (
    (1, bytes_of_update.size),
    (2, bytes_of_update.base),
    (3, bytes_of_update.one_update),
    (4, objects.revisions),
    (5, objects.accounted),
    (6, objects.nothing_freed),
    (7, difference.difference),
    (8, signature_object.slot),
    (9, signature_object.kind),
    (10, signature_object.byte_range),
    (11, signature_object.references),
    (12, container.attributes),
    (13, container.algorithms),
    (14, person.path),
    (15, person.validity),
    (16, person.registered),
)
PASSED, FAILED, NOT_REACHED = "passed", "failed", "not_reached"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check of the verdict."""

    number: int
    name: str
    result: str
    code: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the acceptance found, check by check."""

    checks: tuple[CheckResult, ...]

    @property
    def is_accepted(self) -> bool:
        """Whether every check passed."""
        return all(check.result == PASSED for check in self.checks)

    @property
    def failure(self) -> CheckResult | None:
        """The check that said no."""
        return next((check for check in self.checks if check.result == FAILED), None)

    def as_json(self) -> dict[str, Any]:
        """The verdict as it is stored."""
        return {
            "accepted": self.is_accepted,
            "checks": [
                {name: value for name in CheckResult.__slots__ if (value := getattr(check, name)) != ""}
                for check in self.checks
            ],
        }


def accept(
    issued: bytes,
    up: bytes,
    slot: Slot,
    certificate: bytes,
    *,
    issued_sha256: str,
    trust: Trust,
    received_at: datetime,
) -> Verdict:
    """Judge a candidate revision.

    Args:
        issued: the last accepted revision, as we stored it.
        up: the candidate.
        slot: the field of the party who should sign.
        certificate: DER of the certificate that is registered for that party.
        issued_sha256: digest of the revision that was handed out for signing.
        trust: the authority whose certificates count, with its current CRLs.
        received_at: the moment of receipt.

    Returns:
        the verdict; nothing is raised, whatever the candidate is made of.
    """
    candidate = Candidate(issued, issued_sha256, up, slot, certificate, trust, received_at)
    results: list[CheckResult] = []
    for number, check in CHECKS:
        name = check.__name__
        if results and results[-1].result != PASSED:
            results.append(CheckResult(number, name, NOT_REACHED))
            continue
        results.append(_one(number, name, check, candidate))
    return Verdict(tuple(results))


def _one(number: int, name: str, check: Check, candidate: Candidate) -> CheckResult:
    try:
        check(candidate)
    except RejectedError as error:
        return CheckResult(number, name, FAILED, error.code, error.detail)
    except Exception as error:  # noqa: BLE001  a parser may raise anything over hostile input; every bit of it means no
        log.info("check %s could not read the candidate: %s", number, type(error).__name__)
        return CheckResult(number, name, FAILED, "unreadable", f"{type(error).__name__}: {error}"[:160])
    return CheckResult(number, name, PASSED)
