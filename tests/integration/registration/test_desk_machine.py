"""Random sequences over the whole desk: see desk_machine for what must hold after each step."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule, run_state_machine_as_test

from app.core import clock
from app.core.db import db
from models.enums import Arrival, PaperKind, PapersFate, Remedy
from registration import queries
from registration.review_queries import looks_of
from registration.services.claim_case import claim_case
from registration.services.countersign_emergency import countersign_emergency
from registration.services.declare_emergency import declare_emergency
from registration.services.give_back_sheet import give_back_sheet
from registration.services.hold_case import hold_case
from registration.services.judge import Answered, judge
from registration.services.lend_sheet import lend_sheet
from registration.services.reassign_case import reassign_case
from registration.services.receive_more import receive_more
from registration.services.record_paper import PaperRecord, record_paper
from registration.services.release_case import release_case
from registration.services.resume_case import resume_case
from registration.services.send_back import send_back
from registration.services.shelve_sheet import shelve_sheet
from registration.services.withdraw_application import withdraw_application
from registration.services.write_note import write_note
from registration.services.write_notice import AskedItem, write_notice
from tests.factories.desk import FIELDS
from tests.factories.notices import RECIPIENT, draft
from tests.integration.registration.desk_machine import STALE_DAYS, Desk, KnownCase, approvers, numbers, officers

HARMLESS = ["claim", "release", "hold", "resume", "note", "shelve", "lend", "give back"]


class WholeDesk(Desk):
    """The desk with notices, later arrivals, holds, withdrawals, the emergency procedure and the shelves."""

    @precondition(lambda self: self.cases)
    @rule(which=numbers, paper=numbers, officer=officers, what=st.sampled_from(HARMLESS))
    def organise(self, which: int, paper: int, officer: str, what: str) -> None:
        """None of this touches what is checked."""
        case, paper_id = self._chosen(which, paper)
        sheet_id: UUID | None = queries.get_paper(paper_id).sheet_id
        db.session.rollback()
        who, now, back = self.people[officer], clock.now(), clock.today() + timedelta(days=7)
        acts = {
            "claim": lambda: claim_case(case.id, actor=who, now=now),
            "release": lambda: release_case(case.id, actor=who),
            "hold": lambda: hold_case(case.id, reason="電話で確認中", actor=who, now=now),
            "resume": lambda: resume_case(case.id, actor=who),
            "note": lambda: write_note(case.id, text="担当者に電話した。", actor=who, now=now),
            "shelve": lambda: shelve_sheet(sheet_id, "B3-12", actor=who, now=now),
            "lend": lambda: lend_sheet(sheet_id, lent_to="監査 花子", due_back_on=back, actor=who, now=now),
            "give back": lambda: give_back_sheet(sheet_id, actor=who, now=now),
        }
        if sheet_id is not None or what not in {"shelve", "lend", "give back"}:
            self._do(acts[what])

    @precondition(lambda self: self.cases)
    @rule(which=numbers, officer=officers, judged=st.sampled_from([None, True, False]))
    def spell_differently(self, which: int, officer: str, judged: bool | None) -> None:
        """Form 1 writes 髙 and 﨑 as 高 and 崎: no rule may say whether that is the same company."""
        case = self.cases[which % len(self.cases)]
        form = next(key for key, paper in case.papers.items() if paper.kind is PaperKind.FORM_1)
        fields = FIELDS | {"company_number": case.company_number, "company_name": "株式会社高崎建設"}
        record = PaperRecord(fields=fields)
        if self._edit(case, officer, lambda who: record_paper(form, record, actor=who, now=clock.now())):
            case.papers[form].is_present, case.papers[form].is_complete = True, True
            case.is_spelled_differently = True
        if judged is not None:
            self.judge(which, officer, judged)
            self.finish(which, officer)

    @precondition(lambda self: self.cases)
    @rule(which=numbers, officer=officers, accepted=st.booleans())
    def judge(self, which: int, officer: str, accepted: bool) -> None:
        """An officer answers the question of the two spellings, if it is asked now."""
        case = self.cases[which % len(self.cases)]
        looks = looks_of(queries.get_case(case.id))
        asked = [each for each in looks.compared if each.may_be_judged]
        db.session.rollback()
        if not asked:
            return
        answer = Answered(asked[0].code, accepted, "登記の写しで確認", dict(asked[0].facts), asked[0].paper_id)
        if self._edit(case, officer, lambda who: judge(case.id, answer, actor=who, now=clock.now())):
            case.spelling_accepted = accepted

    @precondition(lambda self: self.cases)
    @rule(which=numbers, officer=officers, to=officers)
    def reassign(self, which: int, officer: str, to: str) -> None:
        """Whom a case belongs to says nothing of who worked on it."""
        case = self.cases[which % len(self.cases)]
        act = lambda: reassign_case(  # noqa: E731
            case.id, to=self._id(to), reason="休暇", actor=self.people[officer], now=clock.now()
        )
        self._do(act)

    @precondition(lambda self: self.cases)
    @rule(which=numbers, approver=approvers)
    def send_back(self, which: int, approver: str) -> None:
        case = self.cases[which % len(self.cases)]
        act = lambda: send_back(case.id, reason="様式1の印影", actor=self.people[approver], now=clock.now())  # noqa: E731
        if self._do(act) is not None:
            assert self._id(approver) not in case.touched_by
            case.decided_by.add(self._id(approver))
            case.digest = ""

    @precondition(lambda self: self.cases)
    @rule(which=numbers, paper=numbers, officer=officers, remedy=st.sampled_from([Remedy.SEND_NEW, Remedy.CORRECT]))
    def ask_for_paper(self, which: int, paper: int, officer: str, remedy: Remedy) -> None:
        case, paper_id = self._chosen(which, paper)
        item = AskedItem(paper_id, "other", remedy, words="ご確認ください。", goes_back=remedy is Remedy.CORRECT)
        wanted = draft(case.id, item)
        db.session.rollback()
        if self._edit(case, officer, lambda who: write_notice(case.id, wanted, actor=who, now=clock.now())):
            self._read_again(case)

    @precondition(lambda self: self.cases)
    @rule(which=numbers, paper=numbers, officer=officers)
    def paper_comes_later(self, which: int, paper: int, officer: str) -> None:
        case, paper_id = self._chosen(which, paper)
        done = self._edit(
            case,
            officer,
            lambda who: receive_more(
                case.id,
                papers=[paper_id],
                received_on=clock.today(),
                arrived_by=Arrival.ORDINARY_MAIL,
                actor=who,
                now=clock.now(),
            ),
        )
        if done:
            known = case.papers[paper_id]
            known.is_present, known.age_days, known.is_complete, known.is_scanned = True, None, False, False
            known.results = {}

    @precondition(lambda self: len(self.cases) > 1)
    @rule(which=numbers, officer=officers)
    def withdraw(self, which: int, officer: str) -> None:
        case = self.cases[which % len(self.cases)]
        self._edit(
            case,
            officer,
            lambda who: withdraw_application(
                case.id,
                reason="会社から取下げの連絡",
                papers=PapersFate.KEPT,
                actor=who,
                now=clock.now(),
                recipient=RECIPIENT,
            ),
        )

    @precondition(lambda self: any(case.shown for case in self.cases))
    @rule(shown=numbers, first=officers, second=officers)
    def emergency(self, shown: int, first: str, second: str) -> None:
        case = next(each for each in self.cases if each.shown)
        digest = case.shown[shown % len(case.shown)]
        declared = self._do(
            lambda: declare_emergency(
                case.id, digest=digest, reason="承認者が全員不在", actor=self.people[first], now=clock.now()
            )
        )
        if declared is None:
            return
        case.touched_by.add(self._id(first))  # asking for it is work on the case
        signed = self._do(
            lambda: countersign_emergency(declared[0], digest=digest, actor=self.people[second], now=clock.now())
        )
        if signed is not None:
            assert first != second
            self.was_approved(case, digest, self._id(second))  # who declares asks; who countersigns decides

    def _read_again(self, case: KnownCase) -> None:
        """A paper that goes back to the company is not here any more."""
        for paper in queries.get_case(case.id).papers:
            known = case.papers[paper.id]
            if paper.sheet_id is None and known.is_present:
                known.is_present, known.age_days, known.is_complete, known.is_scanned = False, None, False, False
                known.results = {}
        db.session.rollback()


def test_no_sequence_of_steps_gets_past_the_rules(app: Flask, signer_process: None) -> None:
    run_state_machine_as_test(
        WholeDesk,
        settings=settings(
            max_examples=40,
            stateful_step_count=12,
            deadline=None,
            derandomize=True,  # the same sequences in every run of the tests
            database=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.parametrize("age_days", [9, STALE_DAYS])
def test_what_changes_behind_an_approver_is_not_approved(app: Flask, signer_process: None, age_days: int) -> None:
    """The sequence that chance finds too seldom: the digest on the approver's screen is that of an earlier review."""
    desk = WholeDesk()
    desk.begin(officer="officer")
    desk.change_behind_the_approver(0, "officer", "approver", age_days)
    assert not desk.cases[0].is_approved
    desk.teardown()


@pytest.mark.parametrize("judged", [None, False, True])
def test_another_spelling_passes_only_when_somebody_accepted_it(
    app: Flask, signer_process: None, judged: bool | None
) -> None:
    desk = WholeDesk()
    desk.begin(officer="officer")
    desk.spell_differently(0, "officer", judged)
    desk.finish(0, "officer")
    assert bool(desk.cases[0].digest) is bool(judged)
    desk.teardown()
