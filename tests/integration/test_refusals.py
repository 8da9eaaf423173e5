"""Each refusal that people meet on the main line: a sentence in both languages that says what to do, and an audit entry."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select

from admin.messages import messages as portal_messages
from admin.messages import sentence as portal_sentence
from admin.messages_registration import fault_sentence
from app.client.request_check import REASONS, RequestCheckError
from app.contracts.services.open_signing_code import open_signing_code
from app.contracts.services.open_signing_session import open_signing_session
from app.contracts.services.report_refusal import report_refusal
from app.contracts.services.submit_signature import submit_signature
from app.contracts.web.messages import ALL as CONTRACT_MESSAGES
from app.contracts.web.messages import sentence as contract_sentence
from app.core import clock
from app.core.db import db
from app.core.errors import DomainError
from app.core.settings import Settings
from app.enrol.messages import MESSAGES as ENROL_MESSAGES
from app.enrol.messages import sentence as enrol_sentence
from app.security import actor_of
from app.signer import SignerClient
from issuance import jobs
from issuance.rules.pins import check_character
from issuance.services.check_pin import check_pin
from models.audit import AuditEntry
from models.enums import PinKind
from registration.services.approve import approve_application
from registration.services.finish_review import finish_review
from tests.factories.contracts import Signatory, make_contract, make_signatory
from tests.factories.desk import receive, staff_actor, work_through
from tests.integration.test_main_line import Story

pytestmark = pytest.mark.hsm

Sentence = Callable[[DomainError], str]


def refused(act: Callable[[], object]) -> DomainError:
    with pytest.raises(DomainError) as caught:
        act()
    db.session.rollback()
    return caught.value


def on_record(event: str) -> AuditEntry:
    """The newest entry of an attempt that did not succeed."""
    db.session.rollback()
    query = select(AuditEntry).where(AuditEntry.event == event, AuditEntry.outcome != "done")
    entry = db.session.scalars(query.order_by(AuditEntry.seq.desc())).first()
    assert entry is not None, f"{event} left no entry"
    return entry


def assert_told(error: DomainError, sentence: Sentence, english: str, japanese: str) -> None:
    with force_locale("en"):
        assert english in sentence(error)
    with force_locale("ja"):
        assert japanese in sentence(error)


@pytest.fixture
def story(app: Flask, authority: None) -> Story:
    return Story(app)


def with_pin(story: Story, pin: str, days: int = 0) -> DomainError:
    now = clock.now() + timedelta(days=days)
    return refused(lambda: check_pin(story.number, pin, PinKind.APPLICATION, now=now))


def test_wrong_pin(story: Story) -> None:
    story.deliver()
    error = with_pin(story, "2" * 15 + check_character("2" * 15))
    assert_told(error, enrol_sentence, "do not belong together", "申請番号")
    assert on_record("pin:check").detail["error"] == error.code == "pin-wrong"


def test_used_pin(story: Story) -> None:
    story.deliver()
    jobs.issue_certificate(str(story.request(story.open())))
    error = with_pin(story, story.pin)
    assert_told(error, enrol_sentence, "has been used", "使用")
    assert on_record("pin:check").detail["error"] == error.code == "pin-used"


def test_expired_pin(story: Story) -> None:
    story.deliver()
    error = with_pin(story, story.pin, days=100)
    assert_told(error, enrol_sentence, "no longer valid", "ヘルプデスク")
    assert on_record("pin:check").detail["error"] == error.code == "pin-expired"


def test_stale_paper(app: Flask) -> None:
    reception, officer = staff_actor("reception"), staff_actor("officer")
    case = receive(reception)
    work_through(case, officer, issued_on=clock.today() - timedelta(days=130), scans=True)
    error = refused(lambda: finish_review(case, actor=officer, now=clock.now()))
    assert_told(error, portal_sentence, "cannot be finished yet", "審査を終えられません")
    stale = next(fault for fault in error.faults if fault.code == "stale")  # type: ignore[attr-defined]
    with force_locale("en"):
        assert "Ask for a new one" in fault_sentence(stale)
    with force_locale("ja"):
        assert "令和" in fault_sentence(stale)
        assert "Too old" not in fault_sentence(stale)
    entry = on_record("application:review")
    assert entry.detail["error"] == error.code == "review-incomplete"
    assert "residence_certificate:stale" in entry.detail["faults"]
    assert entry.actor_id == officer.id


def test_same_person_approving(app: Flask) -> None:
    reception, officer = staff_actor("reception"), staff_actor("officer")
    case = receive(reception)
    work_through(case, officer)
    digest = finish_review(case, actor=officer, now=clock.now())
    error = refused(lambda: approve_application(case, digest=digest, actor=officer, now=clock.now()))
    assert_told(error, portal_sentence, "somebody else must take this step", "別の")
    entry = on_record("application:approve")
    assert (entry.detail["error"], entry.actor_id) == ("four-eyes", officer.id)


@pytest.fixture
def parties(authority: None) -> tuple[Signatory, Signatory]:
    return make_signatory(1, romaji="YOSHIDA TAKASHI"), make_signatory(2, romaji="WATANABE HARUKO")


def code_for(contract_id: object, person: Signatory) -> str:
    customer = person.customer
    return open_signing_code(contract_id, customer_id=customer.id, actor=actor_of(customer), now=clock.now())


def test_foreign_certificate(parties: tuple[Signatory, Signatory]) -> None:
    first, second = parties
    code = code_for(make_contract(first, second), first)
    error = refused(lambda: open_signing_session(code, second.der, now=clock.now()))
    assert_told(error, contract_sentence, "is not registered for this user ID", "登録されていません")
    assert on_record("contract:sign").detail["error"] == error.code == "certificate-not-registered"


def test_changed_pdf_at_the_server(parties: tuple[Signatory, Signatory]) -> None:
    first, second = parties
    code = code_for(make_contract(first, second), first)
    session = open_signing_session(code, first.der, now=clock.now())
    value = first.sign(b"attributes of another PDF")
    error = refused(lambda: submit_signature(session.session_id, code, value, now=clock.now()))
    assert_told(error, contract_sentence, "does not fit the document", "文書")
    assert on_record("contract:sign").detail["error"] == error.code == "signature-wrong"


def test_changed_pdf_on_the_holders_computer(parties: tuple[Signatory, Signatory]) -> None:
    first, second = parties
    code = code_for(make_contract(first, second), first)
    session = open_signing_session(code, first.der, now=clock.now())
    text = str(RequestCheckError("document-changed"))
    assert all(each in text for each in (*REASONS["document-changed"], "help desk", "ヘルプデスク"))
    report_refusal(session.session_id, code, "document-changed")
    entry = on_record("contract:sign")
    assert (entry.detail["error"], entry.detail["refused_by"]) == ("document-changed", "client")
    assert entry.actor_id == first.customer_id


def test_unreachable_signer(
    story: Story, parties: tuple[Signatory, Signatory], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the printer, at the PIN, at the signature: three screens, three sentences, three entries."""
    first, second = parties
    code = code_for(make_contract(first, second), first)
    session = open_signing_session(code, first.der, now=clock.now())
    value = first.sign(session.prepared.signed_attributes)
    nobody = SignerClient(settings.var_dir / "nobody.sock")
    with monkeypatch.context() as away:
        away.setitem(story.app.extensions, "signer", nobody)
        printing = refused(story.print)
        signing = refused(lambda: submit_signature(session.session_id, code, value, now=clock.now()))
    story.deliver()
    with monkeypatch.context() as away:
        away.setitem(story.app.extensions, "signer", nobody)
        typing = with_pin(story, story.pin)
    assert_told(printing, portal_sentence, "Nothing was changed", "変更されていません")
    assert_told(signing, contract_sentence, "try again in a few minutes", "数分後")
    assert_told(typing, enrol_sentence, "Nothing was used up", "数分後")
    for event in ("letter:print", "contract:sign", "pin:check"):
        assert on_record(event).detail["error"] == "signer-unavailable"


@pytest.mark.parametrize(
    "texts", [ENROL_MESSAGES, CONTRACT_MESSAGES, portal_messages()], ids=["enrol", "contracts", "portal"]
)
def test_every_sentence_has_its_japanese(app: Flask, texts: dict[str, object]) -> None:
    for code, text in texts.items():
        with force_locale("ja"):
            japanese = str(text)
        with force_locale("en"):
            assert str(text) != japanese, code
