"""The real program `cectrust` with SoftHSM tokens against the real site: the whole way, and everything between."""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from flask import Flask
from sqlalchemy import select
from werkzeug.serving import make_server

from app.core import clock
from app.core.clock import day_in_tokyo
from app.core.db import db
from app.core.settings import Settings
from app.signer import SignerClient
from issuance import jobs
from issuance.queries.ledger import ledger
from issuance.rules.statements import Purpose
from models.audit import AuditEntry
from models.certificates import Certificate, CertificateReceipt
from models.enrolments import Enrolment
from models.enums import CertificateStatus, EnrolmentStatus
from models.tokens import Token, TokenModel
from tests.factories.makers import Maker
from tests.factories.renewals import opened_renewal
from tests.factories.stories import delivered_story
from tests.factories.user_tokens import cectrust, run
from tests.integration.test_main_line import Story
from tests.tour.user_token import UserToken, make_token
from wsgi import create_site

pytestmark = pytest.mark.hsm


@pytest.fixture
def story(app: Flask, authority: None, tmp_path: Path) -> Story:
    return delivered_story(app)


@pytest.fixture
def token(story: Story, tmp_path: Path) -> UserToken:
    """The eToken of the letter. SoftHSM chooses its own serial number, so the stock is told that one."""
    made = make_token(tmp_path / "holder", "holder")
    row = story.token
    row.serial_number = made.serial
    db.session.commit()
    return made


@pytest.fixture
def site(story: Story, settings: Settings) -> Iterator[Flask]:
    application = create_site(settings)
    yield application
    with application.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def url(site: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, site, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def worker(app: Flask) -> Iterator[threading.Event]:
    """The issuance worker. While the event is set it does nothing."""
    stop, rests = threading.Event(), threading.Event()

    def work() -> None:
        while not stop.wait(0.2):
            if rests.is_set():
                continue
            with app.app_context():
                wanted = select(Enrolment.id).where(Enrolment.status == EnrolmentStatus.REQUESTED)
                found = db.session.scalars(wanted).all()
                db.session.rollback()
                for each in found:
                    jobs.issue_certificate(str(each))
                due_in_a_month()
                db.session.remove()

    thread = threading.Thread(target=work)
    thread.start()
    yield rests
    stop.set()
    thread.join()


def due_in_a_month() -> None:
    for each in db.session.scalars(select(Certificate).where(Certificate.receipt_due_on.is_(None))):
        each.receipt_due_on = day_in_tokyo(clock.now()) + timedelta(days=30)
    db.session.commit()


class Desk:
    """The holder's desk: number, PINs in files, the address of the site."""

    def __init__(self, story: Story, token: UserToken, url: str, directory: Path, pin: str = "") -> None:
        self.token, self.url = token, url
        self.pin_file = directory / "download.pin"
        self.pin_file.write_text(pin or story.open())
        self.command = ("enrol", "--server", url, "--application-number", story.number)

    def enrol(self, *options: str, pin_file: Path | None = None):
        options = ("--key", "p-256", "--download-pin-file", str(self.pin_file), *options)
        return cectrust(self.token, *self.command, *options, pin_file=pin_file)

    def run(self, command: str, *options: str):
        return cectrust(self.token, command, "--server", self.url, *options)


@pytest.fixture
def desk(story: Story, token: UserToken, url: str, tmp_path: Path) -> Desk:
    return Desk(story, token, url, tmp_path)


def certificates() -> list[Certificate]:
    db.session.rollback()
    return list(db.session.scalars(select(Certificate).order_by(Certificate.created_at)))


def test_from_the_pin_to_the_confirmed_receipt(desk: Desk, worker: threading.Event) -> None:
    done = desk.enrol("--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert (answer["status"], answer["receipt"]) == ("done", "confirmed")
    assert "受領を確認しました" in done.stderr
    (certificate,) = certificates()
    assert answer["serial"] == certificate.serial
    receipt = db.session.scalars(select(CertificateReceipt)).one()
    assert f"purpose: {Purpose.RECEIPT}" in receipt.statement.decode()
    entries = db.session.scalars(select(AuditEntry.event).where(AuditEntry.event == "certificate:confirm-receipt"))
    assert len(entries.all()) == 1
    again = desk.run("confirm")  # the same again is answered the same
    assert again.returncode == 0, again.stderr
    assert len(db.session.scalars(select(CertificateReceipt)).all()) == 1
    looked = desk.run("doctor")
    assert looked.returncode == 0, looked.stdout
    assert "Receipt / 受領確認: OK" in looked.stdout
    assert "days left / 残り" in looked.stdout


def test_stopped_between_any_two_steps_it_goes_on(
    story: Story, desk: Desk, worker: threading.Event, site: Flask, tmp_path: Path
) -> None:
    # The key is made, the service is away: nothing was sent.
    running, site.extensions["signer"] = site.extensions["signer"], SignerClient(tmp_path / "nobody.sock")
    away = desk.enrol("--wait", "1", "--json")
    site.extensions["signer"] = running
    assert away.returncode == 4
    assert json.loads(away.stdout)["code"] == "signer-unavailable"
    # The request is accepted, the certificate is not there in time.
    worker.set()
    late = desk.enrol("--wait", "2")
    assert late.returncode == 5, late.stdout
    assert "後でもう一度" in late.stderr
    # It was issued, and the program was not there to store it: the PIN is used by now.
    jobs.issue_certificate(str(db.session.scalars(select(Enrolment.id)).one()))
    due_in_a_month()
    done = desk.enrol()
    assert done.returncode == 0, done.stderr
    assert "Making the key" not in done.stdout  # the very first key served all the way
    assert len(certificates()) == 1
    # With the certificate on the token the PIN is of no more use, and that is said.
    again = desk.enrol()
    assert again.returncode == 1
    assert "使用済み" in again.stderr


def test_a_stray_key_of_an_older_run_is_no_trap(desk: Desk, worker: threading.Event) -> None:
    """Two unused keys lie on the token; the request was made with the one, the search begins with the other."""
    keys = [run(desk.token, "make", "p-256").split()[0] for _ in range(2)]
    worker.set()
    assert desk.enrol("--wait", "1").returncode == 5
    run(desk.token, "make", "p-256")
    worker.clear()
    done = desk.enrol()
    assert done.returncode == 0, done.stderr
    assert len(certificates()) == 1
    assert len(keys) == 2


def test_a_renewal_keeps_both_certificates_and_signs_with_the_newest(
    story: Story, desk: Desk, worker: threading.Event, url: str, tmp_path: Path
) -> None:
    assert desk.enrol().returncode == 0
    (first,) = certificates()
    serial, first_id = first.serial, first.id
    db.session.rollback()
    _, pin = opened_renewal(story.applicant, first_id)
    done = Desk(story, desk.token, url, tmp_path, pin).enrol("--json")
    assert done.returncode == 0, done.stderr
    renewed = json.loads(done.stdout)["serial"]
    assert renewed != serial
    on_token = run(desk.token, "list").split()
    assert {serial, renewed} <= set(on_token)
    shown = desk.run("confirm", "--json")
    assert json.loads(shown.stdout)["serial"] == renewed


def test_the_token_says_what_is_wrong(desk: Desk, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("00000000")
    done = desk.enrol(pin_file=wrong)
    assert done.returncode == 3
    assert "PINが違います" in done.stderr and "PIN of the token is wrong" in done.stderr
    away = cectrust(desk.token, *desk.command, "--download-pin-file", str(desk.pin_file), "--token-serial", "none")
    assert away.returncode == 3
    assert "挿してから" in away.stderr


def test_a_wrong_download_pin(story: Story, desk: Desk) -> None:
    desk.pin_file.write_text("2" * 15 + "3")  # the check character does not fit
    done = desk.enrol("--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["code"] == "pin-typing"


def test_the_tokens_own_proof_is_sent_and_judged(story: Story, desk: Desk, worker: threading.Event) -> None:
    """A maker's chain on the token reaches the record; the token model names the maker's root."""
    maker = Maker()
    db.session.scalars(select(TokenModel)).one().attestation_root = maker.root_der
    db.session.commit()
    key_id, public = run(desk.token, "make", "p-256").split()
    maker.store_attestation(desk.token, key_id, bytes.fromhex(public))
    done = desk.enrol()
    assert done.returncode == 0, done.stderr
    db.session.rollback()
    row = db.session.scalars(select(Enrolment)).one()
    assert (row.attested, row.attestation_note) == (True, "")
    assert row.attestation.count(b"BEGIN CERTIFICATE") == 2
    assert db.session.scalars(select(Token.status).where(Token.serial_number == desk.token.serial)).one() == "active"


def test_a_key_that_is_refused_at_the_issue_gives_way_to_a_new_one(story: Story, desk: Desk, app: Flask) -> None:
    stop, refused = threading.Event(), []

    def work() -> None:
        while not stop.wait(0.2):
            with app.app_context():
                wanted = select(Enrolment).where(Enrolment.status == EnrolmentStatus.REQUESTED)
                for row in db.session.scalars(wanted).all():
                    if not refused:  # somebody else's certificate has just got the same primes
                        modulus = x509.load_der_x509_csr(row.csr).public_key().public_numbers().n
                        refused.append(row.spki_sha256)
                        ledger().sharing({row.applicant_id: modulus})
                        ledger().settle([row.applicant_id])
                    jobs.issue_certificate(str(row.id))
                due_in_a_month()
                db.session.remove()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        done = desk.enrol("--key", "rsa-3072")
    finally:
        stop.set()
        thread.join()
    assert done.returncode == 0, done.stderr
    assert "新しい鍵を作成し" in done.stderr + done.stdout
    (certificate,) = certificates()
    assert certificate.status is CertificateStatus.ACTIVE
    row = db.session.scalars(select(Enrolment)).one()
    assert row.spki_sha256 not in refused
