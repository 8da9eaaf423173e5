"""Requests for revocation: who asked, with which papers, how many people decide, and what becomes of the certificate."""

import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.core import clock
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import IllegalTransitionError, NotFoundError, StaleError
from issuance.errors import RevocationError
from issuance.rules.revocation_policy import HOLDER_CONSENT
from issuance.services.confirm_revocation import confirm_revocation
from issuance.services.confirm_telephone_revocation import confirm_telephone_revocation
from issuance.services.decide_revocation import decide_revocation
from issuance.services.record_revocation_papers import record_revocation_papers
from issuance.services.refuse_revocation import refuse_revocation
from issuance.services.revoke_certificate import revoke_certificate
from issuance.services.withdraw_revocation import withdraw_revocation
from models.audit import AuditEntry
from models.certificates import CertificateNotice, Revocation
from models.emails import EmailAddress
from models.enums import EmailAddressState, NoticeChannel, RevocationAsker, RevocationChannel, RevocationRequestStatus
from models.promises import Promise
from models.revocations import RevocationRequest
from tests.factories.certificates import requested_enrolment
from tests.factories.desk import staff_actor
from tests.factories.revocations import certificates_of, company_with, request_for, status_of

pytestmark = pytest.mark.hsm
HOLDER, COMPANY, THIRD, AUTHORITY = RevocationAsker
TELEPHONE = RevocationChannel.TELEPHONE


@pytest.fixture
def people(app: Flask, authority: None) -> tuple[Actor, Actor, Actor]:
    return (
        staff_actor("officer", name="佐藤 直樹"),
        staff_actor("approver", name="田中 裕子"),
        staff_actor("ca_operator", name="認証 三郎"),
    )


@pytest.fixture
def certificate(people) -> object:
    return certificates_of(company_with("吉田 太郎"))[0]


def row(request_id) -> RevocationRequest:
    db.session.rollback()
    return db.session.get_one(RevocationRequest, request_id, populate_existing=True)


def promised() -> set[str]:
    db.session.rollback()
    return set(db.session.scalars(select(Promise.name)))


def test_a_companys_request_needs_two_people_and_their_names_stay(certificate, people) -> None:
    officer, approver, _operator = people
    asked = request_for(certificate, officer)
    assert status_of(certificate) == "revocation_requested"
    assert row(asked).number.startswith(f"R-{clock.today().year}-")
    with pytest.raises(RevocationError, match="revocation-first-person"):
        decide_revocation(asked, actor=approver, now=clock.now())
    confirm_revocation(asked, actor=approver, now=clock.now())
    with pytest.raises(RevocationError, match="revocation-second-person"):
        decide_revocation(asked, actor=approver, now=clock.now())
    decide_revocation(asked, actor=officer, now=clock.now())
    assert status_of(certificate) == "revoked"
    done = row(asked)
    assert (done.confirmed_by_name, done.decided_by_name) == ("田中 裕子", "佐藤 直樹")
    revocation = db.session.scalars(select(Revocation)).one()
    assert (revocation.request_id, revocation.reason, revocation.asked_by) == (asked, "affiliationChanged", "company")
    assert revocation.decided_by_name == "佐藤 直樹"
    # Somebody else asked: the holder is told by e-mail and by letter, in the same transaction.
    notice = db.session.scalars(select(CertificateNotice)).one()
    assert notice.channel is NoticeChannel.LETTER
    assert promised() >= {
        "issuance.jobs.publish_crl",
        "issuance.jobs.ocsp.purge",
        "mailings.jobs.email_certificate_revoked",
        "mailings.jobs.prepare_certificate_letter",
    }


def test_the_holders_sealed_paper_needs_one_person(certificate, people) -> None:
    officer, approver, _operator = people
    asked = request_for(certificate, officer, asked_by=HOLDER, circumstance="end-of-use", asker_name="吉田 太郎")
    with pytest.raises(RevocationError, match="revocation-one-is-enough"):
        confirm_revocation(asked, actor=officer, now=clock.now())
    decide_revocation(asked, actor=approver, now=clock.now())
    assert status_of(certificate) == "revoked"
    assert db.session.scalars(select(CertificateNotice)).all() == []  # by e-mail alone


def test_a_holder_without_an_address_gets_a_letter(people) -> None:
    officer, approver, _operator = people
    certificate = certificates_of(company_with("吉田 太郎", email=""))[0]
    asked = request_for(certificate, officer, asked_by=HOLDER, circumstance="end-of-use")
    decide_revocation(asked, actor=approver, now=clock.now())
    assert db.session.scalars(select(CertificateNotice.channel)).all() == [NoticeChannel.LETTER]
    assert "mailings.jobs.email_certificate_revoked" not in promised()


def test_a_holder_whose_address_bounces_gets_a_letter_too(people) -> None:
    officer, approver, _operator = people
    certificate = certificates_of(company_with("吉田 太郎", email="Gone@example.jp"))[0]
    blocked = EmailAddress(address="gone@example.jp", state=EmailAddressState.BLOCKED, changed_at=clock.now())
    db.session.add(blocked)
    db.session.commit()
    asked = request_for(certificate, officer, asked_by=HOLDER, circumstance="end-of-use")
    decide_revocation(asked, actor=approver, now=clock.now())
    assert db.session.scalars(select(CertificateNotice.channel)).all() == [NoticeChannel.LETTER]


def test_papers_that_are_missing_are_named_and_come_later(certificate, people) -> None:
    officer, approver, _operator = people
    asked = request_for(certificate, officer, papers=("company-notice",))
    with pytest.raises(RevocationError) as caught:
        confirm_revocation(asked, actor=officer, now=clock.now())
    assert caught.value.fields["papers"] == ["company-seal-certificate"]
    with pytest.raises(RevocationError, match="revocation-no-paper"):
        record_revocation_papers(asked, ["company-notice"], actor=officer, now=clock.now())
    record_revocation_papers(asked, ["company-seal-certificate"], actor=officer, now=clock.now())
    confirm_revocation(asked, actor=officer, now=clock.now())
    with pytest.raises(StaleError):
        record_revocation_papers(asked, [HOLDER_CONSENT], actor=officer, now=clock.now())
    decide_revocation(asked, actor=approver, now=clock.now())


def test_the_holders_word_makes_one_person_enough(certificate, people) -> None:
    officer, approver, _operator = people
    asked = request_for(certificate, officer)
    record_revocation_papers(asked, [HOLDER_CONSENT], actor=officer, now=clock.now())
    assert not row(asked).needs_two
    decide_revocation(asked, actor=approver, now=clock.now())


def test_on_a_call_back_one_officer_revokes_a_lost_key_and_another_confirms_afterwards(certificate, people) -> None:
    officer, approver, _operator = people
    asked = request_for(
        certificate, officer, asked_by=HOLDER, channel=TELEPHONE, circumstance="loss", asker_name="吉田 太郎"
    )
    assert status_of(certificate) == "revoked"
    done = row(asked)
    assert (done.status, done.decided_by_name, done.confirmed_by) == ("revoked", "佐藤 直樹", None)
    assert done.call_back
    with pytest.raises(RevocationError, match="revocation-own-call"):
        confirm_telephone_revocation(asked, actor=officer, now=clock.now())
    confirm_telephone_revocation(asked, actor=approver, now=clock.now())
    with pytest.raises(StaleError):
        confirm_telephone_revocation(asked, actor=approver, now=clock.now())
    assert row(asked).confirmed_by_name == "田中 裕子"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"channel": TELEPHONE, "asked_by": HOLDER, "circumstance": "loss", "call_back": " "}, "revocation-call-back"),
        ({"channel": TELEPHONE, "asked_by": HOLDER, "circumstance": "loss", "papers": ()}, "revocation-papers-missing"),
        ({"asker_name": " "}, "revocation-asker"),
        ({"papers": ("a-letter",)}, "revocation-paper"),
        ({"asked_at": clock.now() + timedelta(days=1)}, "revocation-asked-later"),
        ({"invalid_since": clock.now() + timedelta(days=1)}, "revocation-since-future"),
        ({"invalid_since": clock.now() - timedelta(days=1)}, "revocation-since-before"),
        ({"circumstance": "boredom", "papers": ()}, "revocation-circumstance"),
        ({"channel": RevocationChannel.AUTHORITY, "asked_by": HOLDER, "papers": ()}, "revocation-not-like-this"),
        (
            {"asked_by": AUTHORITY, "channel": RevocationChannel.AUTHORITY, "explanation": ""},
            "revocation-explanation",
        ),
    ],
)
def test_a_request_that_is_not_taken_changes_nothing(certificate, people, more, code) -> None:
    with pytest.raises(RevocationError) as caught:
        request_for(certificate, people[0], **more)
    assert caught.value.code == code
    assert status_of(certificate) == "active"
    assert db.session.scalars(select(RevocationRequest)).all() == []


def test_refused_the_certificate_is_valid_again_and_the_asker_is_told_why(certificate, people) -> None:
    officer, approver, _operator = people
    asked = request_for(certificate, officer, asked_by=THIRD, circumstance="untrue-facts", asker_name="他社 一郎")
    with pytest.raises(RevocationError, match="revocation-refusal-reason"):
        refuse_revocation(asked, reason=" ", actor=approver, now=clock.now())
    refuse_revocation(asked, reason="資料から事実が確認できない", actor=approver, now=clock.now())
    assert status_of(certificate) == "active"
    assert (row(asked).status, row(asked).decided_by_name) == ("refused", "田中 裕子")
    assert "mailings.jobs.email_revocation_refused" in promised()
    assert db.session.scalars(select(Revocation)).all() == []
    request_for(certificate, officer)  # and may be asked for again


def test_withdrawn_before_the_decision_the_certificate_is_valid_again(certificate, people) -> None:
    officer, approver, _operator = people
    asked = request_for(certificate, officer)
    confirm_revocation(asked, actor=officer, now=clock.now())
    with pytest.raises(RevocationError, match="revocation-withdrawal-reason"):
        withdraw_revocation(asked, reason="", actor=officer, now=clock.now())
    withdraw_revocation(asked, reason="総務部 連絡様より電話。退職は取りやめ", actor=officer, now=clock.now())
    assert status_of(certificate) == "active"
    for late in (
        lambda: decide_revocation(asked, actor=approver, now=clock.now()),
        lambda: refuse_revocation(asked, reason="遅い", actor=approver, now=clock.now()),
        lambda: withdraw_revocation(asked, reason="遅い", actor=officer, now=clock.now()),
        lambda: confirm_revocation(asked, actor=approver, now=clock.now()),
    ):
        with pytest.raises(IllegalTransitionError):
            late()


def test_one_open_request_for_one_certificate(certificate, people) -> None:
    first = request_for(certificate, people[0])
    with pytest.raises(RevocationError) as caught:
        request_for(certificate, people[0], asked_by=THIRD, circumstance="untrue-facts")
    assert (caught.value.code, caught.value.fields["number"]) == ("revocation-open", row(first).number)


def test_a_request_that_something_quicker_overtook_is_closed(certificate, people) -> None:
    officer, _approver, operator = people
    asked = request_for(certificate, officer)
    revoke_certificate(
        certificate, reason="keyCompromise", asked_by="holder", asked_at=clock.now(), actor=operator, now=clock.now()
    )
    assert row(asked).status is RevocationRequestStatus.OVERTAKEN
    assert row(asked).decided_by_name == "認証 三郎"
    with pytest.raises(IllegalTransitionError):
        decide_revocation(asked, actor=officer, now=clock.now())
    with pytest.raises(RevocationError, match="revocation-already"):
        request_for(certificate, officer)


def test_what_is_not_issued_or_has_expired_is_not_revoked(people) -> None:
    officer, approver, _operator = people
    certificate = certificates_of(company_with("吉田 太郎"))[0]
    asked = request_for(certificate, officer, asked_by=HOLDER, circumstance="damage")
    later = clock.now() + timedelta(days=365 * 6)
    with pytest.raises(RevocationError, match="revocation-expired"):
        decide_revocation(asked, actor=approver, now=later)
    with pytest.raises(NotFoundError):
        decide_revocation(certificate, actor=approver, now=clock.now())
    requested_enrolment(company_with("神谷 吾郎").applicants[0].id)


def test_every_step_is_in_the_audit_log(certificate, people) -> None:
    officer, approver, _operator = people
    asked = request_for(certificate, officer)
    confirm_revocation(asked, actor=officer, now=clock.now())
    decide_revocation(asked, actor=approver, now=clock.now())
    db.session.rollback()
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.seq)).all()
    events = [each.event for each in entries if each.event.startswith(("revocation:", "certificate:revoke"))]
    assert events == ["revocation:receive", "revocation:confirm", "certificate:revoke"]


def test_of_two_who_decide_at_the_same_moment_one_does(app: Flask, certificate, people) -> None:
    officer, approver, operator = people
    asked = request_for(certificate, officer, asked_by=HOLDER, circumstance="damage")
    barrier, ends = threading.Barrier(2), []

    def decide(actor: Actor, act) -> None:
        with app.app_context():
            barrier.wait()
            try:
                act(actor)
                ends.append("done")
            except (IllegalTransitionError, RevocationError) as error:
                ends.append(error.code)
            finally:
                db.session.remove()

    threads = [
        threading.Thread(
            target=decide, args=(approver, lambda who: decide_revocation(asked, actor=who, now=clock.now()))
        ),
        threading.Thread(
            target=decide,
            args=(operator, lambda who: refuse_revocation(asked, reason="取りやめ", actor=who, now=clock.now())),
        ),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(ends) == ["done", "illegal-transition"]
    assert (status_of(certificate), row(asked).status.value) in {("revoked", "revoked"), ("active", "refused")}
