"""What the page of a case shows: read once, in the shape that the templates need."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from flask import abort

from admin.access import may
from admin.display import wareki_day
from admin.messages_review import SHORT
from admin.views.desk import extends_over_closed_days
from app.core.errors import DomainError
from models.applications import Applicant, Application
from models.enums import ApplicationStatus, PaperKind
from models.judgements import Judgement
from models.papers import Paper
from registration import queries
from registration.review_queries import Looks, chosen_certificate_name, listed_positions, looks_of
from registration.rules.certificate_names import CertificateName, CertificateNameError, certificate_form
from registration.rules.checklist import SEAL_CHECKS, FieldSpec, fields_of, paper_spec
from registration.rules.circumstances import Question, counts
from registration.rules.comparisons import MATRIX, Compared, How
from registration.rules.differences import Difference, address_differences, differences
from registration.rules.faults import Fault
from registration.rules.romaji import RomajiMatch, classify_romaji, romanise

EDITABLE = {
    ApplicationStatus.RECEIVED,
    ApplicationStatus.INCOMPLETE,
    ApplicationStatus.IN_REVIEW,
    ApplicationStatus.REVIEWED,
}


@dataclass(frozen=True, slots=True)
class Tab:
    """One paper in the row of papers."""

    paper: Paper
    short: Any
    done: int
    total: int
    is_done: bool
    is_stale: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """What another paper says of the same thing: one key puts it into the empty field."""

    value: str
    source: Any


@dataclass(frozen=True, slots=True)
class Shown:
    """A comparison with the differing characters."""

    result: Compared
    parts: list[Difference]
    judgement: Judgement | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its answer, if there is one that counts."""

    question: Question
    judgement: Judgement | None


@dataclass(frozen=True, slots=True)
class Romaji:
    """The applicant's spelling beside the passport's."""

    proposal: str
    match: RomajiMatch | None


@dataclass
class CasePage:
    """Everything on the page of a case."""

    case: Application
    paper: Paper
    faults: list[Fault]
    looks: Looks
    can_edit: bool
    tabs: list[Tab] = field(default_factory=list)

    @property
    def fields(self) -> list[FieldSpec]:
        return fields_of(self.paper.kind, self.case.profile_version, listed_positions(self.case))

    @property
    def checks(self) -> tuple[str, ...]:
        return paper_spec(self.paper.kind, self.case.profile_version).checks

    def has_seal(self, code: str) -> bool:
        """Whether this check is made on the page that lays two impressions side by side."""
        return (self.paper.kind, code) in SEAL_CHECKS

    def neighbour(self, step: int) -> Paper | None:
        papers = list(self.case.papers)
        place = papers.index(self.paper) + step
        return papers[place] if 0 <= place < len(papers) else None

    @property
    def counted(self) -> tuple[int, int]:
        """Papers that are done, and all."""
        return sum(tab.is_done for tab in self.tabs), len(self.tabs)

    @property
    def comparisons(self) -> list[Shown]:
        """Those that this paper takes part in."""
        position = self.paper.applicant.position if self.paper.applicant else None
        mine = [
            each
            for each in self.looks.compared
            if each.paper_id == self.paper.id
            or (each.right is self.paper.kind and position in {None, each.position or _listed_position(each)})
        ]
        return [Shown(each, _parts(each), self.looks.judgements.get((each.paper_id, each.code))) for each in mine]

    @property
    def questions(self) -> list[Asked]:
        found = []
        for question in self.looks.questions:
            key = (None, question.code)
            has_answer = counts(question, self.looks.answers.get(key))
            found.append(Asked(question, self.looks.judgements.get(key) if has_answer else None))
        return found

    def offers(self, code: str) -> list[Offer]:
        """What other papers say of a field, the paper that is held to be right first."""
        if code.startswith("listed_name_"):
            number = int(code.rpartition("_")[2])
            return self._said("name", (PaperKind.RESIDENCE_CERTIFICATE, PaperKind.FORM_5), number)
        kinds: list[PaperKind] = []
        for each in MATRIX:
            if each.field == code and self.paper.kind in {each.left, each.right}:
                kinds = [each.right, *(other.left for other in MATRIX if other.field == code)]
        position = self.paper.applicant.position if self.paper.applicant else None
        return self._said(code, dict.fromkeys(kinds), position)

    def _said(self, code: str, kinds: Iterable[PaperKind], position: int | None) -> list[Offer]:
        values: dict[str, Offer] = {}
        for kind in kinds:
            for paper in self.case.papers:
                is_mine = paper.applicant is None or paper.applicant.position == position
                if paper.kind is not kind or paper.id == self.paper.id or not is_mine:
                    continue
                value = paper.fields.get(code, "")
                if value:
                    values.setdefault(value, Offer(value, SHORT[kind]))
        return list(values.values())[:2]

    @property
    def romaji(self) -> Romaji | None:
        """The passport's spelling of the kana on this paper, beside what the applicant wrote."""
        kana, typed = self.paper.fields.get("name_kana", ""), self.paper.fields.get("name_romaji", "")
        if self.paper.applicant and not kana:
            kana = self.paper.applicant.name_kana
        try:
            proposal = romanise(kana) if kana else ""
        except DomainError:
            return None
        return Romaji(proposal, classify_romaji(kana, typed) if typed else None) if proposal else None

    @property
    def certificate_name(self) -> CertificateName | None:
        """The name for the certificate, if this paper is the one that gives it and something is replaced or chosen."""
        applicant: Applicant | None = self.paper.applicant
        if self.paper.kind is not PaperKind.RESIDENCE_CERTIFICATE or applicant is None or not self.paper.fields:
            return None
        try:
            form = certificate_form(chosen_certificate_name(self.case, applicant))
        except CertificateNameError:
            return None
        return form if form.text != applicant.name else None


def get_paper(case: Application, paper_id: UUID) -> Paper:
    """A paper of the case, or 404."""
    found = next((paper for paper in case.papers if paper.id == paper_id), None)
    return found or abort(404)


def chosen_paper(case: Application, wanted: str | None) -> Paper:
    """The paper that the address names, else the first one."""
    if not case.papers:
        abort(404)
    return next((paper for paper in case.papers if str(paper.id) == wanted), case.papers[0])


def read_page(case: Application, paper: Paper) -> CasePage:
    """The page of a case with one of its papers open."""
    faults = queries.faults_of(case, extend_over_closed_days=extends_over_closed_days())
    page = CasePage(case, paper, faults, looks_of(case), may("application:review") and case.status in EDITABLE)
    page.tabs = [_tab(case, each, faults) for each in case.papers]
    return page


def _tab(case: Application, paper: Paper, faults: list[Fault]) -> Tab:
    name = paper.applicant.name if paper.applicant else None
    mine = [fault for fault in faults if (fault.kind, fault.applicant) == (paper.kind, name)]
    total = len(paper_spec(paper.kind, case.profile_version).checks)
    open_checks = sum(fault.code in {"unchecked", "not-ok"} for fault in mine) if paper.received_on else total
    return Tab(
        paper, SHORT[paper.kind], total - open_checks, total, not mine, any(fault.code == "stale" for fault in mine)
    )


def _listed_position(each: Compared) -> int | None:
    number = each.field.rpartition("_")[2]
    return int(number) if number.isdigit() else None


def _parts(each: Compared) -> list[Difference]:
    if each.how in {How.DATE, How.NUMBER} or each.match == "exact":
        return []
    find = address_differences if each.how is How.ADDRESS else differences
    return find(each.left_value, each.right_value)


def shown_value(spec_kind: str, value: str) -> str:
    """A stored value as it is shown: dates both ways."""
    if spec_kind != "date" or not value:
        return value
    try:
        return wareki_day(date.fromisoformat(value))
    except ValueError:
        return value
