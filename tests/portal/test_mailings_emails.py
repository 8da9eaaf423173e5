"""E-mails that did not arrive: seen in the register, on the case, and sent once more by somebody who asked."""

import re
from html import unescape
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core import clock
from app.core.db import db
from models.emails import EmailAddress, OutgoingEmail
from models.enums import EmailAddressState, EmailStatus
from models.promises import Promise
from tests.factories.staff import make_staff, sign_in


def lost(template: str = "certificate_issued", status: EmailStatus = EmailStatus.GIVEN_UP) -> UUID:
    now = clock.now()
    row = OutgoingEmail(
        id=uuid4(),
        template=template,
        subject_id=uuid4(),
        recipient="holder@example.jp",
        message_id=f"<{uuid4()}@cectrust>",
        status=status,
        last_error="address-blocked",
        sent_at=now if status is EmailStatus.BOUNCED else None,
        bounced_at=now if status is EmailStatus.BOUNCED else None,
        created_at=now,
    )
    db.session.add(row)
    db.session.commit()
    return row.id


def blocked() -> UUID:
    row = EmailAddress(
        id=uuid4(),
        address="holder@example.jp",
        state=EmailAddressState.BLOCKED,
        reason="5.1.1 no such user",
        changed_at=clock.now(),
    )
    db.session.add(row)
    db.session.commit()
    return row.id


@pytest.fixture
def officer(portal: Flask) -> FlaskClient:
    make_staff("officer", email="officer@example.jp")
    return sign_in(portal, "officer@example.jp")


def send(client: FlaskClient, page: str, path: str):
    html = client.get(page).get_data(as_text=True)
    token = html.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    return client.post(path, data={"csrf_token": token}, follow_redirects=True)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_blocked_address_leads_to_its_release(officer: FlaskClient, language: str) -> None:
    address, email = blocked(), lost()
    page = officer.get(f"/emails/details/?id={email}&lang={language}").get_data(as_text=True)
    assert f"/email-addresses/details/?id={address}" in page
    listed = officer.get("/email-addresses/").get_data(as_text=True)
    assert "holder@example.jp" in listed
    assert "5.1.1 no such user" in listed
    done = send(officer, f"/email-addresses/details/?id={address}", f"/email-addresses/{address}/release/")
    assert done.status_code == 200
    db.session.rollback()
    assert db.session.get_one(EmailAddress, address).state is EmailAddressState.GOOD
    assert db.session.get_one(OutgoingEmail, email).status is EmailStatus.WAITING
    assert db.session.scalars(select(Promise.name)).all() == ["mailings.jobs.email_certificate_issued"]


def test_a_mail_is_sent_once_more(officer: FlaskClient) -> None:
    email = lost(status=EmailStatus.BOUNCED)
    assert send(officer, f"/emails/details/?id={email}", f"/emails/{email}/again/").status_code == 200
    db.session.rollback()
    assert db.session.get_one(OutgoingEmail, email).status is EmailStatus.WAITING


def test_a_mail_with_a_secret_that_went_says_why_not(officer: FlaskClient) -> None:
    email = lost("download_pin", EmailStatus.BOUNCED)
    page = send(officer, f"/emails/details/?id={email}", f"/emails/{email}/again/").get_data(as_text=True)
    assert "送信時に消去済み" in page
    db.session.rollback()
    assert db.session.get_one(OutgoingEmail, email).status is EmailStatus.BOUNCED


def test_whoever_only_reads_sees_no_button(portal: Flask) -> None:
    make_staff("auditor", email="auditor@example.jp")
    client = sign_in(portal, "auditor@example.jp")
    address, email = blocked(), lost()
    for page in (f"/emails/details/?id={email}", f"/email-addresses/details/?id={address}"):
        html = client.get(page).get_data(as_text=True)
        assert "/release/" not in html
        assert "/again/" not in html
    assert client.get("/emails/?tab=lost").status_code == 200


def test_the_other_language_keeps_what_was_asked_for(officer: FlaskClient) -> None:
    email = lost()
    page = officer.get(f"/emails/details/?id={email}&lang=ja").get_data(as_text=True)
    (other,) = re.findall(r'href="([^"]+)" hreflang="en"', page)
    answer = officer.get(unescape(other))
    assert answer.status_code == 200
    assert "holder@example.jp" in answer.get_data(as_text=True)
