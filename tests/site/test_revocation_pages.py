"""/enrol/revoke: number, 失効PIN, what happened, done; and the client's signed request."""

import base64
import re
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from flask import Flask
from sqlalchemy import select

from app.core import clock
from app.core.clock import to_tokyo
from app.core.db import db
from app.core.settings import Settings
from issuance.rules.pins import check_character
from issuance.services.make_revocation_pin import make_revocation_pin
from models.applications import Applicant
from models.certificates import Certificate, Revocation
from models.enums import RevocationChannel
from models.revocations import RevocationRequest
from tests.factories.certificates import issued_certificate
from tests.factories.revocations import company_with, status_of
from tests.factories.staff import form_token
from tests.factories.stories import public_site

pytestmark = pytest.mark.hsm
KEY = ec.generate_private_key(ec.SECP256R1())
WRONG = "2" * 15 + check_character("2" * 15)
START, CONFIRM = "/enrol/revoke", "/enrol/revoke/confirm"


class Story:
    """A holder with a certificate and a 失効PIN."""

    def __init__(self) -> None:
        applicant: Applicant = company_with("吉田 太郎").applicants[0]
        self.number, self.applicant_id = applicant.number, applicant.id
        self.certificate: UUID = issued_certificate(self.applicant_id, KEY)
        self.serial = db.session.get_one(Certificate, self.certificate).serial
        db.session.rollback()
        self.pin = make_revocation_pin(self.applicant_id, clock.now())


@pytest.fixture
def story(app: Flask, authority: None) -> Story:
    return Story()


@pytest.fixture
def site(story: Story, settings: Settings) -> Iterator[Flask]:
    with public_site(settings) as application:
        yield application


def enter(client, number: str, pin: str, language: str = "ja"):
    data = {"number": number, "pin": pin, "csrf_token": form_token(client, START)}
    return client.post(f"{START}?lang={language}", data=data)


def ask(client, *certificates: UUID, **data: object):
    given = {"csrf_token": form_token(client, CONFIRM), "certificates": [str(each) for each in certificates]} | data
    return client.post(f"{CONFIRM}?lang=ja", data=given)


def test_a_lost_token_in_three_pages(site: Flask, story: Story) -> None:
    client = site.test_client()
    assert enter(client, story.number.lower(), story.pin.lower()).status_code == 302
    page = client.get(f"{CONFIRM}?lang=ja").text
    assert "吉田 太郎" in page and story.serial in page and "ただちに失効します" in page
    since = to_tokyo(clock.now()).strftime("%Y-%m-%dT%H:%M")
    done = ask(client, story.certificate, circumstance="loss", meant="y", since=since, explanation="電車の中で")
    # The certificate is younger than this minute: “since when” may lie before it. Without it, it goes.
    if done.status_code == 422:
        done = ask(client, story.certificate, circumstance="loss", meant="y", explanation="電車の中で")
    assert done.status_code == 302
    assert status_of(story.certificate) == "revoked"
    page = client.get("/enrol/revoke/done?lang=ja").text
    asked = db.session.scalars(select(RevocationRequest)).one()
    assert asked.number in page and "失効登録済（公開処理中）" in page
    assert (asked.channel, asked.explanation) == (RevocationChannel.SITE_PIN, "電車の中で")
    again = enter(client, story.number, story.pin)
    assert again.status_code == 422 and "使用済み" in again.text


def test_what_can_wait_is_received(site: Flask, story: Story) -> None:
    client = site.test_client()
    enter(client, story.number, story.pin)
    assert ask(client, story.certificate, circumstance="end-of-use", meant="y").status_code == 302
    assert status_of(story.certificate) == "revocation_requested"
    assert "まだ失効していません" in client.get("/enrol/revoke/done?lang=ja").text
    enter(client, story.number, story.pin)
    assert "受付済み" in client.get(f"{CONFIRM}?lang=ja").text


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_wrong_pin_says_nothing_about_the_number(site: Flask, story: Story, language: str) -> None:
    client = site.test_client()
    pages = []
    for number in (story.number, "A-2020-000001-1"):
        answer = enter(client, number, WRONG, language)
        assert answer.status_code == 422
        assert WRONG not in answer.text and number in answer.text
        pages.append(re.sub(r"A-\d{4}-\d{6}-\d|value=\"[^\"]*\"|nonce=\"[^\"]*\"", "", answer.text))
    assert pages[0] == pages[1]
    for _ in range(5):  # until it locks, and after
        answer = enter(client, story.number, WRONG, language)
    locked = re.sub(r"A-\d{4}-\d{6}-\d|value=\"[^\"]*\"|nonce=\"[^\"]*\"", "", answer.text)
    assert locked == pages[1]


def test_nobody_comes_to_the_second_page_without_the_pin(site: Flask, story: Story) -> None:
    client = site.test_client()
    assert client.get(CONFIRM).status_code == 302
    assert client.get("/enrol/revoke/done").status_code == 302
    enter(client, story.number, story.pin)
    with client.session_transaction() as session:
        session["revoke_pin"][1] -= 16 * 60
        session.modified = True
    assert client.get(CONFIRM).headers["Location"].endswith("/enrol/revoke")


def test_nothing_typed_is_lost_and_every_gap_is_named(site: Flask, story: Story) -> None:
    client = site.test_client()
    enter(client, story.number, story.pin)
    answer = ask(client, explanation="電車の中で")
    assert answer.status_code == 422
    assert (
        "電車の中で" in answer.text
        and "事由を選んでください" in answer.text
        and "チェックを入れてください" in answer.text
    )
    later = (to_tokyo(clock.now()) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    answer = ask(client, story.certificate, circumstance="loss", meant="y", since=later)
    assert answer.status_code == 422 and "未来の日時" in answer.text and later in answer.text
    answer = ask(client, circumstance="loss", meant="y")
    assert answer.status_code == 422 and "1つ以上選んで" in answer.text
    assert status_of(story.certificate) == "active"


def test_revoked_already_is_explained(site: Flask, story: Story) -> None:
    other = issued_certificate(story.applicant_id)
    client = site.test_client()
    enter(client, story.number, story.pin)
    second = site.test_client()
    enter(second, story.number, story.pin)
    assert ask(client, story.certificate, other, circumstance="theft", meant="y").status_code == 302
    answer = second.get(f"{CONFIRM}?lang=ja")
    assert answer.status_code == 410
    assert story.serial in answer.text and "失効の対象はありません" in answer.text


def signed(client, serial: str, **details: str) -> dict[str, str]:
    query = {"purpose": "revocation", "serial": serial, **{name.replace("_", "-"): v for name, v in details.items()}}
    text = client.get("/api/holder/statement", query_string=query).json["statement"]
    signature = KEY.sign(text.encode(), ec.ECDSA(SHA256()))
    return {"statement": text, "signature": base64.b64encode(signature).decode()}


def test_a_signed_request_revokes_at_once(site: Flask, story: Story) -> None:
    client = site.test_client()
    answer = client.post("/api/holder/revocations", json=signed(client, story.serial, circumstance="pin-leak"))
    assert (answer.status_code, answer.json["status"], answer.json["reason"]) == (200, "revoked", "keyCompromise")
    assert db.session.scalars(select(Revocation.asked_by)).all() == ["holder"]
    again = client.post("/api/holder/revocations", json=signed(client, story.serial, circumstance="pin-leak"))
    assert again.status_code == 410
    assert "すでに失効" in again.json["message"]["ja"]


@pytest.mark.parametrize(
    "body", [None, {}, [1], {"statement": "x", "signature": "%"}, {"statement": 1, "signature": ""}]
)
def test_rubbish_is_refused(site: Flask, body: object) -> None:
    answer = site.test_client().post("/api/holder/revocations", json=body)
    assert answer.status_code == 422


def test_the_way_there_is_on_the_home_page_and_the_help_desks(site: Flask) -> None:
    for path in ("/", "/help"):
        page = site.test_client().get(path)
        if page.status_code == 200:
            assert START in page.text
