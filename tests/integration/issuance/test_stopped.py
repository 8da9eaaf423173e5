"""What the lints refuse for another reason than the key: it waits for an officer, and goes on or ends. No PIN is burnt."""

from datetime import timedelta
from uuid import uuid4

import pytest
from cryptography import x509
from flask import Flask
from sqlalchemy import select, update

from app.core import clock
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import StaleError
from issuance import jobs
from issuance.errors import EnrolmentEndError, TokenError
from issuance.queries.checks import list_unfinished
from issuance.queries.profiles import get_profiles
from issuance.queries.stops import count_stopped, get_stop, list_stopped
from issuance.rules.stops import Remedy
from issuance.services.check_pin import check_pin
from issuance.services.end_enrolments import end_enrolments
from issuance.services.end_stopped_enrolment import end_stopped_enrolment
from issuance.services.issue_certificate import issue_certificates
from issuance.services.resume_enrolment import resume_enrolment
from issuance.services.take_token_back import take_token_back
from mailings import jobs as mailing_jobs
from models.audit import AuditEntry
from models.certificates import Certificate
from models.companies import Company
from models.enrolments import Enrolment
from models.enums import CertificateStatus, EnrolmentStatus, PinKind, PinStatus, TokenStatus
from tests.factories.applicants import waiting_applicant
from tests.factories.certificates import requested_enrolment
from tests.factories.desk import staff_actor
from tests.factories.stories import delivered_story, enrolment_of, promises_of, stop_issue, write_holder
from tests.integration.issuance.test_profiles import activate, propose
from tests.integration.mailings.test_change_notices import Sink, sink  # noqa: F401  a real SMTP server
from tests.integration.test_main_line import Story, make_csr, pins

pytestmark = pytest.mark.hsm
ISSUE = "issuance.jobs.issue_certificate"


@pytest.fixture
def story(app: Flask, authority: None) -> Story:
    return delivered_story(app)


def write_company(**names: str) -> None:
    db.session.rollback()
    db.session.execute(update(Company).values(**names))
    db.session.commit()


def certificates() -> list[Certificate]:
    db.session.rollback()
    return list(db.session.scalars(select(Certificate)))


def officer(role: str = "officer") -> Actor:
    return staff_actor(role, email=f"{uuid4()}@example.jp", name="佐藤 花子")


def test_it_waits_for_an_officer_and_burns_nothing(story: Story) -> None:
    enrolment = stop_issue(story)
    assert (enrolment.status, enrolment.refusal_code) == (EnrolmentStatus.REQUESTED, "profile-not-romaji")
    assert (pins(PinKind.APPLICATION), pins(PinKind.DOWNLOAD)) == ([PinStatus.RESERVED], [PinStatus.RESERVED])
    (reserved,) = certificates()
    assert (reserved.status, reserved.tbs) == (CertificateStatus.SERIAL_RESERVED, None)
    (stop,) = list_stopped()
    assert (stop.code, stop.about, stop.remedy) == ("profile-not-romaji", "name_romaji", Remedy.APPLICANT)
    assert stop.applicant.id == story.applicant and stop.certificate is not None
    assert len(promises_of("mailings.jobs.email_enrolment_stopped")) == 1
    jobs.issue_certificate(str(enrolment.id))  # again, by a promise that was late
    assert len(db.session.scalars(select(AuditEntry).where(AuditEntry.event == "enrolment:stop")).all()) == 1
    assert list_unfinished(clock.now() + timedelta(days=1)) == []  # it has a queue of its own


def test_the_reconciler_leaves_it_to_the_officer(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    stop_issue(story)
    before = len(promises_of(ISSUE))
    later = clock.now() + timedelta(hours=1)
    monkeypatch.setattr(jobs.clock, "now", lambda: later)
    jobs.reconcile()
    assert len(promises_of(ISSUE)) == before


def test_a_request_that_is_promised_is_not_promised_again(app: Flask, authority: None, monkeypatch) -> None:
    """The HSM is away for an hour: one promise that is tried again, and not sixty of them."""
    enrolment = requested_enrolment(waiting_applicant())

    class Away:
        def sign_digest(self, *_arguments: object, **_named: object) -> bytes:
            from app.signer import SignerUnavailableError  # noqa: PLC0415  used here alone

            raise SignerUnavailableError("away")

    issue_certificates([enrolment], now=clock.now(), issuer=Away())
    now = clock.now()
    for minute in range(6, 60):
        monkeypatch.setattr(jobs.clock, "now", lambda minute=minute: now + timedelta(minutes=minute))
        jobs.reconcile()
    assert len(promises_of(ISSUE)) == 1


def test_corrected_it_goes_on_under_the_same_number(story: Story) -> None:
    enrolment = stop_issue(story)
    (reserved,) = certificates()
    write_holder(story, name_romaji="YOSHIDA TARO")
    resume_enrolment(enrolment.id, actor=officer())
    assert promises_of(ISSUE)[-1].subject_id == enrolment.id
    jobs.issue_certificate(str(enrolment.id))
    (issued,) = certificates()
    assert (issued.id, issued.serial, issued.status) == (reserved.id, reserved.serial, CertificateStatus.ACTIVE)
    assert enrolment_of(story).status is EnrolmentStatus.ISSUED
    assert (pins(PinKind.APPLICATION), pins(PinKind.DOWNLOAD)) == ([PinStatus.USED], [PinStatus.USED])
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "enrolment:resume")).one()
    assert (entry.actor_name, entry.detail["code"]) == ("佐藤 花子", "profile-not-romaji")
    with pytest.raises(StaleError):
        resume_enrolment(enrolment.id, actor=officer())


def test_it_does_not_go_on_when_its_token_is_gone(story: Story) -> None:
    enrolment = stop_issue(story)
    write_holder(story, name_romaji="YOSHIDA TARO")
    token = story.token
    token.status = TokenStatus.LOST
    db.session.commit()
    with pytest.raises(EnrolmentEndError, match="resume-token-gone"):
        resume_enrolment(enrolment.id, actor=officer())
    assert count_stopped() == 1


def test_its_token_does_not_come_back_before_it_is_ended(story: Story) -> None:
    """Nothing on it is valid, so that there is nothing to revoke: what is said must lead to the queue."""
    enrolment, token = stop_issue(story), story.token.id
    with pytest.raises(TokenError, match="token-certificate-pending"):
        take_token_back(token, remark="", actor=story.mailroom, now=clock.now())
    end_stopped_enrolment(enrolment.id, reason="x", actor=officer("approver"), now=clock.now())
    take_token_back(token, remark="", actor=story.mailroom, now=clock.now())
    assert story.token.status is TokenStatus.RETURNED


def test_not_corrected_it_stops_again(story: Story) -> None:
    enrolment = stop_issue(story)
    resume_enrolment(enrolment.id, actor=officer())
    jobs.issue_certificate(str(enrolment.id))
    assert count_stopped() == 1
    events = [entry.event for entry in get_stop(enrolment.id).history]
    assert events == ["enrolment:stop", "enrolment:resume", "enrolment:stop"]


def test_a_profile_that_was_corrected_meanwhile_is_the_one_it_is_issued_by(story: Story) -> None:
    """The number was reserved while another version was in force; nothing of it was signed."""
    enrolment = stop_issue(story)
    (reserved,) = certificates()
    first, second = officer("ca_operator"), staff_actor("ca_operator", email="second@example.jp")
    activate(second, propose(first, holder__years=1))
    version = get_profiles().version
    assert version > reserved.profile_version
    write_holder(story, name_romaji="YOSHIDA TARO")
    resume_enrolment(enrolment.id, actor=officer("approver"))
    jobs.issue_certificate(str(enrolment.id))
    (issued,) = certificates()
    assert (issued.id, issued.profile_version) == (reserved.id, version)
    assert (issued.not_after - issued.not_before).days in {364, 365}


def test_a_company_that_was_corrected(story: Story) -> None:
    pin = story.open()
    write_company(name_romaji="高崎建設")
    enrolment = story.request(pin)
    jobs.issue_certificate(str(enrolment))
    assert get_stop(enrolment).remedy is Remedy.COMPANY
    write_company(name_romaji="TAKASAKI KENSETSU K.K.")
    resume_enrolment(enrolment, actor=officer())
    jobs.issue_certificate(str(enrolment))
    (issued,) = certificates()
    assert issued.status is CertificateStatus.ACTIVE


def test_a_lint_by_its_findings(story: Story) -> None:
    pin = story.open()
    write_holder(story, certificate_name="吉田　\U0002a6d6")  # a character that no Japanese system shows
    enrolment = story.request(pin)
    jobs.issue_certificate(str(enrolment))
    stop = get_stop(enrolment)
    assert (stop.code, stop.remedy) == ("lint", Remedy.APPLICANT)
    assert stop.findings == ["ERROR own.character-not-shown alternative.2.5.4.3"]


def test_one_that_stops_keeps_nobody_else_from_a_certificate(story: Story) -> None:
    pin = story.open()
    write_holder(story, name_romaji="YOSHIDA TARŌ")
    wrong, right = story.request(pin), requested_enrolment(waiting_applicant(name="神谷 吾郎"))
    failures = issue_certificates([wrong, right], now=clock.now())
    assert set(failures) == {wrong}
    db.session.rollback()
    assert db.session.get_one(Enrolment, right).status is EnrolmentStatus.ISSUED


def test_the_same_request_waits_and_another_key_gets_nothing(story: Story) -> None:
    pin = story.open()
    write_holder(story, name_romaji="YOSHIDA TARŌ")
    csr = make_csr()
    enrolment = story.request(pin, csr)
    jobs.issue_certificate(str(enrolment))
    assert story.request(pin, csr) == enrolment
    with pytest.raises(Exception, match="request-known"):
        story.request(pin)
    assert pins(PinKind.DOWNLOAD) == [PinStatus.RESERVED]


def test_while_it_waits_no_pin_locks_or_expires(story: Story) -> None:
    stop_issue(story)
    for wrong in ("2222-2222-2222-2222", "3333-3333-3333-3333", "4444-4444-4444-4444") * 2:
        with pytest.raises(Exception, match="pin-"):
            check_pin(story.number, wrong, PinKind.APPLICATION, now=clock.now())
    assert check_pin(story.number, story.pin, PinKind.APPLICATION, now=clock.now() + timedelta(days=400)) is not None
    assert pins(PinKind.APPLICATION) == [PinStatus.RESERVED]


def test_ended_nothing_is_left_to_be_used(story: Story) -> None:
    enrolment = stop_issue(story)
    approver = officer("approver")
    with pytest.raises(EnrolmentEndError, match="end-reason-needed"):
        end_stopped_enrolment(enrolment.id, reason=" ", actor=approver, now=clock.now())
    end_stopped_enrolment(enrolment.id, reason="ローマ字表記を訂正してください。", actor=approver, now=clock.now())
    assert enrolment_of(story).status is EnrolmentStatus.REFUSED
    assert (pins(PinKind.APPLICATION), pins(PinKind.DOWNLOAD)) == ([PinStatus.DESTROYED], [PinStatus.DESTROYED])
    assert (certificates(), count_stopped()) == ([], 0)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "enrolment:end")).one()
    assert (entry.actor_name, entry.detail["reason"]) == ("佐藤 花子", "ローマ字表記を訂正してください。")
    with pytest.raises(StaleError):
        end_stopped_enrolment(enrolment.id, reason="x", actor=approver, now=clock.now())
    jobs.issue_certificate(str(enrolment.id))
    assert certificates() == []


def test_nobody_ends_what_stopped_again_since(story: Story) -> None:
    """The approver's page is old: somebody put it right, it went on, and stopped at something else."""
    enrolment, approver = stop_issue(story), officer("approver")
    seen = get_stop(enrolment.id).seq
    write_holder(story, name_romaji="YOSHIDA TARO" * 10)
    resume_enrolment(enrolment.id, actor=officer())
    jobs.issue_certificate(str(enrolment.id))
    again = get_stop(enrolment.id)
    assert (again.code, again.seq > seen) == ("profile-too-long", True)
    with pytest.raises(StaleError):
        end_stopped_enrolment(enrolment.id, reason="x", actor=approver, now=clock.now(), seen=seen)
    end_stopped_enrolment(enrolment.id, reason="x", actor=approver, now=clock.now(), seen=again.seq)
    assert count_stopped() == 0


def test_a_company_that_cancels_ends_it_too(story: Story) -> None:
    stop_issue(story)
    end_enrolments(story.applicant, now=clock.now())
    assert (enrolment_of(story).status, certificates()) == (EnrolmentStatus.REFUSED, [])


def test_the_holder_is_told_once_to_wait_and_why_it_ended(story: Story, sink: Sink) -> None:  # noqa: F811  the fixture
    enrolment = stop_issue(story)
    mailing_jobs.email_enrolment_stopped(str(enrolment.id))
    mailing_jobs.email_enrolment_stopped(str(enrolment.id))
    ((recipient, text),) = sink.taken
    assert recipient == "holder@example.jp"
    assert "いま、お客様にしていただくことはありません" in text and "cectrust enrol" in text
    assert story.pin not in text
    end_stopped_enrolment(enrolment.id, reason="ローマ字表記の訂正", actor=officer("approver"), now=clock.now())
    mailing_jobs.email_enrolment_ended(str(enrolment.id))
    assert "ローマ字表記の訂正" in sink.taken[-1][1]
    mailing_jobs.email_enrolment_stopped(str(enrolment.id))
    assert len(sink.taken) == 2


def test_a_mail_that_comes_too_late_is_not_sent(story: Story, sink: Sink) -> None:  # noqa: F811  the fixture
    enrolment = stop_issue(story)
    write_holder(story, name_romaji="YOSHIDA TARO")
    resume_enrolment(enrolment.id, actor=officer())
    mailing_jobs.email_enrolment_stopped(str(enrolment.id))
    assert sink.taken == []
    jobs.issue_certificate(str(enrolment.id))
    (issued,) = certificates()
    assert x509.load_der_x509_certificate(issued.der).subject.rfc4514_string().startswith("2.5.4.5=")
