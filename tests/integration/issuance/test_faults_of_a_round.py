"""A fault in the middle of a round of sixteen, while the next round is under way, with both kinds of CA.

As test_faults.py for one certificate: never two certificates for an intent, never a certificate without a row, no PIN burnt.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.db import db
from app.core.settings import Settings
from issuance.errors import UnfinishedError
from issuance.services import issue_certificate as issuing
from models.enrolments import Enrolment
from models.enums import CertificateStatus, EnrolmentStatus, PinStatus
from models.pin_secrets import PinSecret
from tests.factories.faults import INSIDE, STEPS, KilledError, at_gap, cut_off, inside, kill
from tests.factories.rival_authority import BreakableHsm
from tests.factories.scenes import LATER, Broken, hsm_of

pytestmark = pytest.mark.hsm
COUNT = issuing.TOGETHER + 2  # a full round, and one beside it
MIDDLE = 8
ONE_BY_ONE = {"sign_bytes", "_verify"}  # taken for each certificate; the other steps for a round
GAPS = [*((step, "before") for step in STEPS), ("sign_bytes", "after"), ("store_certificates", "after")]
CUTS = [("sign_bytes", "before"), ("sign_bytes", "after"), ("store_certificates", "before")]
PULLS = [("record_intents", "before"), ("sign_bytes", "before"), ("sign_bytes", "after")]


@pytest.fixture(scope="module", params=["rsa", "ec"])
def hsm(request: pytest.FixtureRequest) -> Iterator[BreakableHsm]:
    with hsm_of(request.param) as hsm:
        yield hsm


class Round(Broken):
    """A round and a bit of requested enrolments, and a CA that can be broken."""

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

    def check(self) -> None:
        """One certificate for each."""
        self.check_pins()
        assert Counter(row.enrolment_id for row in self.check_rows()) == Counter(self.enrolments)


@pytest.fixture
def round_(app: Flask, hsm: BreakableHsm) -> Iterator[Round]:
    found = Round(app, hsm, COUNT)
    yield found
    found.end()


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
    assert round_.die(settings, step, when, nth(step)) == -9
    round_.recover()
    round_.check()
