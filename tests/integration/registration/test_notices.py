"""Deficiency notices on PostgreSQL: written, answered, reminded, lapsed, taken back; and the papers that go back."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.core import clock
from app.core.clock import day_in_tokyo
from app.core.db import db
from app.core.errors import DomainError, IllegalTransitionError
from app.core.transaction import transaction
from mailings.services.enclose_papers import enclose_papers
from mailings.services.post_letter import post_letter
from mailings.services.print_case_letters import print_case_letters
from mailings.services.record_outcome import record_return
from models.applications import Application
from models.audit import AuditEntry
from models.decisions import Decision
from models.enums import ApplicationStatus as S
from models.enums import (
    Arrival,
    DecisionKind,
    LetterKind,
    MailPieceStatus,
    NoticeStatus,
    PaperKind,
    Posting,
    Remedy,
    SheetEventKind,
    SheetStatus,
)
from models.mail_pieces import MailPiece
from models.notices import CaseLetter, DeficiencyNotice
from models.promises import Promise
from models.sheets import RetentionHold, Sheet, SheetEvent
from registration import jobs, notice_queries, queries
from registration.errors import FourEyesError, PaperFieldError
from registration.notice_proposals import proposals, recipient_of
from registration.rules.notices import NoticeError, last_day_of_grace, remind_day
from registration.rules.recipients import RecipientError
from registration.services.answer_notice import answer_notice
from registration.services.expire_notice import expire_notice
from registration.services.finish_review import finish_review
from registration.services.notice_steps import answer_items, resume
from registration.services.receive_more import receive_more
from registration.services.record_paper import PaperRecord, record_paper
from registration.services.remind_notice import remind_notice
from registration.services.sheet_steps import new_sheet, use_sheet
from registration.services.withdraw_notice import withdraw_notice
from registration.services.write_notice import write_notice
from tests.factories.desk import FIELDS, receive, record, staff_actor, work_through
from tests.factories.notices import RECIPIENT, ask, draft, notice_on, papers_of, run_jobs

pytestmark = pytest.mark.hsm


@pytest.fixture(autouse=True)
def _storage(signer_process: None) -> None:
    """Scans and letters are stored encrypted."""


@pytest.fixture
def people(app: Flask):
    return staff_actor("reception"), staff_actor("officer"), staff_actor("approver")


@pytest.fixture
def officer(people):
    return people[1]


@pytest.fixture
def case(people):
    return receive(people[0])


def case_now(case: UUID) -> Application:
    db.session.rollback()
    return queries.get_case(case)


def notice_now(notice: UUID) -> DeficiencyNotice:
    db.session.rollback()
    return notice_queries.get_notice(notice)


def letter_of(notice: UUID, kind: LetterKind = LetterKind.DEFICIENCY_NOTICE) -> CaseLetter:
    db.session.rollback()
    return db.session.scalars(select(CaseLetter).where(CaseLetter.notice_id == notice, CaseLetter.kind == kind)).one()


def promised(*like: str) -> list[str]:
    db.session.rollback()
    return sorted(name for name in db.session.scalars(select(Promise.name)) if name.startswith(like))


def entries(event: str) -> list[AuditEntry]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.event == event).order_by(AuditEntry.seq)))


def sheet_of(number: str) -> Sheet:
    db.session.rollback()
    return db.session.scalars(select(Sheet).where(Sheet.number == number)).one()


def book_of(number: str) -> list[SheetEventKind]:
    sheet = sheet_of(number)
    rows = select(SheetEvent.kind).where(SheetEvent.sheet_id == sheet.id).order_by(SheetEvent.sequence)
    return list(db.session.scalars(rows))


def form_5_sheet(case: UUID) -> str:
    number = next(each.sheet.number for each in case_now(case).papers if each.kind is PaperKind.FORM_5)
    db.session.rollback()
    return number


# --- writing ---------------------------------------------------------------------------------------------------------


def test_a_notice_makes_the_case_wait_and_promises_letter_and_mail(case, officer) -> None:
    sheet = form_5_sheet(case)
    notice_id = notice_on(case, officer)
    now = case_now(case)
    notice = notice_now(notice_id)
    assert now.status is S.INCOMPLETE
    assert now.due_on == notice.due_on, "the queue counts by the company's day"
    assert (notice.status, notice.number, len(notice.items)) == (
        NoticeStatus.OPEN,
        f"D-{notice.issued_on.year}-000001",
        2,
    )
    assert sheet_of(sheet).status is SheetStatus.TO_RETURN
    assert book_of(sheet)[-1] is SheetEventKind.RETURN_DECIDED
    form_5 = next(each for each in case_now(case).papers if each.kind is PaperKind.FORM_5)
    assert form_5.sheet_id is None, "until a new sheet comes the paper is missing"
    letter = letter_of(notice_id)
    assert letter.posting is Posting.SIMPLE_REGISTERED
    assert letter.recipient_name == RECIPIENT.name
    assert promised("mailings.jobs") == ["mailings.jobs.email_case_letter", "mailings.jobs.prepare_case_letter"]
    (entry,) = entries("notice:write")
    assert (entry.outcome, entry.actor_name, entry.detail["sheets_back"]) == ("done", officer.name, 1)


def test_a_bare_notice_goes_as_ordinary_mail(case, officer) -> None:
    letter = letter_of(notice_on(case, officer, back=False))
    assert (letter.posting, letter.enclosures) == (Posting.ORDINARY, [])


def test_a_notice_voids_a_finished_review(case, officer) -> None:
    work_through(case, officer)
    finish_review(case, actor=officer, now=clock.now())
    notice_on(case, officer)
    assert case_now(case).reviewed_digest is None
    kinds = list(db.session.scalars(select(Decision.kind).order_by(Decision.decided_at)))
    assert kinds == [DecisionKind.REVIEWED, DecisionKind.VOIDED]


def test_what_is_typed_while_we_wait_leaves_the_case_waiting(case, officer) -> None:
    work_through(case, officer)
    notice_on(case, officer, back=False)
    record(papers_of(case)[PaperKind.REGISTRY_CERTIFICATE], PaperKind.REGISTRY_CERTIFICATE, officer)
    assert case_now(case).status is S.INCOMPLETE
    with pytest.raises(NoticeError, match="notice-waits"):
        finish_review(case, actor=officer, now=clock.now())


@pytest.mark.parametrize(
    ("change", "error", "code"),
    [
        ({"items": ()}, NoticeError, "notice-empty"),
        ({"due_in": 3}, NoticeError, "notice-due-too-soon"),
        ({"due_in": 200}, NoticeError, "notice-due-too-late"),
        ({"code": "unchecked"}, NoticeError, "notice-not-askable"),
        ({"kind": PaperKind.REGISTRY_CERTIFICATE, "remedy": Remedy.CORRECT}, NoticeError, "remedy-not-possible"),
        ({"kind": PaperKind.FORM_1, "remedy": Remedy.CORRECT}, NoticeError, "return-needed"),
        ({"words": "  "}, NoticeError, "words-needed"),
        ({"words": "番号は 1234 5678 9018 です"}, PaperFieldError, "my-number"),
        ({"recipient": replace(RECIPIENT, address=" ")}, RecipientError, "recipient-missing"),
        ({"recipient": replace(RECIPIENT, email="nobody")}, RecipientError, "recipient-email"),
        ({"recipient": replace(RECIPIENT, postal_code="12")}, RecipientError, "recipient-postal-code"),
        ({"recipient": replace(RECIPIENT, name="葛\u200b城")}, DomainError, "name-character"),
    ],
)
def test_what_cannot_be_asked_is_refused_and_nothing_changes(case, officer, change, error, code) -> None:
    item = ask(
        case,
        change.get("kind", PaperKind.FORM_1),
        change.get("code", "other"),
        change.get("remedy", Remedy.SEND_NEW),
        words=change.get("words", "ご確認ください。"),
    )
    due_on = clock.today() + timedelta(days=change["due_in"]) if "due_in" in change else None
    wanted = draft(case, *change.get("items", (item,)), due_on=due_on, recipient=change.get("recipient", RECIPIENT))
    db.session.rollback()
    with pytest.raises(error, match=code):
        write_notice(case, wanted, actor=officer, now=clock.now())
    assert case_now(case).status is S.RECEIVED
    assert db.session.scalars(select(CaseLetter)).all() == []
    (entry,) = entries("notice:write")
    assert (entry.outcome, entry.detail["error"]) == ("refused", code)


def test_a_closed_day_is_no_last_day(case, officer) -> None:
    day = clock.today() + timedelta(days=8)
    day += timedelta(days=5 - day.weekday() if day.weekday() <= 5 else 6)
    wanted = draft(case, ask(case, PaperKind.FORM_1), due_on=day)
    db.session.rollback()
    with pytest.raises(NoticeError, match="notice-due-closed"):
        write_notice(case, wanted, actor=officer, now=clock.now())


def test_one_notice_at_a_time(case, officer) -> None:
    notice_on(case, officer)
    with pytest.raises(NoticeError, match="notice-open"):
        notice_on(case, officer, back=False)


def test_whoever_decided_writes_no_notice(people, case) -> None:
    from registration.services.refuse import refuse_application  # noqa: PLC0415

    work_through(case, people[1])
    wanted = draft(case, ask(case, PaperKind.FORM_1))
    refuse_application(case, reason="x", actor=people[2], now=clock.now())
    with pytest.raises((FourEyesError, IllegalTransitionError)):
        write_notice(case, wanted, actor=people[2], now=clock.now())


def test_a_sheet_that_a_dispute_keeps_does_not_go_back(case, officer) -> None:
    hold = RetentionHold(
        application_id=case,
        kind="dispute",
        reason="訴訟",
        placed_by=officer.id,
        placed_by_name=officer.name,
        placed_at=clock.now(),
    )
    db.session.add(hold)
    db.session.commit()
    with pytest.raises(NoticeError, match="papers-on-hold"):
        notice_on(case, officer)
    notice_on(case, officer, back=False)


def test_a_lent_sheet_does_not_go_back(case, officer) -> None:
    number = form_5_sheet(case)
    db.session.execute(update(Sheet).where(Sheet.number == number).values(status="lent", lent_to="監査室"))
    db.session.commit()
    with pytest.raises(NoticeError, match="sheet-not-here"):
        notice_on(case, officer)


def test_the_page_proposes_what_the_company_must_mend(case, officer) -> None:
    work_through(case, officer, issued_on=clock.today() - timedelta(days=130))
    record_paper(papers_of(case)[PaperKind.FORM_2], PaperRecord(is_present=False), actor=officer, now=clock.now())
    now = case_now(case)
    offers = [
        each for each in proposals(now, queries.faults_of(now, extend_over_closed_days=True)) if each.code != "other"
    ]
    assert {(each.paper.kind, each.code, each.remedies[0]) for each in offers} == {
        (PaperKind.FORM_2, "missing", Remedy.SEND),
        *(
            (kind, "stale", Remedy.SEND_NEW)
            for kind in (
                PaperKind.REGISTRY_CERTIFICATE,
                PaperKind.COMPANY_SEAL_CERTIFICATE,
                PaperKind.RESIDENCE_CERTIFICATE,
                PaperKind.PERSONAL_SEAL_CERTIFICATE,
            )
        ),
    }
    stale = next(each for each in offers if each.code == "stale")
    assert stale.detail == (clock.today() - timedelta(days=130)).isoformat()


def test_our_own_omissions_are_never_put_to_the_company(case) -> None:
    now = case_now(case)
    faults = queries.faults_of(now, extend_over_closed_days=True)
    assert {"no-scan", "unchecked"} <= {fault.code for fault in faults}
    assert not {"no-scan", "unchecked"} & {each.code for each in proposals(now, faults)}


def test_the_recipient_is_the_contact_of_form_4(case, officer) -> None:
    assert recipient_of(case_now(case)).missing() == ("postal_code", "address", "name", "email")
    db.session.rollback()
    work_through(case, officer, scans=False)
    found = recipient_of(case_now(case))
    assert (found.name, found.email, found.address) == (
        FIELDS["contact_name"],
        FIELDS["contact_email"],
        FIELDS["head_office"],
    )
    assert found.missing() == ("postal_code",)


# --- answering -------------------------------------------------------------------------------------------------------


def receive_again(case: UUID, kind: PaperKind, officer) -> None:
    """A later envelope at the reception."""
    number = "35685969406"
    receive_more(
        case,
        papers=[papers_of(case)[kind]],
        received_on=clock.today(),
        arrived_by=Arrival.REGISTERED_MAIL,
        item_number=number,
        actor=officer,
        now=clock.now(),
    )


def test_papers_answer_their_items_and_the_last_one_the_notice(case, officer) -> None:
    notice_id = notice_on(case, officer)
    receive_again(case, PaperKind.FORM_5, officer)
    notice = notice_now(notice_id)
    assert [item.answered_on for item in notice.items] == [clock.today(), None]
    assert notice.status is NoticeStatus.OPEN
    assert case_now(case).status is S.IN_REVIEW, "somebody has to look at what came"
    answer_notice(notice_id, 2, answer="部署名は契約課で正しい（葛󠄀城様、電話）", actor=officer, now=clock.now())
    notice = notice_now(notice_id)
    assert (notice.status, notice.closed_at is not None) == (NoticeStatus.ANSWERED, True)
    assert case_now(case).status is S.IN_REVIEW
    assert case_now(case).due_on < notice.due_on, "our own promise to decide counts again"
    assert [entry.actor_name for entry in entries("notice:answer") + entries("notice:explain")] == [officer.name] * 2


def test_answering_twice_changes_nothing(case, officer) -> None:
    notice_id = notice_on(case, officer)
    receive_again(case, PaperKind.FORM_5, officer)
    with transaction():
        locked = queries.case_for_update(case)
        again = answer_items(
            locked,
            [papers_of(case)[PaperKind.FORM_5]],
            clock.today() + timedelta(days=1),
            actor=officer,
            now=clock.now(),
        )
        resume(locked)
    assert again == []
    assert notice_now(notice_id).items[0].answered_on == clock.today()


def test_only_a_paper_answers_what_asks_for_one(case, officer) -> None:
    notice_id = notice_on(case, officer)
    with pytest.raises(NoticeError, match="item-needs-paper"):
        answer_notice(notice_id, 1, answer="電話で確認", actor=officer, now=clock.now())
    with pytest.raises(NoticeError, match="answer-needed"):
        answer_notice(notice_id, 2, answer=" ", actor=officer, now=clock.now())
    with pytest.raises(PaperFieldError, match="my-number"):
        answer_notice(notice_id, 2, answer="1234 5678 9018", actor=officer, now=clock.now())
    with pytest.raises(NoticeError, match="notice-not-open"):
        answer_notice(notice_id, 9, answer="x", actor=officer, now=clock.now())


# --- reminding and lapsing ---------------------------------------------------------------------------------------------


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=clock.TOKYO)


def test_the_company_is_reminded_once_on_an_open_day(case, officer) -> None:
    notice_id = notice_on(case, officer)
    day = remind_day(notice_now(notice_id).due_on)
    assert not remind_notice(notice_id, now=noon(day - timedelta(days=1)))
    assert remind_notice(notice_id, now=noon(day))
    assert not remind_notice(notice_id, now=noon(day))
    assert promised("mailings.jobs.email_notice_reminder") == ["mailings.jobs.email_notice_reminder"]
    assert len(entries("notice:remind")) == 1


def test_the_schedule_reminds_and_expires_each_once(case, officer, monkeypatch) -> None:
    notice_id = notice_on(case, officer)
    due_on = notice_now(notice_id).due_on
    moments = [noon(remind_day(due_on))]
    monkeypatch.setattr(clock, "now", lambda: moments[-1])
    jobs.remind_notices()
    jobs.remind_notices()
    jobs.expire_notices()
    assert case_now(case).status is S.INCOMPLETE
    moments.append(noon(last_day_of_grace(due_on) + timedelta(days=1)))
    jobs.expire_notices()
    jobs.expire_notices()
    jobs.remind_notices()
    assert case_now(case).status is S.EXPIRED
    assert (len(entries("notice:remind")), len(entries("application:expire"))) == (1, 1)


def test_a_company_without_address_is_not_mailed(case, officer) -> None:
    wanted = draft(case, ask(case, PaperKind.FORM_1), recipient=replace(RECIPIENT, email=""))
    db.session.rollback()
    notice_id = write_notice(case, wanted, actor=officer, now=clock.now())
    assert remind_notice(notice_id, now=noon(remind_day(notice_now(notice_id).due_on)))
    assert promised("mailings.jobs.email") == []
    assert entries("notice:remind")[0].detail["by_email"] is False


def test_a_case_lapses_after_the_days_of_grace_and_the_papers_go_back(case, officer) -> None:
    notice_id = notice_on(case, officer)
    last = last_day_of_grace(notice_now(notice_id).due_on)
    assert not expire_notice(notice_id, now=noon(last))
    moment = noon(last + timedelta(days=1))
    assert expire_notice(notice_id, now=moment)
    assert not expire_notice(notice_id, now=moment), "run twice, nothing more happens"
    now = case_now(case)
    assert (now.status, now.closed_on) == (S.EXPIRED, day_in_tokyo(moment))
    assert notice_now(notice_id).status is NoticeStatus.EXPIRED
    letter = letter_of(notice_id, LetterKind.LAPSE_NOTICE)
    assert (letter.written_by, letter.recipient_address) == (None, RECIPIENT.address)
    assert len(letter.enclosures) == 9, "form 5 is on its way already"
    assert {enclosure.sheet.status for enclosure in letter.enclosures} == {SheetStatus.TO_RETURN}
    (entry,) = entries("application:expire")
    assert (entry.actor_kind, entry.detail["sheets_back"]) == ("system", 9)
    assert db.session.scalars(select(Decision)).all() == []


@pytest.mark.parametrize("why", ["answered", "typed in", "explained", "held", "shared"])
def test_nothing_lapses_while_somebody_has_to_look(case, officer, why) -> None:
    notice_id = notice_on(case, officer)
    if why == "answered":
        receive_again(case, PaperKind.FORM_5, officer)
    elif why == "typed in":
        record(papers_of(case)[PaperKind.FORM_5], PaperKind.FORM_5, officer)
    elif why == "explained":
        answer_notice(notice_id, 2, answer="電話で確認", actor=officer, now=clock.now())
    elif why == "held":
        db.session.execute(update(Application).values(held_at=clock.now(), held_by=officer.id, held_reason="照会中"))
        db.session.commit()
    else:  # a sheet of another case of the company took the paper's place
        with transaction():
            locked = queries.case_for_update(case)
            paper = next(each for each in locked.papers if each.kind is PaperKind.FORM_5)
            sheet = new_sheet(locked.envelope_id, paper.kind, received_on=clock.today(), actor=officer, now=clock.now())
            use_sheet(locked, paper, sheet, now=clock.now())
    before = case_now(case).status
    later = noon(last_day_of_grace(notice_now(notice_id).due_on) + timedelta(days=30))
    assert not expire_notice(notice_id, now=later)
    assert case_now(case).status is before


def test_what_was_found_on_a_sheet_that_went_back_is_not_said_of_the_new_one(case, officer) -> None:
    work_through(case, officer, scans=False)
    notice_on(case, officer)
    record(papers_of(case)[PaperKind.FORM_5], PaperKind.FORM_5, officer)
    form_5 = next(each for each in case_now(case).papers if each.kind is PaperKind.FORM_5)
    assert (form_5.sheet_id is not None, form_5.checks) == (True, [])


# --- taking back -------------------------------------------------------------------------------------------------------


def test_a_notice_taken_back_stops_its_letter_and_the_papers_stay(case, officer) -> None:
    sheet = form_5_sheet(case)
    notice_id = notice_on(case, officer)
    run_jobs("mailings.jobs.prepare_case_letter", times=2)
    assert withdraw_notice(notice_id, reason="別の申請と取り違え", actor=officer, now=clock.now())
    assert case_now(case).status is S.IN_REVIEW
    assert notice_now(notice_id).closed_reason == "別の申請と取り違え"
    assert sheet_of(sheet).status is SheetStatus.HELD
    assert form_5_sheet(case) == sheet, "the paper has its sheet again"
    piece = db.session.scalars(select(MailPiece)).one()
    assert piece.status is MailPieceStatus.PREPARED
    with pytest.raises(DomainError, match="letter-stopped"):
        print_case_letters([piece.id], actor=staff_actor("mailroom"), now=clock.now())
    run_jobs("mailings.jobs.stop_letter", times=2)
    run_jobs("registration.jobs.follow_returned_papers", times=2)
    db.session.rollback()
    assert db.session.scalars(select(MailPiece.status)).all() == [MailPieceStatus.STOPPED]
    assert sheet_of(sheet).status is SheetStatus.HELD
    with pytest.raises(NoticeError, match="notice-not-open"):
        withdraw_notice(notice_id, reason="もう一度", actor=officer, now=clock.now())
    notice_on(case, officer)  # and another one can be written


def test_taking_back_needs_a_reason(case, officer) -> None:
    notice_id = notice_on(case, officer)
    with pytest.raises(DomainError, match="reason-needed"):
        withdraw_notice(notice_id, reason=" ", actor=officer, now=clock.now())


def send(case: UUID, sheet_codes: str, item_number: str = "31520123452") -> MailPiece:
    """Print, enclose and post the newest letter."""
    clerk = staff_actor("mailroom", email=f"m{item_number}@example.jp")
    run_jobs("mailings.jobs.prepare_case_letter")
    db.session.rollback()
    piece = db.session.scalars(select(MailPiece).order_by(MailPiece.sequence.desc())).first()
    assert piece is not None
    piece_id, number = piece.id, piece.number
    db.session.rollback()
    assert print_case_letters([piece_id], actor=clerk, now=clock.now()).startswith(b"%PDF")
    enclose_papers(f"L1:{number}", sheet_codes, actor=clerk, now=clock.now())
    post_letter(piece_id, item_number=item_number, posted_on=clock.today(), actor=clerk, now=clock.now())
    return db.session.get_one(MailPiece, piece_id)


def number_of(body: int) -> str:
    return f"{body}{body % 7}"


def test_sheets_follow_their_letter_out_and_home_again(case, officer) -> None:
    sheet = form_5_sheet(case)
    notice_id = notice_on(case, officer)
    piece = send(case, sheet, number_of(3152012345))
    piece_id = piece.id
    db.session.rollback()
    run_jobs("registration.jobs.follow_returned_papers", times=2)
    assert sheet_of(sheet).status is SheetStatus.RETURNED
    assert book_of(sheet).count(SheetEventKind.RETURNED) == 1
    # Taken back after it has left: it cannot be stopped.
    assert not withdraw_notice(notice_id, reason="電話で解決", actor=officer, now=clock.now())
    assert sheet_of(sheet).status is SheetStatus.RETURNED
    record_return(piece_id, reason="unknown", actor=officer, now=clock.now())
    run_jobs("registration.jobs.follow_returned_papers", times=2)
    assert sheet_of(sheet).status is SheetStatus.TO_RETURN
    assert book_of(sheet).count(SheetEventKind.CAME_BACK) == 1
    assert len(entries("sheet:follow")) == 2


@pytest.mark.parametrize("codes", ["", "S-2026-999999", "{sheet} S-2026-999999"])
def test_a_sheet_too_many_or_too_few_stops_the_envelope(case, officer, codes) -> None:
    sheet = form_5_sheet(case)
    notice_on(case, officer)
    with pytest.raises(DomainError, match="wrong-papers"):
        send(case, codes.format(sheet=sheet))
    refused = [entry for entry in entries("letter:enclose") if entry.outcome == "refused"]
    assert [entry.detail["error"] for entry in refused] == ["wrong-papers"]


def test_ordinary_mail_is_posted_without_a_number(case, officer) -> None:
    notice_on(case, officer, back=False)
    piece = send(case, "", "")
    assert (piece.status, piece.item_number, piece.posting) == (MailPieceStatus.POSTED, None, Posting.ORDINARY)
    assert promised("app.billing", "issuance") == []
