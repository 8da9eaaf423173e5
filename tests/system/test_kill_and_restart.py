"""`kill -9` of any process in the middle of the work: afterwards nothing is lost, doubled or stuck."""

import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from app.audit.verify import verify_chain
from app.core import clock
from app.core.actor import Actor
from app.core.db import db
from issuance import queries
from issuance.services.check_pin import check_pin
from issuance.services.open_enrolment import open_enrolment
from issuance.services.register_tokens import register_tokens
from issuance.services.revoke_certificate import revoke_certificate
from mailings.services.enclose import enclose
from mailings.services.post_letter import post_letter
from mailings.services.record_outcome import record_delivery
from models.accounts import Customer
from models.billing import Charge
from models.certificates import Certificate
from models.emails import OutgoingEmail
from models.enums import CaKeyPurpose, CertificateStatus, EmailStatus, PinKind, TokenStatus
from models.mail_pieces import MailPiece
from models.promises import Promise
from models.tokens import Token
from tests.factories.desk import FIELDS, approved_case, staff_actor
from tests.integration.test_main_line import Story, make_csr
from tests.system.running import RunningSystem, wait_until
from tests.tour.desk import PIN
from tests.tour.mailbox import Mailbox

pytestmark = [pytest.mark.system, pytest.mark.timeout(900)]

VICTIMS = ("issuance", "worker", "clock", "signer", "redis", "postgres", "mail")
INCOMING = ("35685969384", "30684874522", "40493739646", "35600000015", "35600000026", "35600000030", "35600000041")
OUTGOING = ("10012000106", "10012000110", "10012000121", "10012000132", "10012000143", "10012000154", "10012000165")


def kill_9(system: RunningSystem, name: str) -> None:
    """Kill the process itself, not its keeper: the keeper starts it again, as in an installation."""
    keeper = psutil.Process(system.processes[name].pid)
    for child in keeper.children(recursive=True):
        with suppress(ProcessLookupError):
            os.kill(child.pid, signal.SIGKILL)


def settled() -> bool:
    """Whether every promise is kept."""
    try:
        db.session.rollback()
        return db.session.scalar(select(func.count()).select_from(Promise).where(Promise.done_at.is_(None))) == 0
    except OperationalError:
        db.session.remove()
        return False


def count(model: type, *criteria: object) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model).where(*criteria)) or 0


class LiveStory(Story):
    """A holder's way through a running installation: what others do there is not done here."""

    def __init__(self, app: Flask, number: int) -> None:
        self.app = app
        self.outgoing = OUTGOING[number - 1]
        register_tokens(
            [f"SN-{number}"], model="eToken 5110", batch="", actor=self.person("mailroom", number), now=clock.now()
        )
        FIELDS["birth_date"] = (
            f"昭和60年4月{number}日"  # another person each time: a second live certificate asks for a reason
        )
        case = approved_case(item_number=INCOMING[number - 1])
        self.applicant, self.number = case.applicants[0].id, case.applicants[0].number
        self.mailroom = self.person("mailroom", 100 + number)
        self.csr = make_csr()
        db.session.rollback()

    @staticmethod
    def person(role: str, number: int) -> Actor:
        return staff_actor(role, email=f"{role}{number}@example.jp", name=f"{role} {number}")

    def find_letter(self) -> None:
        db.session.rollback()
        self.piece = db.session.scalars(select(MailPiece.id).where(MailPiece.applicant_id == self.applicant)).one()

    def deliver(self) -> None:
        self.print()
        enclose(self.letter.number, self.token.serial_number, actor=self.mailroom, now=clock.now())
        today = clock.today()
        post_letter(self.piece, item_number=self.outgoing, posted_on=today, actor=self.mailroom, now=clock.now())
        record_delivery(
            self.piece,
            delivered_on=today,
            delivered_to="本人",
            shown_document="licence",
            actor=self.mailroom,
            now=clock.now(),
        )

    def try_open(self) -> str:
        """The ダウンロードPIN, read from the mail as the holder does."""
        secret = check_pin(self.number, self.pin, PinKind.APPLICATION, now=clock.now()).id
        db.session.rollback()
        open_enrolment(secret, now=clock.now())
        return self.number


def test_any_process_may_die_at_any_moment(system: RunningSystem) -> None:
    from wsgi import create_worker  # noqa: PLC0415

    app = create_worker(system.settings())
    with app.app_context():
        for number, victim in enumerate(VICTIMS, start=1):
            one_case(system, app, victim, number)
        report = verify_chain()
        assert report.is_intact, report
        db.session.remove()
        db.engine.dispose()
    app.extensions["signer"].close()
    app.extensions["redis"].close()


def one_case(system: RunningSystem, app: Flask, victim: str, number: int) -> None:
    """Steps 4 to 6 for one case, with two deaths of one process in between."""
    story = LiveStory(app, number)  # the approval has just promised letter, token, IDs, e-mails
    kill_9(system, victim)
    wait_until(settled, f"everything is done after {victim} died at the approval", seconds=120)
    assert count(MailPiece) == number
    assert count(Customer) == 1 + number  # one company ID, a user ID for each case
    assert count(OutgoingEmail, OutgoingEmail.template == "login") == 1 + 2 * number
    story.find_letter()
    story.deliver()
    kill_9(system, victim)
    wait_until(settled, f"everything is done after {victim} died at the delivery", seconds=120)
    wait_until(story.try_open, "the signing process answers again", seconds=60)
    text = Mailbox(system.var / "mail").wait_for("holder@example.jp", story.number)
    download = PIN.search(text)[0]
    wait_until(settled, "the download PIN has gone", seconds=60)
    enrolment = wait_until(lambda: story.request(download, story.csr), "the request is taken", seconds=60)
    kill_9(system, victim)
    wait_until(settled, f"everything is done after {victim} died at the issuance", seconds=150)
    assert enrolment is not None
    assert count(Certificate) == count(Certificate, Certificate.status == CertificateStatus.ACTIVE) == number
    assert count(Token, Token.status == TokenStatus.ACTIVE) == number
    assert count(Charge) == 3 * number
    assert count(OutgoingEmail, OutgoingEmail.status != EmailStatus.SENT) == 0
    assert len(list((system.var / "mail").glob("*.eml"))) == count(OutgoingEmail)


def test_a_revocation_is_seen_from_outside_within_five_seconds(system: RunningSystem, tmp_path: Path) -> None:
    """The same installation: real worker, clock and site; the CRL is fetched and openssl asks the responder."""
    from wsgi import create_worker  # noqa: PLC0415

    app = create_worker(system.settings())
    with app.app_context():
        ca = tmp_path / "ca.pem"
        ca.write_bytes(queries.load(queries.get_authority(CaKeyPurpose.CA)).public_bytes(Encoding.PEM))
        row = db.session.scalars(select(Certificate).where(Certificate.status == CertificateStatus.ACTIVE)).first()
        assert row is not None
        certificate_id, serial = row.id, int(row.serial, 16)
        db.session.rollback()
        assert ocsp_says(system, ca, serial) == "good"
        assert not is_on_crl(system, serial)
        operator = staff_actor("ca_operator", email="revoker@example.jp", name="認証 三郎")
        begun = time.monotonic()
        revoke_certificate(
            certificate_id,
            reason="keyCompromise",
            asked_by="holder",
            asked_at=clock.now(),
            actor=operator,
            now=clock.now(),
        )
        wait_until(lambda: is_on_crl(system, serial), "the CRL has it", seconds=30)
        wait_until(lambda: ocsp_says(system, ca, serial) == "revoked", "the responder says so", seconds=30)
        took = time.monotonic() - begun
        wait_until(settled, "the CRL was fetched back", seconds=60)
        db.session.rollback()
        newest = queries.find_latest_crl(queries.get_authority(CaKeyPurpose.CA).id)
        assert newest.fetched_at is not None
        assert newest.fetch_failure == ""
        db.session.remove()
        db.engine.dispose()
    app.extensions["signer"].close()
    app.extensions["redis"].close()
    assert took < 5, f"{took:.1f} s"


def is_on_crl(system: RunningSystem, serial: int) -> bool:
    answer = requests.get(f"{system.site_url}/crl/ca-000.crl", timeout=10)
    return x509.load_der_x509_crl(answer.content).get_revoked_certificate_by_serial_number(serial) is not None


def ocsp_says(system: RunningSystem, ca: Path, serial: int) -> str:
    done = subprocess.run(
        ["openssl", "ocsp", "-issuer", str(ca), "-CAfile", str(ca), "-serial", hex(serial), "-url", f"{system.site_url}/ocsp"],
        capture_output=True, text=True, check=False, timeout=20,
    )  # fmt: skip
    assert "Response verify OK" in done.stderr, done.stdout + done.stderr
    return done.stdout.split(": ", 1)[1].split("\n", 1)[0]
