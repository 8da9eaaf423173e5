"""A key that shares a prime with a certified one: found when the certificate is made. The holder makes another one."""

import base64
from collections.abc import Iterator
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask
from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.core.settings import Settings
from issuance import jobs
from issuance.errors import RequestRefusedError
from issuance.queries.checks import list_unfinished
from issuance.services.end_enrolments import end_enrolments
from mailings import jobs as mailing_jobs
from mailings.services.release_address import send_again
from models.audit import AuditEntry
from models.emails import OutgoingEmail
from models.enums import CertificateStatus, EmailStatus, EnrolmentStatus, PinKind, PinStatus
from tests.factories.desk import staff_actor
from tests.factories.est import new_csr
from tests.factories.est import post as est_post
from tests.factories.stories import (
    certificates_of,
    delivered_story,
    enrolment_of,
    promises_of,
    public_site,
    refuse_key,
    weak_key,
    weak_keys,
)
from tests.integration.mailings.test_change_notices import Sink, sink  # noqa: F401  a real SMTP server
from tests.integration.test_main_line import Story, make_csr, pins
from tests.site.test_enrol_pages import enter

pytestmark = pytest.mark.hsm


@pytest.fixture
def story(app: Flask, authority: None) -> Story:
    return delivered_story(app)


@pytest.fixture
def weak(story: Story) -> rsa.RSAPrivateKey:
    return weak_key()


@pytest.fixture
def site(story: Story, settings: Settings) -> Iterator[Flask]:
    with public_site(settings) as application:
        yield application


def test_the_request_goes_back_and_no_pin_is_burnt(story: Story, weak: rsa.RSAPrivateKey, app: Flask) -> None:
    pin = story.open()
    enrolment = refuse_key(story, pin, weak)
    row = enrolment_of(story)
    assert (row.status, row.refusal_code) == (EnrolmentStatus.OPENED, "key-refused")
    assert pins(PinKind.DOWNLOAD)[-1] is PinStatus.ISSUED
    (reserved,) = certificates_of(story)
    assert (reserved.status, reserved.tbs) == (CertificateStatus.SERIAL_RESERVED, None)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "enrolment:return-key")).one()
    assert entry.detail["findings"] == ["ERROR own.shared-factor"]
    assert len(promises_of("mailings.jobs.email_key_refused")) == 1
    assert list_unfinished(clock.now() + timedelta(days=1)) == []  # it waits for the holder, not for us
    jobs.issue_certificate(str(story.request(pin, make_csr())))
    (issued,) = certificates_of(story)
    assert (issued.id, issued.serial, issued.status) == (reserved.id, reserved.serial, CertificateStatus.ACTIVE)
    row = enrolment_of(story)
    assert (str(row.id), row.status, row.refusal_code) == (enrolment, EnrolmentStatus.ISSUED, None)
    assert pins(PinKind.DOWNLOAD)[-1] is PinStatus.USED


def test_the_same_key_again_is_refused_at_once(story: Story, weak: rsa.RSAPrivateKey, site: Flask) -> None:
    pin = story.open()
    enrolment = refuse_key(story, pin, weak)
    client = site.test_client()
    asked = client.get(f"/api/enrol/requests/{enrolment}")
    assert (asked.status_code, asked.json["error"]) == (422, "key-refused")
    assert "新しい鍵を作成し、同じダウンロードPIN" in asked.json["message"]["ja"]
    body = {
        "application_number": story.number, "download_pin": pin, "token_serial": story.token.serial_number,
        "csr": base64.b64encode(make_csr(weak)).decode(),
    }  # fmt: skip
    again = client.post("/api/enrol/requests", json=body)
    assert (again.status_code, again.json["error"]) == (422, "key-refused")
    by_est = est_post(client, base64.b64encode(new_csr(story, weak)), story.number, pin)
    assert by_est.status_code == 400
    assert "Make a new key on the eToken" in by_est.text and "新しい鍵" in by_est.text
    assert est_post(client, base64.b64encode(new_csr(story)), story.number, pin).status_code == 202


def test_the_page_and_the_mail_say_what_to_do(
    story: Story,
    weak: rsa.RSAPrivateKey,
    site: Flask,
    sink: Sink,  # noqa: F811  the fixture
) -> None:
    pin = story.open()
    enrolment = refuse_key(story, pin, weak)
    client = site.test_client()
    enter(client, story, story.pin)
    assert "この鍵では発行できません。新しい鍵を作成してください。" in client.get("/enrol/done?lang=ja").text
    english = client.get("/enrol/done?lang=en").text
    assert "Your key was refused. Please make a new one." in english and "cectrust enrol" in english
    mailing_jobs.email_key_refused(enrolment)
    mailing_jobs.email_key_refused(enrolment)  # one is enough
    ((recipient, text),) = sink.taken
    assert recipient == "holder@example.jp"
    assert "新しい鍵が作成されます" in text and "Run the\ncommand above again" in text and pin not in text
    jobs.issue_certificate(str(story.request(pin, make_csr())))
    assert "この鍵では発行できません" not in client.get("/enrol/done?lang=ja").text


def test_another_key_that_is_refused_too_is_told_of(story: Story, sink: Sink) -> None:  # noqa: F811  the fixture
    """Who made another key hears of that one as well, and of no key twice."""
    pin, (first, second) = story.open(), weak_keys()
    enrolment = refuse_key(story, pin, first)
    mailing_jobs.email_key_refused(enrolment)
    assert refuse_key(story, pin, second) == enrolment
    mailing_jobs.email_key_refused(enrolment)
    mailing_jobs.email_key_refused(enrolment)
    assert [recipient for recipient, _text in sink.taken] == ["holder@example.jp"] * 2
    with pytest.raises(RequestRefusedError, match="key-refused"):  # the first one again: at once, and no third mail
        story.request(pin, make_csr(first))
    assert enrolment_of(story).status is EnrolmentStatus.OPENED


def test_a_mail_that_did_not_go_is_sent_again_about_the_same_enrolment(
    story: Story,
    weak: rsa.RSAPrivateKey,
    sink: Sink,  # noqa: F811  the fixture
) -> None:
    enrolment = refuse_key(story, story.open(), weak)
    mailing_jobs.email_key_refused(enrolment)
    row = db.session.scalars(select(OutgoingEmail).where(OutgoingEmail.template == "key_refused")).one()
    row.status, row.sent_at = EmailStatus.GIVEN_UP, None
    db.session.commit()
    send_again(row.id, actor=staff_actor("officer"))
    promises = promises_of("mailings.jobs.email_key_refused")
    assert {str(each.subject_id) for each in promises} == {enrolment} and len(promises) == 2
    mailing_jobs.email_key_refused(enrolment)
    assert len(sink.taken) == 2


def test_a_mail_that_comes_too_late_is_not_sent(
    story: Story,
    weak: rsa.RSAPrivateKey,
    sink: Sink,  # noqa: F811  the fixture
) -> None:
    pin = story.open()
    enrolment = refuse_key(story, pin, weak)
    story.request(pin, make_csr())
    mailing_jobs.email_key_refused(enrolment)
    assert sink.taken == []


def test_a_cancelled_company_gets_none_by_a_later_key(story: Story, weak: rsa.RSAPrivateKey) -> None:
    refuse_key(story, story.open(), weak)
    end_enrolments(story.applicant, now=clock.now())
    assert enrolment_of(story).status is EnrolmentStatus.REFUSED
    assert certificates_of(story) == []  # nothing was signed with that serial number
