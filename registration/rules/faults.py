"""What keeps a case from being decided, computed from plain values. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from models.enums import CheckResult, PaperKind
from registration.rules.checklist import paper_spec
from registration.rules.freshness import freshness
from registration.rules.required_papers import FRESH_KINDS


@dataclass(frozen=True, slots=True)
class PaperState:
    """What is known of one paper of a case."""

    kind: PaperKind
    applicant: str | None
    received_on: date | None
    issued_on: date | None
    fields: dict[str, str]
    checks: dict[str, CheckResult]
    page_count: int


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is missing or wrong, and on which paper."""

    code: str  # missing, no-scan, no-date, stale, from-the-future, field-missing, unchecked, not-ok
    kind: PaperKind
    applicant: str | None = None
    detail: str = ""
    day: date | None = field(default=None, compare=False)


def case_faults(papers: Iterable[PaperState], *, version: int, extend_over_closed_days: bool = True) -> list[Fault]:
    """Everything that keeps the case from being reviewed as good; empty if nothing does."""
    faults: list[Fault] = []
    for paper in papers:
        faults += _paper_faults(paper, version, extend_over_closed_days=extend_over_closed_days)
    return faults


def _paper_faults(paper: PaperState, version: int, *, extend_over_closed_days: bool) -> list[Fault]:
    def fault(code: str, detail: str = "", day: date | None = None) -> Fault:
        return Fault(code, paper.kind, paper.applicant, detail, day)

    if paper.received_on is None:
        return [fault("missing")]
    spec = paper_spec(paper.kind, version)
    found = [] if paper.page_count else [fault("no-scan")]
    if paper.kind in FRESH_KINDS:
        if paper.issued_on is None:
            found.append(fault("no-date"))
        else:
            state = freshness(paper.issued_on, paper.received_on, extend_over_closed_days=extend_over_closed_days)
            if not state.is_fresh:
                found.append(fault(state.code, day=state.last_acceptable_day))
    found += [
        fault("field-missing", each.code) for each in spec.fields if each.required and not paper.fields.get(each.code)
    ]
    for code in spec.checks:
        result = paper.checks.get(code)
        if result is None:
            found.append(fault("unchecked", code))
        elif result is CheckResult.NOT_OK:
            found.append(fault("not-ok", code))
    return found
