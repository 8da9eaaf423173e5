"""What the holder meets while an issue stands still: the page, the program, EST; and afterwards the certificate."""

import base64

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.db import db
from issuance import jobs
from issuance.services.resume_enrolment import resume_enrolment
from models.certificates import Certificate
from models.enums import CertificateStatus, EnrolmentStatus
from tests.factories.desk import staff_actor
from tests.factories.est import new_csr
from tests.factories.est import post as est_post
from tests.factories.stories import enrolment_of, write_holder
from tests.integration.test_main_line import Story
from tests.site.test_client_enrol import Desk, desk, site, story, token, url  # noqa: F401  fixtures
from tests.site.test_enrol_pages import enter

pytestmark = pytest.mark.hsm


def test_the_program_says_to_wait_and_takes_the_certificate_later(story: Story, desk: Desk) -> None:  # noqa: F811  the fixture
    write_holder(story, name_romaji="YOSHIDA TARŌ")
    first = desk.enrol("--wait", "0")
    assert first.returncode == 5, first.stderr  # not yet
    enrolment = enrolment_of(story)
    jobs.issue_certificate(str(enrolment.id))
    waiting = desk.enrol()
    assert waiting.returncode == 5
    assert "担当者が確認しています" in waiting.stderr and "You will get an e-mail" in waiting.stderr
    write_holder(story, name_romaji="YOSHIDA TARO")
    resume_enrolment(enrolment.id, actor=staff_actor("officer"))
    jobs.issue_certificate(str(enrolment.id))
    done = desk.enrol("--json")
    assert done.returncode == 0, done.stderr
    (issued,) = db.session.scalars(select(Certificate))
    assert issued.status is CertificateStatus.ACTIVE


def test_the_page_and_est_say_to_wait(story: Story, site: Flask) -> None:  # noqa: F811  the fixture
    pin = story.open()
    write_holder(story, name_romaji="YOSHIDA TARŌ")
    client = site.test_client()
    body = base64.b64encode(new_csr(story))
    assert est_post(client, body, story.number, pin).headers["Retry-After"] == "5"
    enrolment = str(enrolment_of(story).id)
    jobs.issue_certificate(enrolment)
    waiting = est_post(client, body, story.number, pin)
    assert (waiting.status_code, waiting.headers["Retry-After"]) == (202, "3600")
    asked = client.get(f"/api/enrol/requests/{enrolment}")
    assert (asked.status_code, asked.json["waits_for"]) == (202, "officer")
    enter(client, story, story.pin)
    assert "発行前の確認を行っています" in client.get("/enrol/done?lang=ja").text
    assert "Your certificate is being looked into" in client.get("/enrol/done?lang=en").text
    assert enrolment_of(story).status is EnrolmentStatus.REQUESTED
