"""Step 6 as the holder meets it: three pages, and what the program on the holder's computer talks to."""

import base64
import re
from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.core import clock
from app.core.db import db
from app.core.settings import Settings
from app.enrol.important_matters import VERSION
from app.signer import SignerClient
from issuance import jobs
from issuance.rules.pins import check_character
from models.applications import Applicant
from models.audit import AuditEntry
from models.companies import Company
from models.enrolments import Enrolment
from models.enums import PinKind, PinStatus
from models.pin_secrets import PinSecret
from tests.factories.staff import form_token
from tests.factories.stories import delivered_story, public_site
from tests.integration.test_main_line import Story, make_csr

pytestmark = pytest.mark.hsm

TICKS = {"contents": "y", "matters": "y", "terms": "y"}


def consent_of(client) -> dict[str, str]:
    """What the browser sends: the ticks, and what the page carries along."""
    page = client.get("/enrol/consent").text
    hidden = dict(re.findall(r'name="(csrf_token|seen)"[^>]*value="([^"]+)"', page))
    return TICKS | hidden


WRONG = "2" * 15 + check_character("2" * 15)


@pytest.fixture
def story(app: Flask, authority: None) -> Story:
    return delivered_story(app)


@pytest.fixture
def site(story: Story, settings: Settings) -> Iterator[Flask]:
    with public_site(settings) as application:
        yield application


def enter(client, story: Story, pin: str, language: str = "ja"):
    data = {"number": story.number, "pin": pin, "csrf_token": form_token(client, "/enrol/")}
    return client.post(f"/enrol/?lang={language}", data=data)


def ask(client, **body: object):
    given = {"csr": base64.b64encode(make_csr()).decode()} | body
    return client.post("/api/enrol/requests", json=given)


def test_from_the_letter_to_the_certificate(site: Flask, story: Story, settings: Settings) -> None:
    client = site.test_client()
    assert enter(client, story, story.pin.lower().replace("-", " ")).status_code == 302
    page = client.get("/enrol/consent").text
    assert "CN=YOSHIDA TARO" in page
    assert "吉田" in page and "𠮷田" in page  # what the certificate carries, and what stands on the 住民票
    data = consent_of(client)
    agreed = client.post("/enrol/consent", data=data)
    assert agreed.status_code == 200
    assert agreed.headers["Cache-Control"] == "no-store"
    assert "ho••••@example.jp" in agreed.text
    shown = re.search(r"\b(?:[2-9A-Z]{4}-){3}[2-9A-Z]{4}\b", agreed.text)[0]
    assert shown not in client.get("/enrol/done").text  # the revocation PIN is shown once
    assert client.get("/enrol/consent").location == "/enrol/done"  # agreed is agreed
    db.session.rollback()
    sealed = db.session.scalars(select(PinSecret.sealed_value).where(PinSecret.kind == PinKind.DOWNLOAD)).one()
    pin = story.app.extensions["signer"].unwrap(sealed, story.applicant.bytes).decode()
    serial = story.token.serial_number
    running, site.extensions["signer"] = site.extensions["signer"], SignerClient(settings.var_dir / "nobody.sock")
    asked = ask(client, application_number=story.number, download_pin=pin, token_serial=serial)
    assert (asked.status_code, asked.json["error"]) == (503, "signer-unavailable")
    site.extensions["signer"] = running
    asked = ask(client, application_number=story.number, download_pin=pin, token_serial=serial)
    assert asked.status_code == 202
    url = asked.json["url"]
    assert client.get(url).json["status"] == "requested"
    jobs.issue_certificate(url.rpartition("/")[2])
    assert set(client.get(url).json) == {"status", "certificate", "ca", "receipt_due_on"}


def test_without_consent_nothing_is_sent(site: Flask, story: Story) -> None:
    client = site.test_client()
    enter(client, story, story.pin)
    answer = client.post("/enrol/consent", data={"contents": "y", "csrf_token": form_token(client, "/enrol/consent")})
    assert answer.status_code == 422
    assert db.session.scalar(select(func.count()).where(PinSecret.kind == PinKind.DOWNLOAD)) == 0


def test_the_consent_is_on_record_with_the_version_of_its_text(site: Flask, story: Story) -> None:
    client = site.test_client()
    enter(client, story, story.pin)
    page = client.get("/enrol/consent?lang=en").text
    for shown in ("YOSHIDA TARO", "TAKASAKI KENSETSU K.K.", "7000012050002", "茨城県日立市宮田町", "not accredited"):
        assert shown in page
    assert f"Version {VERSION}" in page
    client.post("/enrol/consent", data=consent_of(client))
    assert db.session.scalars(select(Enrolment.consent_version)).one() == VERSION
    detail = db.session.scalars(select(AuditEntry.detail).where(AuditEntry.event == "enrolment:open")).one()
    assert detail["consent_version"] == VERSION


def test_the_download_pin_is_sent_again_and_the_one_before_is_void(site: Flask, story: Story) -> None:
    client = site.test_client()
    enter(client, story, story.pin)
    client.post("/enrol/consent", data=consent_of(client))
    assert client.post("/enrol/again", data={"csrf_token": form_token(client, "/enrol/done")}).status_code == 302
    assert "新しいダウンロードPINを送りました" in client.get("/enrol/done").text
    states = db.session.scalars(
        select(PinSecret.status).where(PinSecret.kind == PinKind.DOWNLOAD).order_by(PinSecret.created_at)
    ).all()
    assert states == [PinStatus.DESTROYED, PinStatus.ISSUED]
    assert db.session.scalars(select(Enrolment.consent_version)).one() == VERSION


def test_whoever_comes_back_is_led_to_where_they_were(site: Flask, story: Story) -> None:
    stranger = site.test_client()
    for path in ("/enrol/consent", "/enrol/done"):
        assert stranger.get(path).location == "/enrol/"
    enrolment = story.request(story.open())
    for words in ("証明書を発行しています", "証明書を発行しました"):
        client = site.test_client()
        assert enter(client, story, story.pin).status_code == 302
        assert words in client.get("/enrol/consent", follow_redirects=True).text
        jobs.issue_certificate(str(enrolment))
    assert (
        "心当たりのない場合" in client.get("/enrol/done").text or "Was that not you" in client.get("/enrol/done").text
    )


def test_a_name_that_no_certificate_can_carry_stops_before_the_consent(site: Flask, story: Story) -> None:
    db.session.get_one(Applicant, story.applicant).name_romaji = ""
    db.session.commit()
    client = site.test_client()
    enter(client, story, story.pin)
    answer = client.post("/enrol/consent", data=consent_of(client))
    assert answer.status_code == 422
    assert "ヘルプデスク" in answer.text
    assert db.session.scalar(select(func.count()).select_from(Enrolment)) == 0


@pytest.mark.parametrize(
    ("language", "words"), [("ja", "申請番号とPIN"), ("en", "Application number and PIN do not belong together")]
)
def test_a_wrong_pin_is_said_beside_the_field_and_not_written_back(
    site: Flask, story: Story, language: str, words: str
) -> None:
    answer = enter(site.test_client(), story, WRONG, language)
    assert answer.status_code == 422
    assert words in answer.text
    assert story.number in answer.text  # what was typed stays
    assert WRONG not in answer.text  # but not the PIN
    rows = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "pin:check")).all()
    assert [row.detail["error"] for row in rows] == ["pin-wrong"]
    assert WRONG not in str(rows[0].detail)


def test_a_signing_process_that_is_away_is_said_and_costs_no_attempt(
    site: Flask, story: Story, settings: Settings
) -> None:
    site.extensions["signer"] = SignerClient(settings.var_dir / "nobody.sock")
    answer = enter(site.test_client(), story, story.pin)
    assert answer.status_code == 422
    assert "数分後" in answer.text
    db.session.rollback()
    secret = db.session.scalars(select(PinSecret).where(PinSecret.kind == PinKind.APPLICATION)).one()
    assert (secret.attempts, secret.status) == (0, PinStatus.ISSUED)


def test_the_program_is_told_in_both_languages(site: Flask, story: Story) -> None:
    asked = ask(site.test_client(), application_number=story.number, download_pin=WRONG, token_serial="x")
    assert asked.status_code == 403
    assert "do not belong together" in asked.json["message"]["en"]
    assert "申請番号とPIN" in asked.json["message"]["ja"]


@pytest.mark.parametrize("body", [[1], "text", None, {}, {"application_number": ["A"], "csr": "%%%"}])
def test_rubbish_is_refused_and_no_more(site: Flask, body: object) -> None:
    answer = site.test_client().post("/api/enrol/requests", json=body)
    assert 400 <= answer.status_code < 500


def test_nobody_asks_for_another_persons_request(site: Flask) -> None:
    answer = site.test_client().get("/api/enrol/requests/00000000-0000-4000-8000-000000000000")
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("name", "ja", "en"),
    [
        ("YOSHIDA TARŌ", "証明書に記載できない文字があります", "has a character that a certificate cannot carry"),
        (
            "Y" * 65,
            "証明書に記載できる長さ（64文字）を超えています",
            "longer than a certificate can carry (64 characters)",
        ),
    ],
)
def test_a_name_that_cannot_be_certified_is_said_before_the_consent(
    story: Story, site: Flask, name: str, ja: str, en: str
) -> None:
    db.session.rollback()
    db.session.get_one(Applicant, story.applicant).name_romaji = name
    db.session.commit()
    client = site.test_client()
    enter(client, story, story.pin)
    assert ja in client.get("/enrol/consent?lang=ja").text
    assert en in client.get("/enrol/consent?lang=en").text


@pytest.mark.parametrize(
    ("becomes", "words"),
    [
        ({"status": "locked", "ended_at": clock.now()}, "The PIN is locked"),
        ({"status": "destroyed", "ended_at": clock.now()}, "This PIN is no longer valid"),
        ({"usable_until": date(2026, 1, 1)}, "This PIN is no longer valid"),
    ],
)
def test_a_page_left_open_does_not_outlive_its_pin(site: Flask, story: Story, becomes: dict, words: str) -> None:
    client = site.test_client()
    enter(client, story, story.pin, "en")
    data = consent_of(client)
    db.session.rollback()
    db.session.execute(update(PinSecret).where(PinSecret.kind == PinKind.APPLICATION).values(**becomes))
    db.session.commit()
    answer = client.post("/enrol/consent?lang=en", data=data)
    assert answer.status_code == 422
    assert words in answer.text
    assert db.session.scalar(select(func.count()).select_from(Enrolment)) == 0


def test_nobody_agrees_to_names_that_were_not_shown(site: Flask, story: Story) -> None:
    """A change of the company is approved while the holder reads."""
    client = site.test_client()
    enter(client, story, story.pin, "en")
    data = consent_of(client)
    db.session.rollback()
    db.session.execute(update(Company).values(name="株式会社新しい名"))
    db.session.commit()
    answer = client.post("/enrol/consent?lang=en", data=data)
    assert answer.status_code == 422
    assert "The contents were changed while you were reading" in answer.text and "株式会社新しい名" in answer.text
    assert db.session.scalar(select(func.count()).select_from(Enrolment)) == 0
    assert client.post("/enrol/consent", data=consent_of(client)).status_code == 200
    assert db.session.scalar(select(func.count()).select_from(Enrolment)) == 1
