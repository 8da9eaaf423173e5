"""Letters to companies in the mailroom and by e-mail: prepared once, kept, never mixed up with letters that hold a PIN."""

import subprocess
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from app import storage
from app.core import clock
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError, IllegalTransitionError
from issuance.services.follow_mail_piece import follow_mail_piece
from issuance.services.reserve_token import reserve_token
from mailings import queries
from mailings.errors import LetterKindError
from mailings.services.enclose import enclose
from mailings.services.enclose_papers import enclose_papers
from mailings.services.post_letter import post_letter
from mailings.services.prepare_case_letter import prepare_again, prepare_case_letter
from mailings.services.print_case_letters import print_case_letters
from mailings.services.print_letters import print_letters
from mailings.services.record_outcome import record_return
from mailings.services.spoil_letter import spoil_letter
from models.emails import OutgoingEmail
from models.enums import LetterKind, MailPieceStatus, PaperKind, Posting
from models.mail_pieces import MailPiece
from models.notices import CaseLetter
from registration import notice_queries
from registration.rules.notices import remind_day
from registration.services.answer_notice import answer_notice
from registration.services.remind_notice import remind_notice
from registration.services.withdraw_notice import withdraw_notice
from registration.services.write_notice import write_notice
from tests.factories.desk import receive, staff_actor
from tests.factories.notices import RECIPIENT, ask, draft, notice_on, run_jobs
from tests.integration.mailings.test_emails import Sink, sink  # noqa: F401  a real SMTP server

pytestmark = pytest.mark.hsm


@pytest.fixture(autouse=True)
def _storage(signer_process: None) -> Iterator[None]:
    yield


@pytest.fixture
def officer(app: Flask) -> Actor:
    return staff_actor("officer")


@pytest.fixture
def clerk(app: Flask) -> Actor:
    return staff_actor("mailroom")


@pytest.fixture
def notice(officer: Actor) -> UUID:
    return notice_on(receive(officer), officer)


@pytest.fixture
def piece(notice: UUID) -> UUID:
    run_jobs("mailings.jobs.prepare_case_letter", times=2)
    db.session.rollback()
    found = db.session.scalars(select(MailPiece)).one()
    db.session.rollback()
    return found.id


def piece_now(piece: UUID) -> MailPiece:
    db.session.rollback()
    return db.session.get_one(MailPiece, piece)


def test_a_letter_is_prepared_once_without_holder_and_without_token(piece: UUID) -> None:
    found = piece_now(piece)
    assert (found.kind, found.posting) == (LetterKind.DEFICIENCY_NOTICE, Posting.SIMPLE_REGISTERED)
    assert (found.applicant_id, found.blocked_reason) == (None, None)
    db.session.rollback()
    reserve_token(piece, now=clock.now())  # nothing happens, although the stock is empty
    follow_mail_piece(piece, now=clock.now())


def test_what_was_printed_is_kept_as_it_was(piece: UUID, clerk: Actor) -> None:
    number = piece_now(piece).number
    pdf = print_case_letters([piece], actor=clerk, now=clock.now())
    kept = storage.get(piece_now(piece).document_sha256 or "")
    for data in (pdf, kept):
        text = subprocess.run(["pdftotext", "-", "-"], input=data, capture_output=True, check=True).stdout.decode()
        assert number in text and "葛󠄀城 葵" in text and "𠮷田 太郎" in text
    with pytest.raises(IllegalTransitionError):
        print_case_letters([piece], actor=clerk, now=clock.now())


def test_the_steps_of_letters_with_a_pin_refuse_it(piece: UUID, clerk: Actor) -> None:
    class NoPins:
        def prepare(self, applicant_id: UUID) -> object:
            raise AssertionError("no PIN is made for a letter to a company")

        store = prepare

    number = piece_now(piece).number
    db.session.rollback()
    with pytest.raises(LetterKindError):
        print_letters([piece], witness="森 由美", pins=NoPins(), actor=clerk, now=clock.now())  # type: ignore[arg-type]  # nobody may ask it for a PIN
    with pytest.raises(LetterKindError):
        enclose(number, "SN-1", actor=clerk, now=clock.now())
    print_case_letters([piece], actor=clerk, now=clock.now())
    with pytest.raises(LetterKindError):
        spoil_letter(
            piece,
            witness="森 由美",
            reason="jam",
            pins=NoPins(),  # type: ignore[arg-type]  # nobody may ask it for a PIN
            actor=clerk,
            now=clock.now(),
        )
    assert piece_now(piece).status is MailPieceStatus.PRINTED


def test_a_letter_that_came_back_goes_into_another_envelope_once(piece: UUID, clerk: Actor, notice: UUID) -> None:
    number, sheet = piece_now(piece).number, enclosed(notice)
    with pytest.raises(IllegalTransitionError):
        prepare_again(piece, actor=clerk, now=clock.now())
    print_case_letters([piece], actor=clerk, now=clock.now())
    enclose_papers(number, sheet, actor=clerk, now=clock.now())
    post_letter(piece, item_number="31520123456", posted_on=clock.today(), actor=clerk, now=clock.now())
    run_jobs("registration.jobs.follow_returned_papers")
    record_return(piece, reason="unknown", actor=clerk, now=clock.now())
    run_jobs("registration.jobs.follow_returned_papers")
    letter_id = piece_now(piece).letter_id
    db.session.rollback()
    assert prepare_case_letter(letter_id, now=clock.now()) == piece, "a job that runs again sends nothing again"
    second = prepare_again(piece, actor=clerk, now=clock.now())
    with pytest.raises(IllegalTransitionError):
        prepare_again(piece, actor=clerk, now=clock.now())
    assert piece_now(second).replaces_id == piece
    number = piece_now(second).number
    print_case_letters([second], actor=clerk, now=clock.now())
    enclose_papers(number, sheet, actor=clerk, now=clock.now())
    post_letter(second, item_number="31520123460", posted_on=clock.today(), actor=clerk, now=clock.now())
    run_jobs("registration.jobs.follow_returned_papers", times=2)  # also late ones, of the first envelope
    db.session.rollback()
    assert {each.sheet.status for each in notice_queries.get_letter(letter_id).enclosures} == {"returned"}


def enclosed(notice: UUID) -> str:
    db.session.rollback()
    letter = db.session.scalars(select(CaseLetter).where(CaseLetter.notice_id == notice)).one()
    code = " ".join(each.sheet.number for each in letter.enclosures)
    db.session.rollback()
    return code


def test_a_name_that_no_font_has_waits_for_an_officer(officer: Actor, clerk: Actor) -> None:
    case = receive(officer)
    wanted = draft(case, ask(case, PaperKind.FORM_1, words="「渡\u9089\U000e01ef」様のお名前をご確認ください。"))
    db.session.rollback()
    write_notice(case, wanted, actor=officer, now=clock.now())
    run_jobs("mailings.jobs.prepare_case_letter")
    db.session.rollback()
    found = db.session.scalars(select(MailPiece)).one()
    assert found.blocked_reason is not None and "U+9089 U+E01EF" in found.blocked_reason
    blocked = found.id
    db.session.rollback()
    with pytest.raises(DomainError, match="piece-blocked"):
        print_case_letters([blocked], actor=clerk, now=clock.now())


def test_lists_tell_the_two_kinds_apart(piece: UUID, notice: UUID) -> None:
    db.session.rollback()
    assert queries.list_pieces(MailPieceStatus.PREPARED, with_pin=True) == []
    (found,) = queries.list_pieces(MailPieceStatus.PREPARED, with_pin=False)
    addressee = queries.addressees_of([found])[piece]
    assert (addressee.name, addressee.company) == (RECIPIENT.name, RECIPIENT.company)
    assert len(queries.enclosures_of([found])[piece]) == 1


def mails() -> list[OutgoingEmail]:
    db.session.rollback()
    return list(db.session.scalars(select(OutgoingEmail).order_by(OutgoingEmail.created_at)))


def test_the_company_is_mailed_once_what_the_letter_says(notice: UUID, sink: Sink) -> None:  # noqa: F811  the fixture
    run_jobs("mailings.jobs.email_case_letter", times=3)
    (text,) = sink.taken
    for meant in (
        "葛󠄀城 葵 様",
        "D-2026-000001",
        "1. 様式5 電子証明書発行申請書（𠮷田 太郎様）",
        "〒105-0004",
        "Please let them",
    ):
        assert meant.replace("D-2026", f"D-{clock.today().year}") in text
    assert [mail.recipient for mail in mails()] == [RECIPIENT.email]


def test_nothing_is_mailed_about_a_notice_that_was_taken_back(notice: UUID, officer: Actor, sink: Sink) -> None:  # noqa: F811  the fixture
    withdraw_notice(notice, reason="誤り", actor=officer, now=clock.now())
    run_jobs("mailings.jobs.email_case_letter")
    assert sink.taken == []


def test_the_reminder_lists_what_is_still_open(notice: UUID, officer: Actor, sink: Sink) -> None:  # noqa: F811  the fixture
    day = remind_day(notice_queries.get_notice(notice).due_on)
    db.session.rollback()
    moment = clock.now() + timedelta(days=(day - clock.today()).days)
    assert remind_notice(notice, now=moment)
    answer_notice(notice, 2, answer="電話で確認", actor=officer, now=clock.now())
    run_jobs("mailings.jobs.email_notice_reminder", times=2)
    (text,) = sink.taken
    assert "様式5" in text and "様式4" not in text


def test_nobody_is_reminded_of_what_was_settled_meanwhile(notice: UUID, officer: Actor, sink: Sink) -> None:  # noqa: F811  the fixture
    day = remind_day(notice_queries.get_notice(notice).due_on)
    db.session.rollback()
    assert remind_notice(notice, now=clock.now() + timedelta(days=(day - clock.today()).days))
    withdraw_notice(notice, reason="電話で解決", actor=officer, now=clock.now())
    run_jobs("mailings.jobs.email_notice_reminder")
    assert sink.taken == []


def test_a_worker_that_dies_while_preparing_leaves_the_promise(notice: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    """The promise row is still there, nothing else is; the next worker prepares one letter."""

    def die(*_args: object) -> bytes:
        raise SystemExit(9)

    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr("mailings.case_letters.render", die)
        run_jobs("mailings.jobs.prepare_case_letter")
    db.session.rollback()
    assert db.session.scalars(select(MailPiece)).all() == []
    run_jobs("mailings.jobs.prepare_case_letter", times=2)
    db.session.rollback()
    assert len(db.session.scalars(select(MailPiece)).all()) == 1
