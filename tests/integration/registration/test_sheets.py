"""Shelves, loans, disposal by two people after its day, holds. On PostgreSQL."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.core import clock
from app.core.db import db
from app.core.errors import IllegalTransitionError, NotFoundError
from app.core.transaction import transaction
from models.accounts import CompanyAccount
from models.audit import AuditEntry
from models.enums import AccountStatus, ApplicationStatus, DisposalStatus, HoldKind, PaperKind, SheetStatus
from models.enums import SheetEventKind as E
from models.papers import Paper
from models.sheets import Disposal, RetentionHold, Sheet, SheetEvent
from registration.retention_queries import keep_until_of, list_due
from registration.rules.sheets import SheetError
from registration.services.confirm_disposal import confirm_disposal
from registration.services.disposal_steps import DisposalError
from registration.services.give_back_sheet import give_back_sheet
from registration.services.hold_steps import HoldError
from registration.services.lend_sheet import lend_sheet
from registration.services.lift_hold import lift_hold
from registration.services.place_hold import place_hold
from registration.services.propose_disposal import propose_disposal
from registration.services.shelve_sheet import shelve_sheet
from registration.services.withdraw_disposal import withdraw_disposal
from tests.factories.desk import staff_actor
from tests.factories.sheets import LONG_AGO, old_case, sheets_of, use
from tests.integration.registration.test_desk import at_once


@pytest.fixture
def people(app: Flask):
    return staff_actor("officer"), staff_actor("approver")


@pytest.fixture
def case(app: Flask):
    return old_case()


def ids(case) -> list:
    found = [sheet.id for sheet in sheets_of(case)]
    db.session.rollback()
    return found


def fresh(sheet_id) -> Sheet:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Sheet, sheet_id)


def book(sheet_id) -> list[SheetEvent]:
    db.session.rollback()
    return list(
        db.session.scalars(select(SheetEvent).where(SheetEvent.sheet_id == sheet_id).order_by(SheetEvent.sequence))
    )


def audited(event: str) -> list[AuditEntry]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.event == event)))


def test_a_sheet_is_shelved_and_moved(people, case) -> None:
    sheet = ids(case)[0]
    shelve_sheet(sheet, "b3-12", actor=people[0], now=clock.now())
    assert fresh(sheet).shelf == "B3-12"
    line = book(sheet)[0]
    assert (line.kind, line.detail, line.actor_name) == (E.SHELVED, {"shelf": "B3-12", "from": "A1-1"}, people[0].name)
    assert audited("sheet:shelve")[0].detail["shelf"] == "B3-12"
    with pytest.raises(SheetError, match="shelf-format"):
        shelve_sheet(sheet, "over there", actor=people[0], now=clock.now())
    with pytest.raises(NotFoundError):
        shelve_sheet(uuid4(), "B3-12", actor=people[0], now=clock.now())


def test_a_sheet_is_lent_and_given_back(people, case) -> None:
    sheet = ids(case)[0]
    due = clock.today() + timedelta(days=7)
    lend_sheet(sheet, lent_to="監査 太郎", due_back_on=due, actor=people[0], now=clock.now())
    lent = fresh(sheet)
    assert (lent.status, lent.lent_to, lent.due_back_on, lent.shelf) == (SheetStatus.LENT, "監査 太郎", due, "A1-1")
    for refused in (
        lambda: shelve_sheet(sheet, "B3-12", actor=people[0], now=clock.now()),
        lambda: lend_sheet(sheet, lent_to="別人", due_back_on=due, actor=people[0], now=clock.now()),
    ):
        with pytest.raises(SheetError, match="sheet-not-now") as caught:
            refused()
        assert caught.value.fields["state"] is SheetStatus.LENT
    give_back_sheet(sheet, shelf="c1-2", actor=people[0], now=clock.now())
    back = fresh(sheet)
    assert (back.status, back.lent_to, back.due_back_on, back.shelf) == (SheetStatus.HELD, "", None, "C1-2")
    assert [line.kind for line in book(sheet)] == [E.LENT, E.GIVEN_BACK]
    with pytest.raises(SheetError, match="sheet-not-now"):
        give_back_sheet(sheet, actor=people[0], now=clock.now())


def test_a_loan_names_somebody_and_a_day_to_come(people, case) -> None:
    sheet = ids(case)[0]
    with pytest.raises(SheetError, match="sheet-borrower"):
        lend_sheet(sheet, lent_to=" ", due_back_on=clock.today(), actor=people[0], now=clock.now())
    with pytest.raises(SheetError, match="sheet-due-back"):
        lend_sheet(sheet, lent_to="x", due_back_on=clock.today() - timedelta(1), actor=people[0], now=clock.now())
    assert book(sheet) == []


def test_two_people_destroy_what_is_due(people, case) -> None:
    first, second = ids(case)
    listed = list_due(clock.today())
    assert [(sheet.id, day) for sheet, day in listed] == [(first, date(2024, 5, 9)), (second, date(2024, 5, 9))]
    disposal = propose_disposal([first, second], actor=people[0], now=clock.now())
    assert list_due(clock.today()) == []
    assert fresh(first).keep_until == date(2024, 5, 9)
    with pytest.raises(DisposalError, match="disposal-two-people"):
        confirm_disposal(disposal, method="裁断", actor=people[0], now=clock.now())
    with pytest.raises(DisposalError, match="disposal-method"):
        confirm_disposal(disposal, method=" ", actor=people[1], now=clock.now())
    confirm_disposal(disposal, method="溶解処理", actor=people[1], now=clock.now())
    gone = fresh(second)
    assert (gone.status, gone.destroyed_on) == (SheetStatus.DESTROYED, clock.today())
    line = book(second)[-1]
    assert (line.kind, line.actor_name, line.witness_name) == (E.DESTROYED, people[1].name, people[0].name)
    assert [entry.outcome for entry in audited("disposal:confirm")] == ["refused", "refused", "done"]
    with pytest.raises(IllegalTransitionError):
        confirm_disposal(disposal, method="溶解処理", actor=people[1], now=clock.now())
    with pytest.raises(SheetError, match="sheet-not-now"):
        shelve_sheet(first, "A1-1", actor=people[0], now=clock.now())
    with pytest.raises(SheetError, match="sheet-not-now"):
        propose_disposal([first], actor=people[0], now=clock.now())


def test_a_list_that_is_withdrawn_may_be_made_again(people, case) -> None:
    sheets = ids(case)
    disposal = propose_disposal(sheets, actor=people[0], now=clock.now())
    with pytest.raises(SheetError, match="sheet-in-disposal"):
        propose_disposal(sheets, actor=people[0], now=clock.now())
    with pytest.raises(SheetError, match="sheet-in-disposal"):
        lend_sheet(sheets[0], lent_to="x", due_back_on=clock.today(), actor=people[0], now=clock.now())
    withdraw_disposal(disposal, actor=people[1], now=clock.now())
    assert [line.kind for line in book(sheets[0])] == [E.DISPOSAL_PROPOSED, E.DISPOSAL_WITHDRAWN]
    with pytest.raises(IllegalTransitionError):
        confirm_disposal(disposal, method="裁断", actor=people[1], now=clock.now())
    with pytest.raises(IllegalTransitionError):
        withdraw_disposal(disposal, actor=people[1], now=clock.now())
    propose_disposal(sheets, actor=people[0], now=clock.now())


def test_nothing_is_destroyed_before_its_day(people) -> None:
    today = clock.today()
    last_day = old_case(closed_on=today.replace(year=today.year - 10))
    sheets = ids(last_day)
    assert list_due(today) == []
    with pytest.raises(DisposalError, match="disposal-not-due") as caught:
        propose_disposal(sheets, actor=people[0], now=clock.now())
    assert caught.value.fields["day"] == today.isoformat()
    with pytest.raises(DisposalError, match="disposal-empty"):
        propose_disposal([], actor=people[0], now=clock.now())
    with pytest.raises(NotFoundError):
        propose_disposal([uuid4()], actor=people[0], now=clock.now())


def test_the_database_itself_refuses_to_destroy_too_early(case) -> None:
    sheet = ids(case)[0]
    for keep_until in (None, date(2026, 12, 31)):
        with pytest.raises(IntegrityError, match="kept_until_its_day"), transaction():
            db.session.execute(
                update(Sheet)
                .where(Sheet.id == sheet)
                .values(status="destroyed", destroyed_on=date(2026, 12, 31), keep_until=keep_until)
            )


def test_an_open_case_a_live_account_and_a_missing_certificate_have_no_day(people) -> None:
    still_open = old_case(status=ApplicationStatus.IN_REVIEW)
    approved = old_case(status=ApplicationStatus.APPROVED)  # its applicant has fetched no certificate
    for each in (still_open, approved):
        with pytest.raises(DisposalError, match="disposal-no-day"):
            propose_disposal(ids(each), actor=people[0], now=clock.now())
    approved.applicants[0].wants_certificate = False
    account = CompanyAccount(company_id=approved.company_id, application_id=approved.id)
    db.session.add(account)
    db.session.commit()
    assert set(keep_until_of(ids(approved)).values()) == {None}
    account = db.session.get_one(CompanyAccount, account.id)
    account.status = AccountStatus.CANCELLED
    db.session.commit()
    assert set(keep_until_of(ids(approved)).values()) == {date(2024, 5, 9)}


def test_a_shared_sheet_waits_for_the_last_of_its_cases(people, case) -> None:
    young = old_case(closed_on=date(2020, 1, 15), kinds=(PaperKind.FORM_1,))
    sheet = sheets_of(case)[1]
    paper = Paper(id=uuid4(), application_id=young.id, kind=sheet.kind, position=9)
    paper.sheet_id, paper.received_on = sheet.id, sheet.received_on
    db.session.add(paper)
    db.session.flush()
    use(sheet, paper)
    db.session.commit()
    first, second = ids(case)
    assert keep_until_of([first, second]) == {first: date(2024, 5, 9), second: date(2030, 1, 15)}
    assert [listed.id for listed, _day in list_due(clock.today())] == [first]


def test_a_hold_stops_disposal_and_lifting_it_lets_it_go_on(people, case) -> None:
    sheets = ids(case)
    with pytest.raises(HoldError, match="hold-reason"):
        place_hold(case.id, HoldKind.DISPUTE, reason=" ", actor=people[0], now=clock.now())
    hold = place_hold(case.id, HoldKind.DISPUTE, reason="訴訟", actor=people[0], now=clock.now())
    assert list_due(clock.today()) == []
    with pytest.raises(DisposalError, match="disposal-hold"):
        propose_disposal(sheets, actor=people[0], now=clock.now())
    lift_hold(hold, actor=people[1], now=clock.now())
    row = db.session.get_one(RetentionHold, hold)
    assert (row.placed_by_name, row.lifted_by_name) == (people[0].name, people[1].name)
    with pytest.raises(HoldError, match="hold-lifted"):
        lift_hold(hold, actor=people[1], now=clock.now())
    propose_disposal(sheets, actor=people[0], now=clock.now())
    assert [len(audited(event)) for event in ("hold:place", "hold:lift")] == [1, 1]


def test_a_hold_between_proposal_and_confirmation(people, case) -> None:
    sheets = ids(case)
    disposal = propose_disposal(sheets, actor=people[0], now=clock.now())
    place_hold(case.id, HoldKind.AUDIT, reason="実地調査", actor=people[0], now=clock.now())
    with pytest.raises(DisposalError, match="disposal-hold"):
        confirm_disposal(disposal, method="裁断", actor=people[1], now=clock.now())
    assert {fresh(sheet).status for sheet in sheets} == {SheetStatus.HELD}
    assert db.session.get_one(Disposal, disposal).status is DisposalStatus.PROPOSED


def test_a_hold_races_a_confirmation_and_one_wins(app: Flask, people, case) -> None:
    sheets, case_id = ids(case), case.id
    disposal = propose_disposal(sheets, actor=people[0], now=clock.now())
    db.session.rollback()
    results = at_once(
        app,
        lambda: place_hold(case_id, HoldKind.DISPUTE, reason="訴訟", actor=people[0], now=clock.now()),
        lambda: confirm_disposal(disposal, method="裁断", actor=people[1], now=clock.now()),
    )
    states = {fresh(sheet).status for sheet in sheets}
    assert results[0] is None  # a hold can always be placed; it comes too late if the paper is gone
    if results[1] is None:
        assert states == {SheetStatus.DESTROYED}
    else:
        assert (results[1].code, states) == ("disposal-hold", {SheetStatus.HELD})


def test_two_lists_at_once_do_not_hold_one_sheet(app: Flask, people, case) -> None:
    sheets = ids(case)
    db.session.rollback()
    other = staff_actor("officer", email="other@example.jp")
    results = at_once(
        app,
        lambda: propose_disposal(sheets, actor=people[0], now=clock.now()),
        lambda: propose_disposal(sheets[::-1], actor=other, now=clock.now()),
    )
    assert sorted(str(result and result.code) for result in results) == ["None", "sheet-in-disposal"]
    assert clock.today() > LONG_AGO
