"""What keeps a case from being decided, computed from plain values. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from models.enums import CheckResult, JudgementKind, PaperKind
from registration.rules.checklist import REGISTRY_KINDS_TAKEN, fields_of, paper_spec
from registration.rules.circumstances import Question, counts
from registration.rules.comparisons import Answer, Compared, Verdict
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
    listed: tuple[int, ...] = ()  # positions of the applicants on form 3
    is_waived: bool = False  # an officer judged, with a reason, that the case does without it


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is missing or wrong, and on which paper.

    Codes: missing, no-scan, no-date, stale, from-the-future, field-missing, unchecked, not-ok; registry-closed,
    registry-summary, registry-printout; differs, differs-open, differs-denied (`detail`: the field);
    circumstance-open, duplicate-open, duplicate-denied (`detail`: the question's topic);
    certificate-character (`detail`: the character and its code points).
    """

    code: str
    kind: PaperKind
    applicant: str | None = None
    detail: str = ""
    day: date | None = field(default=None, compare=False)


def case_faults(papers: Iterable[PaperState], *, version: int, extend_over_closed_days: bool = True) -> list[Fault]:
    """Everything on the papers that keeps the case from being reviewed as good; empty if nothing does."""
    faults: list[Fault] = []
    for paper in papers:
        faults += _paper_faults(paper, version, extend_over_closed_days=extend_over_closed_days)
    return faults


def comparison_faults(results: Iterable[Compared], names: Mapping[int | None, str]) -> list[Fault]:
    """Where papers disagree and nobody may or did accept it.

    Args:
        results: every comparison of the case.
        names: of the applicants, by position.
    """
    codes = {Verdict.OPEN: "differs-open", Verdict.DENIED: "differs-denied", Verdict.DIFFERS: "differs"}
    return [
        Fault(codes[each.verdict], each.left, names.get(each.position), each.field)
        for each in results
        if each.verdict in codes
    ]


def question_faults(questions: Collection[Question], answers: Mapping[tuple[UUID | None, str], Answer]) -> list[Fault]:
    """Questions that must be answered and are not, or whose answer says that the case cannot go on."""
    faults = []
    for question in questions:
        answer = answers.get((None, question.code))
        if not counts(question, answer):
            if question.must_be_answered:
                code = "duplicate-open" if question.kind is JudgementKind.DUPLICATE else "circumstance-open"
                faults.append(Fault(code, question.paper, question.applicant, question.topic))
        elif answer is not None and not answer.accepted and question.kind is JudgementKind.DUPLICATE:
            faults.append(Fault("duplicate-denied", question.paper, question.applicant, question.topic))
    return faults


def _paper_faults(paper: PaperState, version: int, *, extend_over_closed_days: bool) -> list[Fault]:
    def fault(code: str, detail: str = "", day: date | None = None) -> Fault:
        return Fault(code, paper.kind, paper.applicant, detail, day)

    if paper.received_on is None:
        return [] if paper.is_waived else [fault("missing")]
    found = [] if paper.page_count else [fault("no-scan")]
    if paper.kind in FRESH_KINDS:
        if paper.issued_on is None:
            found.append(fault("no-date"))
        else:
            state = freshness(paper.issued_on, paper.received_on, extend_over_closed_days=extend_over_closed_days)
            if not state.is_fresh:
                found.append(fault(state.code, day=state.last_acceptable_day))
    registry_kind = paper.fields.get("registry_kind", "")
    if registry_kind and registry_kind not in REGISTRY_KINDS_TAKEN:
        found.append(fault(f"registry-{registry_kind}"))
    found += [
        fault("field-missing", each.code)
        for each in fields_of(paper.kind, version, paper.listed)
        if each.required and not paper.fields.get(each.code)
    ]
    for code in paper_spec(paper.kind, version).checks:
        result = paper.checks.get(code)
        if result is None:
            found.append(fault("unchecked", code))
        elif result is CheckResult.NOT_OK:
            found.append(fault("not-ok", code))
    return found
