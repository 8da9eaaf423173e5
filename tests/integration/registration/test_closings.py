"""Ends of a case without a certificate: refused and withdrawn, with letter, e-mail, papers and retention."""

from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from app import storage
from app.core import clock
from app.core.clock import day_in_tokyo
from app.core.db import db
from app.core.errors import DomainError, IllegalTransitionError
from mailings.services.enclose_papers import enclose_papers
from mailings.services.post_letter import post_letter
from mailings.services.print_case_letters import print_case_letters
from models.applications import Application
from models.audit import AuditEntry
from models.decisions import Decision
from models.enums import ApplicationStatus as S
from models.enums import (
    CheckResult,
    DecisionKind,
    LetterKind,
    MailPieceStatus,
    NoticeStatus,
    PaperKind,
    PapersFate,
    Posting,
    RefusalReason,
    SheetStatus,
)
from models.mail_pieces import MailPiece
from models.notices import CaseLetter
from models.sheets import Sheet
from registration import notice_queries, queries
from registration.errors import FourEyesError, PaperFieldError
from registration.rules.recipients import RecipientError
from registration.rules.refusals import RefusalError
from registration.rules.retention import keep_until
from registration.services.record_check import record_check
from registration.services.refuse import refuse_application
from registration.services.withdraw_application import withdraw_application
from tests.factories.desk import receive, staff_actor, work_through
from tests.factories.notices import RECIPIENT, notice_on, papers_of, run_jobs

pytestmark = pytest.mark.hsm


@pytest.fixture(autouse=True)
def _storage(signer_process: None) -> None:
    """Scans and letters are stored encrypted."""


@pytest.fixture
def people(app: Flask):
    return staff_actor("reception"), staff_actor("officer"), staff_actor("approver")


@pytest.fixture
def case(people):
    case = receive(people[0])
    work_through(case, people[1], scans=False)
    return case


def case_now(case: UUID) -> Application:
    db.session.rollback()
    return queries.get_case(case)


def letter_of(case: UUID, kind: LetterKind) -> CaseLetter:
    db.session.rollback()
    return db.session.scalars(
        select(CaseLetter).where(CaseLetter.application_id == case, CaseLetter.kind == kind)
    ).one()


def refused(event: str) -> list[str]:
    db.session.rollback()
    rows = select(AuditEntry).where(AuditEntry.event == event, AuditEntry.outcome == "refused")
    return [entry.detail["error"] for entry in db.session.scalars(rows)]


def sheets(case: UUID) -> set[SheetStatus]:
    db.session.rollback()
    envelope = queries.get_case(case).envelope_id
    return set(db.session.scalars(select(Sheet.status).where(Sheet.envelope_id == envelope)))


def test_a_refusal_keeps_the_papers_for_ten_years(people, case) -> None:
    now = clock.now()
    refuse_application(
        case,
        reason="外周の形が異なる",
        reason_code=RefusalReason.SEAL,
        recipient=RECIPIENT,
        actor=people[2],
        now=now,
    )
    assert case_now(case).status is S.REFUSED
    letter = letter_of(case, LetterKind.REFUSAL_NOTICE)
    assert letter.keep_until == keep_until(day_in_tokyo(now))
    assert (letter.reason_code, letter.posting, letter.papers) == (
        RefusalReason.SEAL,
        Posting.RECORDED,
        PapersFate.KEPT,
    )
    assert sheets(case) == {SheetStatus.HELD}
    decision = db.session.scalars(select(Decision).where(Decision.kind == DecisionKind.REFUSED)).one()
    assert (decision.reason, decision.decided_by_name) == ("外周の形が異なる", people[2].name)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "application:refuse")).one()
    assert entry.detail == {
        "code": "seal",
        "reason": "外周の形が異なる",
        "keep_until": keep_until(day_in_tokyo(now)).isoformat(),
    }


def test_a_refusal_that_cannot_be_leaves_nothing_but_the_attempt(people, case) -> None:
    now = clock.now()
    with pytest.raises(RefusalError, match="papers-must-stay"):
        refuse_application(case, reason="x", papers=PapersFate.RETURNED, actor=people[2], now=now)
    with pytest.raises(PaperFieldError, match="my-number"):
        refuse_application(case, reason="1234 5678 9018", actor=people[2], now=now)
    with pytest.raises(FourEyesError):
        refuse_application(case, reason="x", actor=people[1], now=now)
    assert case_now(case).status is S.IN_REVIEW
    assert db.session.scalars(select(CaseLetter)).all() == []
    assert refused("application:refuse") == ["papers-must-stay", "my-number", "four-eyes"]


def test_a_refusal_needs_an_address(people) -> None:
    case = receive(people[0])
    work_through_nothing = case_now(case).company.address
    assert work_through_nothing == ""
    db.session.rollback()

    record_check(papers_of(case)[PaperKind.FORM_1], "filled-in", CheckResult.OK, actor=people[1], now=clock.now())
    with pytest.raises(RecipientError, match="recipient-missing"):
        refuse_application(case, reason="x", actor=people[2], now=clock.now())
    refuse_application(case, reason="x", recipient=RECIPIENT, actor=people[2], now=clock.now())


def test_a_case_that_waits_for_the_company_is_not_refused_before_its_day(people, case) -> None:
    notice_on(case, people[1])
    with pytest.raises(IllegalTransitionError):
        refuse_application(case, reason="x", actor=people[2], now=clock.now())


@pytest.mark.parametrize("fate", PapersFate)
def test_a_withdrawal_sends_the_papers_back_or_keeps_them(people, case, fate) -> None:
    notice_id = notice_on(case, people[1])
    withdraw_application(
        case, reason="計画中止（葛󠄀城様、電話）", papers=fate, recipient=RECIPIENT, actor=people[1], now=clock.now()
    )
    now = case_now(case)
    assert (now.status, now.closed_on) == (S.WITHDRAWN, clock.today())
    assert notice_queries.get_notice(notice_id).status is NoticeStatus.WITHDRAWN
    letter = letter_of(case, LetterKind.WITHDRAWAL_NOTICE)
    back = len(letter.enclosures)
    assert back == (10 if fate is PapersFate.RETURNED else 0), "those of the stopped notice as well"
    assert sheets(case) == {SheetStatus.TO_RETURN if back else SheetStatus.HELD}
    kinds = set(db.session.scalars(select(Decision.kind)))
    assert kinds == {DecisionKind.WITHDRAWN}


def test_a_withdrawal_needs_a_reason_and_an_open_case(people, case) -> None:
    with pytest.raises(RefusalError, match="reason-needed"):
        withdraw_application(case, reason=" ", papers=PapersFate.KEPT, actor=people[1], now=clock.now())
    withdraw_application(case, reason="x", papers=PapersFate.KEPT, actor=people[1], now=clock.now())
    with pytest.raises(IllegalTransitionError):
        withdraw_application(case, reason="x", papers=PapersFate.KEPT, actor=people[1], now=clock.now())
    assert refused("application:withdraw") == ["reason-needed", "illegal-transition"]


def test_the_papers_of_a_withdrawal_leave_with_the_letter(people, case) -> None:
    withdraw_application(case, reason="x", papers=PapersFate.RETURNED, actor=people[1], now=clock.now())
    run_jobs("mailings.jobs.prepare_case_letter", times=2)
    db.session.rollback()
    piece = db.session.scalars(select(MailPiece)).one()
    piece_id, number = piece.id, piece.number
    codes = [each.sheet.number for each in letter_of(case, LetterKind.WITHDRAWAL_NOTICE).enclosures]
    db.session.rollback()
    clerk = staff_actor("mailroom")
    pdf = print_case_letters([piece_id], actor=clerk, now=clock.now())
    assert pdf.startswith(b"%PDF")
    enclose_papers(number, "\n".join(codes), actor=clerk, now=clock.now())
    with pytest.raises(DomainError, match="item-number-format"):
        post_letter(piece_id, item_number="", posted_on=clock.today(), actor=clerk, now=clock.now())
    post_letter(piece_id, item_number="31520123456", posted_on=clock.today(), actor=clerk, now=clock.now())
    run_jobs("registration.jobs.follow_returned_papers", times=2)
    assert sheets(case) == {SheetStatus.RETURNED}
    db.session.rollback()
    piece = db.session.get_one(MailPiece, piece_id)
    assert piece.status is MailPieceStatus.POSTED
    assert piece.document_sha256 is not None
    assert storage.get(piece.document_sha256).startswith(b"%PDF"), "what was sent can be read in ten years"
