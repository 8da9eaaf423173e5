"""Sixty-four certificate requests in one moment: each is taken in or told when to come back, and nothing falls over."""

import threading

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.serving import make_server

from app.core.db import db
from app.security.gate import Gate
from issuance.services import verifier
from models.enrolments import Enrolment
from models.enums import EnrolmentStatus, PinStatus
from models.pin_secrets import PinSecret
from tests.factories.crowd import holder_with_pin, storm
from wsgi import create_site

pytestmark = pytest.mark.hsm
CROWD = 64


@pytest.fixture
def site(app: Flask, authority: None, settings):
    application = create_site(settings)
    yield application
    with application.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def port(site: Flask):
    server = make_server("127.0.0.1", 0, site, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.port
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_crowd_is_served_or_told_to_come_back(app: Flask, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    holders = [holder_with_pin() for _ in range(CROWD)]
    monkeypatch.setattr(verifier, "slow_checks", Gate(at_once=1, waiting=2, seconds=1.0))
    seen = storm(port, holders, CROWD)
    assert set(seen.statuses) == {202, 503}
    assert seen.statuses[202] == CROWD
    assert seen.without_retry_after == 0
    requested = select(func.count()).select_from(Enrolment).where(Enrolment.status == EnrolmentStatus.REQUESTED)
    assert db.session.scalar(requested) == CROWD
    assert db.session.scalar(select(func.sum(PinSecret.attempts))) == 0  # being turned away counts as no attempt
    assert set(db.session.scalars(select(PinSecret.status))) == {PinStatus.RESERVED}


def test_the_page_says_so_in_both_languages(app: Flask, site: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    site.config["WTF_CSRF_ENABLED"] = False
    monkeypatch.setattr(verifier, "slow_checks", Gate(at_once=0, waiting=0, seconds=0))
    holder = holder_of_a_letter()
    for language, words in (("ja", "アクセスが集中"), ("en", "Very many people")):
        client = site.test_client()
        client.get(f"/?lang={language}")
        answer = client.post("/enrol/", data={"number": holder[0], "pin": holder[1]})
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "5"
        assert words in answer.get_data(as_text=True)


def holder_of_a_letter() -> tuple[str, str]:
    from issuance.rules.pins import check_character  # noqa: PLC0415
    from models.applications import Applicant  # noqa: PLC0415
    from models.enums import PinKind  # noqa: PLC0415
    from tests.factories.applicants import waiting_applicant  # noqa: PLC0415

    applicant_id = waiting_applicant()
    db.session.add(PinSecret(kind=PinKind.APPLICATION, applicant_id=applicant_id, verifier="v"))
    db.session.commit()
    body = "2" * 15
    return db.session.get_one(Applicant, applicant_id).number.upper(), body + check_character(body)
