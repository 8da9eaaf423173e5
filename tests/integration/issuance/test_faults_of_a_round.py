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
FULL, SMALL = issuing.TOGETHER, 4  # in a small round everything happens, and it takes a third of the time
ONE_BY_ONE = {"sign_bytes", "_verify"}  # taken for each certificate; the other steps for a round
GAPS = [*((step, "before") for step in STEPS), ("sign_bytes", "after"), ("store_certificates", "after")]
# Of the first round, and of the second while the HSM signs the first.
GAPS_OF_TWO = [(step, when, which) for which in (1, 2) for step, when in GAPS if which == 1 or step not in ONE_BY_ONE]


@pytest.fixture(scope="module", params=["rsa", "ec"])
def hsm(request: pytest.FixtureRequest) -> Iterator[BreakableHsm]:
    with hsm_of(request.param) as hsm:
        yield hsm


class Round(Broken):
    """Requested enrolments of a round and two beside it, and a CA that can be broken."""

    def __init__(self, app: Flask, hsm: BreakableHsm, size: int) -> None:
        super().__init__(app, hsm, size + 2)
        self.middle = size // 2

    def issue(self, *, later: timedelta = timedelta()) -> dict[UUID, Exception]:
        return issuing.issue_certificates(self.enrolments, now=self.began + later, issuer=self.watch)

    def nth(self, step: str, which: int = 1) -> int:
        """The time at which a step is in the midst of the first round, or is that of this round."""
        return self.middle if step in ONE_BY_ONE else which

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
    yield from ended_afterwards(Round(app, hsm, FULL))


@pytest.fixture
def small(app: Flask, hsm: BreakableHsm, monkeypatch: pytest.MonkeyPatch) -> Iterator[Round]:
    monkeypatch.setattr(issuing, "TOGETHER", SMALL)
    yield from ended_afterwards(Round(app, hsm, SMALL))


def ended_afterwards(found: Round) -> Iterator[Round]:
    yield found
    found.end()


@pytest.mark.parametrize(("step", "when"), GAPS)
def test_killed(round_: Round, monkeypatch: pytest.MonkeyPatch, step: str, when: str) -> None:
    with monkeypatch.context() as patch:
        at_gap(patch, step, when, kill, nth=round_.nth(step))
        with pytest.raises(KilledError):
            round_.issue()
    round_.recover()
    round_.check()


@pytest.mark.parametrize("event", INSIDE)
def test_killed_inside_a_step(round_: Round, monkeypatch: pytest.MonkeyPatch, event: str) -> None:
    with monkeypatch.context() as patch:
        inside(patch, event, kill, nth=round_.middle)
        with pytest.raises(KilledError):
            round_.issue()
    round_.recover()
    round_.check()


@pytest.mark.parametrize(("step", "when", "which"), GAPS_OF_TWO)
def test_cut_off(
    small: Round, monkeypatch: pytest.MonkeyPatch, settings: Settings, step: str, when: str, which: int
) -> None:
    with monkeypatch.context() as patch:
        at_gap(patch, step, when, lambda: cut_off(settings), nth=small.nth(step, which))
        with suppress(Exception):
            small.issue()
    small.recover()
    small.check()


@pytest.mark.parametrize("event", INSIDE)
def test_cut_off_inside_a_step(round_: Round, monkeypatch: pytest.MonkeyPatch, settings: Settings, event: str) -> None:
    with monkeypatch.context() as patch:
        inside(patch, event, lambda: cut_off(settings), nth=round_.middle)
        with suppress(Exception):
            round_.issue()
    round_.recover()
    round_.check()


@pytest.mark.parametrize(("step", "when", "which"), GAPS_OF_TWO)
def test_the_token_is_pulled(small: Round, monkeypatch: pytest.MonkeyPatch, step: str, when: str, which: int) -> None:
    with monkeypatch.context() as patch:
        at_gap(patch, step, when, small.hsm.take_token_away, nth=small.nth(step, which))
        failures = small.issue()
    issued = [row for row in small.certificates() if row.status is CertificateStatus.ACTIVE]
    assert len(issued) + len(failures) == len(small.enrolments)
    if (step, when) == ("sign_bytes", "after"):
        assert len(issued) == small.middle  # those before it are not lost with those after it
    small.recover()
    small.check()
    assert len(small.certificates()) == len(
        small.enrolments
    )  # surely nothing else was signed: no serial number is lost


@pytest.mark.parametrize(("step", "when"), [("sign_bytes", "after"), ("store_certificates", "before")])
def test_really_killed(round_: Round, settings: Settings, step: str, when: str) -> None:
    assert round_.die(settings, step, when, round_.nth(step)) == -9
    round_.recover()
    round_.check()
