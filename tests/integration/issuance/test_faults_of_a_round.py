"""A fault in the middle of a round of sixteen, while the next round is under way, with both kinds of CA.

As test_faults.py for one certificate: never two certificates for an intent, never a certificate without a row, no PIN burnt.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from cryptography import x509
from flask import Flask
from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.core.settings import ROOT, Settings
from app.signer import SignerClient
from issuance.errors import UnfinishedError
from issuance.rules.unfinished import ABANDONED_AFTER
from issuance.services import issue_certificate as issuing
from models.certificates import Certificate, Revocation
from models.enrolments import Enrolment
from models.enums import CertificateStatus, EnrolmentStatus, PinStatus
from models.pin_secrets import PinSecret
from tests.factories.applicants import waiting_applicant
from tests.factories.certificates import requested_enrolment
from tests.factories.faults import INSIDE, STEPS, KilledError, Watch, at_gap, cut_off, inside, kill
from tests.factories.rival_authority import BreakableHsm, breakable_hsm, establish

pytestmark = pytest.mark.hsm
LATER = ABANDONED_AFTER + timedelta(minutes=1)
COUNT = issuing.TOGETHER + 2  # a full round, and one beside it
MIDDLE = 8
ONE_BY_ONE = {"sign_bytes", "_verify"}  # taken for each certificate; the other steps for a round
GAPS = [*((step, "before") for step in STEPS), ("sign_bytes", "after"), ("store_certificates", "after")]
CUTS = [("sign_bytes", "before"), ("sign_bytes", "after"), ("store_certificates", "before")]
PULLS = [("record_intents", "before"), ("sign_bytes", "before"), ("sign_bytes", "after")]


@pytest.fixture(scope="module", params=["rsa", "ec"])
def hsm(request: pytest.FixtureRequest) -> Iterator[BreakableHsm]:
    with (
        tempfile.TemporaryDirectory(prefix="hs", dir="/tmp", ignore_cleanup_errors=True) as name,
        breakable_hsm(Path(name), request.param) as hsm,
    ):
        yield hsm


class Round:
    """Requested enrolments, and a CA that can be broken."""

    def __init__(self, app: Flask, hsm: BreakableHsm) -> None:
        self.hsm, self.ca = hsm, establish(app, hsm)
        self.client: SignerClient = app.extensions["signer"]
        self.watch = Watch(self.client)
        self.enrolments = [requested_enrolment(waiting_applicant()) for _ in range(COUNT)]
        self.began = clock.now()

    def issue(self, *, later: timedelta = timedelta()) -> dict[UUID, Exception]:
        return issuing.issue_certificates(self.enrolments, now=self.began + later, issuer=self.watch)

    def recover(self) -> None:
        """What the next runs do: at once, and after the reconciler's minutes. Nothing is burnt at any time."""
        self.check_pins()
        self.hsm.put_token_back()
        failures = self.issue()
        assert all(isinstance(error, UnfinishedError) for error in failures.values()), failures
        self.check_pins()
        assert self.issue(later=LATER) == {}

    def check_pins(self) -> None:
        """Both PINs are used where there is a certificate, and wait where there is none."""
        db.session.rollback()
        used = {secret.id for secret in db.session.scalars(select(PinSecret)) if secret.status is PinStatus.USED}
        assert {secret.status for secret in db.session.scalars(select(PinSecret))} <= {
            PinStatus.USED,
            PinStatus.RESERVED,
        }
        active = {row.enrolment_id for row in self.certificates() if row.status is CertificateStatus.ACTIVE}
        for enrolment in db.session.scalars(select(Enrolment)):
            pins = {enrolment.application_pin_id, enrolment.download_pin_id}
            assert pins & used == (pins if enrolment.id in active else set())
            assert (enrolment.status is EnrolmentStatus.ISSUED) == (enrolment.id in active)

    def certificates(self) -> list[Certificate]:
        return list(db.session.scalars(select(Certificate).order_by(Certificate.created_at)))

    def check(self) -> None:
        """One certificate for each; every signature belongs to a row, and what became no certificate is revoked."""
        self.check_pins()
        rows = self.certificates()
        active = [row for row in rows if row.status is CertificateStatus.ACTIVE]
        assert Counter(row.enrolment_id for row in active) == Counter(self.enrolments)
        for row in active:
            found = x509.load_der_x509_certificate(row.der)
            found.verify_directly_issued_by(self.ca)
            assert found.tbs_certificate_bytes == row.tbs
        suspects = {row.id for row in rows if row not in active}
        assert {row.status for row in rows if row.id in suspects} <= {CertificateStatus.SUSPECT}
        assert set(db.session.scalars(select(Revocation.certificate_id))) == suspects
        by_digest = {self._digest(row.tbs): row for row in rows if row.tbs}
        signatures: defaultdict[bytes, set[bytes]] = defaultdict(set)
        for digest, signature in self.watch.given:
            assert digest in by_digest, "a certificate without a row"
            signatures[digest].add(signature)
        assert all(len(different) == 1 for different in signatures.values()), "two certificates for an intent"
        assert len({row.serial for row in rows}) == len(rows)
        if self.hsm.kind == "rsa":
            assert suspects == set()

    def _digest(self, tbs: bytes) -> bytes:
        return (hashlib.sha256 if self.hsm.kind == "rsa" else hashlib.sha384)(tbs).digest()


@pytest.fixture
def round_(app: Flask, hsm: BreakableHsm) -> Iterator[Round]:
    found = Round(app, hsm)
    yield found
    hsm.put_token_back()
    found.client.close()


def nth(step: str) -> int:
    return MIDDLE if step in ONE_BY_ONE else 1


@pytest.mark.parametrize(("step", "when"), GAPS)
def test_killed(round_: Round, monkeypatch: pytest.MonkeyPatch, step: str, when: str) -> None:
    with monkeypatch.context() as patch:
        at_gap(patch, step, when, kill, nth=nth(step))
        with pytest.raises(KilledError):
            round_.issue()
    round_.recover()
    round_.check()


@pytest.mark.parametrize("event", INSIDE)
def test_killed_inside_a_step(round_: Round, monkeypatch: pytest.MonkeyPatch, event: str) -> None:
    with monkeypatch.context() as patch:
        inside(patch, event, kill, nth=MIDDLE)
        with pytest.raises(KilledError):
            round_.issue()
    round_.recover()
    round_.check()


@pytest.mark.parametrize(("step", "when"), CUTS)
def test_cut_off(round_: Round, monkeypatch: pytest.MonkeyPatch, settings: Settings, step: str, when: str) -> None:
    with monkeypatch.context() as patch:
        at_gap(patch, step, when, lambda: cut_off(settings), nth=nth(step))
        with suppress(Exception):
            round_.issue()
    round_.recover()
    round_.check()


@pytest.mark.parametrize("event", INSIDE)
def test_cut_off_inside_a_step(round_: Round, monkeypatch: pytest.MonkeyPatch, settings: Settings, event: str) -> None:
    with monkeypatch.context() as patch:
        inside(patch, event, lambda: cut_off(settings), nth=MIDDLE)
        with suppress(Exception):
            round_.issue()
    round_.recover()
    round_.check()


@pytest.mark.parametrize(("step", "when"), PULLS)
def test_the_token_is_pulled(round_: Round, monkeypatch: pytest.MonkeyPatch, step: str, when: str) -> None:
    with monkeypatch.context() as patch:
        at_gap(patch, step, when, round_.hsm.take_token_away, nth=nth(step))
        failures = round_.issue()
    issued = [row for row in round_.certificates() if row.status is CertificateStatus.ACTIVE]
    assert len(issued) + len(failures) == COUNT
    if (step, when) == ("sign_bytes", "after"):
        assert len(issued) == MIDDLE  # those before it are not lost with those after it
    round_.recover()
    round_.check()
    assert len(round_.certificates()) == COUNT  # surely nothing else was signed: no serial number is lost


@pytest.mark.parametrize(("step", "when"), [("sign_bytes", "after"), ("store_certificates", "before")])
def test_really_killed(round_: Round, settings: Settings, step: str, when: str) -> None:
    environment = {
        **os.environ,
        "VAR_DIR": str(settings.var_dir),
        "DATABASE_URL": settings.database_url_given,
        "REDIS_URL": settings.redis_url_given,
    }
    enrolments = ",".join(str(each) for each in round_.enrolments)
    arguments = [str(round_.hsm.socket), enrolments, step, when, str(nth(step))]
    done = subprocess.run(
        [sys.executable, "-m", "tests.factories.dying", *arguments], cwd=ROOT, env=environment, check=False
    )
    assert done.returncode == -9
    round_.recover()
    round_.check()
