"""The page of the certification authority: every part in words, and what to do when it is bad."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from admin import messages_authority as said
from app.core import clock
from app.core.db import db
from app.signer import SignerClient
from issuance.ceremony.roll_over import roll_over
from issuance.cli_check import HEALTH
from issuance.rules import certificate_check
from issuance.rules.health import HealthState, Line
from issuance.services import check_crls
from issuance.services.check_authority import begin_check, continue_check
from models.time_stamps import ClockCheck
from tests.factories.authority import CONFIGURATION, make_authority
from tests.factories.staff import make_staff, sign_in

pytestmark = pytest.mark.hsm


@pytest.fixture
def operator(portal: Flask, signer_process: None, settings) -> FlaskClient:
    make_authority(settings)
    db.session.execute(text("UPDATE crl SET fetched_at = now()"))
    db.session.add(ClockCheck(at=clock.now(), source="ntp://time.example", offset_microseconds=1200, is_good=True))
    db.session.commit()
    check = begin_check(now=clock.now())
    while not continue_check(check, now=clock.now()):
        pass
    make_staff("ca_operator", email="ca@example.jp")
    return sign_in(portal, "ca@example.jp")


def page(client: FlaskClient, path: str = "/authority/?lang=en") -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_all_is_well(operator):
    shown = page(operator)
    assert "Every part is fine." in shown
    assert "All there: ca, " in shown
    assert "No findings in 0 certificates, 0 hours ago." in shown
    assert "すべて良好です。" in page(operator, "/authority/?lang=ja")
    assert "needs somebody" not in page(operator, "/?lang=en")


def test_a_signing_process_that_is_away(operator, portal, monkeypatch):
    monkeypatch.setitem(portal.extensions, "signer", SignerClient(Path("/nowhere/portal.sock")))
    shown = page(operator)
    assert "Something needs you now." in shown
    assert "runbook “hsm-away”" in shown


def test_what_is_bad_stands_first_and_on_the_dashboard(operator):
    db.session.execute(
        text("UPDATE crl SET next_update = now() - interval '1 hour', this_update = now() - interval '4 days'")
    )
    db.session.execute(text("UPDATE clock_check SET is_good = false"))
    db.session.commit()
    shown = page(operator)
    assert shown.index("relying parties refuse every certificate") < shown.index("It answers.")
    assert "no time stamps are given" in shown
    assert "The certification authority needs somebody now: 2" in page(operator, "/?lang=en")
    assert "認証局に対応が必要です：2 件" in page(operator, "/?lang=ja")


def test_findings_of_the_check(operator):
    db.session.execute(text("UPDATE ca_certificate SET sha256 = repeat('0', 64) WHERE purpose = 'tsa'"))
    db.session.commit()
    check = begin_check(now=clock.now() + timedelta(seconds=1))
    continue_check(check, now=clock.now())
    shown = page(operator)
    assert "the records differ from it" in shown
    assert "認証局自身の証明書と記録が異なります。" in page(operator, "/authority/?lang=ja")


def test_both_generations(operator, settings):
    roll_over(CONFIGURATION, settings, now=clock.now())
    shown = page(operator)
    assert "CRLs only" in shown
    assert "Links two generations" in shown
    assert "ca2-000.crl" in shown
    assert "CA of generation 2: the certificate is valid" in shown


def test_nobody_else_reads_it(operator, portal):
    make_staff("mailroom", email="yubin@example.jp")
    assert sign_in(portal, "yubin@example.jp").get("/authority/").status_code == 403


def test_every_code_has_its_words():
    assert set(said.SAID) == set(HEALTH)
    assert set(said.FINDINGS) == {*certificate_check.CODES, *check_crls.CODES}
    bad = {code for code in HEALTH if code in said.DO}
    assert all(said.to_do(Line("x", HealthState.BAD, code)) for code in bad)
    fine = {"authority-valid", "signing-answers", "keys-there", "latency-good", "crl-fresh", "fetch-same", "clock-good"}
    fine |= {"responder-valid", "queue-moves", "unfinished-none", "stopped-none", "suspect-none", "check-clean"}
    assert set(HEALTH) - set(said.DO) == fine
