"""Random sequences of everything an officer may do, by everyone who may do it, on a real PostgreSQL.

Whatever the order: no case is ever approved by somebody who touched it, with a stale or missing paper, a missing or failed
check, or on another digest than the one that was reviewed; no sheet of paper is ever lost; every step is in the audit chain.
What is true is told by a model of a few lines in this file and by plain SQL, not by the code under test.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from sqlalchemy import text

from app.audit.verify import verify_chain
from app.core import clock
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError
from app.core.transaction import transaction
from app.security import actor_of
from app.signer.errors import SignerUnavailableError
from models.enums import CheckResult, PaperKind, Service
from models.papers import ScanPage
from registration import queries
from registration.rules.checklist import paper_spec
from registration.rules.required_papers import FRESH_KINDS
from registration.services.approve import approve_application
from registration.services.attach_scan import attach_scan
from registration.services.finish_review import finish_review
from registration.services.receive_envelope import ApplicantDetails, CompanyDetails, receive_envelope
from registration.services.record_check import record_check
from registration.services.record_paper import PaperRecord, record_paper
from registration.services.refuse import refuse_application
from tests.factories.desk import FIELDS, scan_file
from tests.factories.notices import RECIPIENT
from tests.factories.staff import make_staff

FRESH_DAYS, STALE_DAYS = 10, 200
PEOPLE = {
    "reception": ("reception",),
    "officer": ("officer",),
    "second officer": ("officer",),
    "officer who also approves": ("officer", "approver"),
    "approver": ("approver",),
    "second approver": ("approver",),
}
OFFICERS = [name for name, roles in PEOPLE.items() if "officer" in roles]
APPROVERS = [name for name, roles in PEOPLE.items() if "approver" in roles]
officers, approvers, numbers = st.sampled_from(OFFICERS), st.sampled_from(APPROVERS), st.integers(0, 1000)


@dataclass
class KnownPaper:
    """What the test itself knows of a paper."""

    kind: PaperKind
    is_present: bool = True
    age_days: int | None = None  # as recorded last
    is_complete: bool = False
    results: dict[str, CheckResult] = field(default_factory=dict)
    is_scanned: bool = False


@dataclass
class KnownCase:
    """What the test itself knows of a case."""

    id: UUID
    papers: dict[UUID, KnownPaper]
    company_number: str  # 会社法人等番号, 12 digits
    touched_by: set[UUID] = field(default_factory=set)
    decided_by: set[UUID] = field(default_factory=set)
    is_spelled_differently: bool = False  # form 1 writes the company's name with other characters than the registry
    spelling_accepted: bool | None = None  # what an officer judged of these two spellings last
    digest: str = ""  # that the last finished review returned, until the next edit
    shown: list[str] = field(default_factory=list)  # digests that some approver may still have on a screen
    is_approved: bool = False

    def may_be_approved(self) -> bool:
        """Whether every paper is there, fresh, complete, scanned and found good."""
        if self.is_spelled_differently and self.spelling_accepted is not True:
            return False
        return all(
            paper.is_present
            and paper.is_complete
            and paper.is_scanned
            and (paper.kind not in FRESH_KINDS or (paper.age_days or STALE_DAYS) <= FRESH_DAYS)
            and all(paper.results.get(code) is CheckResult.OK for code in paper_spec(paper.kind).checks)
            for paper in self.papers.values()
        )


class Desk(RuleBasedStateMachine):
    """The desk, its people, and what the test knows of the cases on it."""

    serial = 0  # over all examples: item numbers and e-mail addresses are used once

    def __init__(self) -> None:
        super().__init__()
        Desk.serial += 1
        self.people: dict[str, Actor] = {}
        for name, roles in PEOPLE.items():
            person = make_staff(*roles, email=f"{Desk.serial}-{name.replace(' ', '-')}@example.jp", name=name)
            self.people[name] = actor_of(person)
        self.cases: list[KnownCase] = []
        self.sheets: set[str] = set()
        self.audited = 0
        self.done = 0

    # What people do

    @initialize(officer=st.sampled_from(["officer", "officer who also approves"]))
    def begin(self, officer: str) -> None:
        """One case waits for its decision, so that decisions are reached often."""
        self.receive(True, officer)
        self.finish(0, officer)
        assert self.cases[0].digest, "the case that is worked through should be ready"

    @precondition(lambda self: len(self.cases) < 2)
    @rule(with_work=st.booleans(), officer=officers)
    def receive(self, with_work: bool, officer: str) -> None:
        Desk.serial += 1
        number = 3_500_000_000 + Desk.serial
        done = self._do(
            lambda: receive_envelope(
                item_number=f"{number}{number % 7}",
                received_on=clock.today(),
                company=CompanyDetails(f"株式会社髙﨑建設 {Desk.serial}"),
                services=[Service.CONTRACT],
                applicants=[ApplicantDetails("𠮷田 太郎", "ヨシダ タロウ")],
                actor=self.people["reception"],
                now=clock.now(),
            )
        )
        case_id = done[0]
        papers = {paper.id: KnownPaper(paper.kind) for paper in queries.get_case(case_id).papers}
        db.session.rollback()
        case = KnownCase(case_id, papers, f"{Desk.serial:012d}")
        self.cases.append(case)
        if with_work:
            for paper_id, paper in papers.items():
                self._scan(case, paper_id, officer)
                self._record(case, paper_id, officer, FRESH_DAYS, complete=True)
                for code in paper_spec(paper.kind).checks:
                    self._check(case, paper_id, code, CheckResult.OK, officer)

    @precondition(lambda self: self.cases)
    @rule(which=numbers, paper=numbers, officer=officers, stale=st.booleans(), complete=st.booleans())
    def record(self, which: int, paper: int, officer: str, stale: bool, complete: bool) -> None:
        case, paper_id = self._chosen(which, paper)
        self._record(case, paper_id, officer, STALE_DAYS if stale else FRESH_DAYS, complete=complete)

    @precondition(lambda self: self.cases)
    @rule(which=numbers, paper=numbers, officer=officers)
    def declare_missing(self, which: int, paper: int, officer: str) -> None:
        case, paper_id = self._chosen(which, paper)
        record = PaperRecord(is_present=False)
        if self._edit(case, officer, lambda who: record_paper(paper_id, record, actor=who, now=clock.now())):
            known = case.papers[paper_id]
            known.is_present, known.age_days, known.is_complete, known.is_scanned = False, None, False, False

    @precondition(lambda self: self.cases)
    @rule(which=numbers, paper=numbers, check=numbers, officer=officers, result=st.sampled_from(list(CheckResult)))
    def check(self, which: int, paper: int, check: int, officer: str, result: CheckResult) -> None:
        case, paper_id = self._chosen(which, paper)
        codes = paper_spec(case.papers[paper_id].kind).checks
        self._check(case, paper_id, codes[check % len(codes)], result, officer)

    @precondition(lambda self: self.cases)
    @rule(which=numbers, paper=numbers, officer=officers)
    def scan(self, which: int, paper: int, officer: str) -> None:
        case, paper_id = self._chosen(which, paper)
        self._scan(case, paper_id, officer)

    @precondition(lambda self: self.cases)
    @rule(which=numbers, officer=officers)
    def finish(self, which: int, officer: str) -> None:
        case = self.cases[which % len(self.cases)]
        was_good = case.may_be_approved()
        done = self._do(lambda: finish_review(case.id, actor=self.people[officer], now=clock.now()))
        if done is not None:
            assert was_good, "a review was finished although something is missing"
            case.touched_by.add(self._id(officer))
            case.digest = done[0]
            case.shown.append(done[0])

    @precondition(lambda self: self.cases)
    @rule(which=numbers, paper=numbers, officer=officers, age_days=st.sampled_from([9, FRESH_DAYS, STALE_DAYS]))
    def correct_and_finish(self, which: int, paper: int, officer: str, age_days: int) -> None:
        """One paper is recorded anew, then the review is finished: by whoever finds it good."""
        case, paper_id = self._chosen(which, paper)
        self._record(case, paper_id, officer, age_days, complete=True)
        self.finish(which, officer)

    @precondition(lambda self: any(case.shown for case in self.cases))
    @rule(which=numbers, officer=officers, approver=approvers, age_days=st.sampled_from([9, FRESH_DAYS, STALE_DAYS]))
    def change_behind_the_approver(self, which: int, officer: str, approver: str, age_days: int) -> None:
        """A paper is recorded anew and the review finished again while the approver still looks at the old page."""
        case = self.cases[which % len(self.cases)]
        registry = next(key for key, paper in case.papers.items() if paper.kind is PaperKind.REGISTRY_CERTIFICATE)
        self._record(case, registry, officer, age_days, complete=True)
        self.finish(which, officer)
        self.approve(which, 0, approver)

    @precondition(lambda self: any(case.shown for case in self.cases))
    @rule(which=numbers, shown=numbers, approver=approvers)
    def approve(self, which: int, shown: int, approver: str) -> None:
        case = next(each for each in [*self.cases[which % len(self.cases) :], *self.cases] if each.shown)
        digest, who = case.shown[shown % len(case.shown)], self._id(approver)
        done = self._do(
            lambda: approve_application(case.id, digest=digest, actor=self.people[approver], now=clock.now())
        )
        if done is not None:
            self.was_approved(case, digest, who)

    @precondition(lambda self: self.cases)
    @rule(which=numbers, approver=approvers)
    def refuse(self, which: int, approver: str) -> None:
        case, who = self.cases[which % len(self.cases)], self._id(approver)
        act = lambda: refuse_application(  # noqa: E731
            case.id, reason="住所が確認できない", actor=self.people[approver], now=clock.now(), recipient=RECIPIENT
        )
        if self._do(act) is not None:
            assert who not in case.touched_by, "whoever touched a case refused it"
            case.decided_by.add(who)
            case.digest = ""

    def was_approved(self, case: KnownCase, digest: str, *people: UUID) -> None:
        """Somebody approved: this must not have been possible unless all of it holds."""
        assert not case.touched_by & set(people), "whoever touched a case approved it"
        assert case.may_be_approved(), "a case was approved with something missing, stale or not OK"
        assert digest == case.digest, "what was approved is not what was reviewed"
        assert not case.is_approved
        case.is_approved = True
        case.decided_by |= set(people)

    # What must hold after each step

    @invariant()
    def no_sheet_is_lost(self) -> None:
        rows = db.session.execute(
            text(
                "SELECT sheet.number, sheet.status, count(sheet_event.id) FROM sheet LEFT JOIN sheet_event "
                "ON sheet_event.sheet_id = sheet.id GROUP BY sheet.number, sheet.status"
            )
        ).all()
        db.session.rollback()
        there = {number for number, _status, _lines in rows}
        assert self.sheets <= there, "a sheet is gone"
        assert all(lines for _number, _status, lines in rows), "a sheet without a line in the book"
        self.sheets = there

    @invariant()
    def every_step_is_in_the_chain(self) -> None:
        entries = db.session.scalar(text("SELECT count(*) FROM audit_entry"))
        db.session.rollback()
        assert entries - self.audited >= self.done, "a step left no audit entry"
        self.audited, self.done = entries, 0

    @invariant()
    def nobody_stands_on_both_sides(self) -> None:
        for case in self.cases:
            assert not case.touched_by & case.decided_by
        both = db.session.scalar(
            text(
                "SELECT count(*) FROM decision JOIN audit_entry ON audit_entry.subject_id = decision.application_id::text "
                "AND audit_entry.actor_id = decision.decided_by AND decision.kind IN ('approved', 'refused') "
                "AND audit_entry.outcome = 'done' AND audit_entry.event IN ('paper:record', 'paper:check', 'paper:scan', 'application:review', 'application:judge') "
                "WHERE decision.application_id = ANY(:cases)"
            ),
            {"cases": [case.id for case in self.cases]},
        )
        db.session.rollback()
        assert both == 0

    def teardown(self) -> None:
        db.session.rollback()
        assert verify_chain().is_intact
        db.session.rollback()

    # How

    def _id(self, name: str) -> UUID:
        found = self.people[name].id
        assert found is not None
        return found

    def _chosen(self, which: int, paper: int) -> tuple[KnownCase, UUID]:
        case = self.cases[which % len(self.cases)]
        return case, list(case.papers)[paper % len(case.papers)]

    def _do(self, act: Callable[[], Any]) -> tuple[Any] | None:
        """Call a service: its answer in a tuple, or None if it refused with an error that it names."""
        try:
            answer = act()
        except DomainError as error:
            db.session.rollback()
            if isinstance(error, SignerUnavailableError):
                raise  # a part of the house does not run: nothing would be tried
            return None
        self.done += 1
        return (answer,)

    def _edit(self, case: KnownCase, officer: str, act: Callable[[Actor], Any]) -> bool:
        done = self._do(lambda: act(self.people[officer])) is not None
        if done:
            assert not case.is_approved, "an approved case was changed"
            assert self._id(officer) not in case.decided_by, "whoever decided a case changed it"
            case.touched_by.add(self._id(officer))
            case.digest = ""
        return done

    def _record(self, case: KnownCase, paper_id: UUID, officer: str, age_days: int, *, complete: bool) -> None:
        known = case.papers[paper_id]
        issued: date = clock.today() - timedelta(days=age_days)
        record = PaperRecord(
            issued_on_text=issued.isoformat() if known.kind in FRESH_KINDS else "",
            fields=FIELDS | {"company_number": case.company_number} if complete else {},
        )
        if self._edit(case, officer, lambda who: record_paper(paper_id, record, actor=who, now=clock.now())):
            known.is_present, known.age_days = True, age_days
            required = [each for each in paper_spec(known.kind).fields if each.required]
            known.is_complete = complete or not required
            if known.kind is PaperKind.FORM_1:
                case.is_spelled_differently = False

    def _check(self, case: KnownCase, paper_id: UUID, code: str, result: CheckResult, officer: str) -> None:
        note = "印影が不鮮明" if result is CheckResult.NOT_OK else ""
        act = lambda who: record_check(paper_id, code, result, note=note, actor=who, now=clock.now())  # noqa: E731
        if self._edit(case, officer, act):
            # "Not applicable" is an officer's answer as well; the checklist lets it pass.
            case.papers[paper_id].results[code] = CheckResult.NOT_OK if result is CheckResult.NOT_OK else CheckResult.OK

    def _scan(self, case: KnownCase, paper_id: UUID, officer: str) -> None:
        shade = Desk.serial % 200
        Desk.serial += 1
        data = scan_file(shade) + bytes(str(Desk.serial), "ascii")
        made: list[UUID] = []
        act = lambda who: made.append(attach_scan(paper_id, data, actor=who, now=clock.now()))  # noqa: E731
        if self._edit(case, officer, act):
            # Drawing starts a process for each scan; what is drawn is not the matter here.
            with transaction():
                db.session.add(ScanPage(scan_id=made[0], page=1, sha256="0" * 64, width=1, height=1))
            case.digest = ""
            case.papers[paper_id].is_scanned = True
