"""A process killed, PostgreSQL cut off, the token pulled, between any two steps and inside them, with both kinds of CA.

Never two certificates for one intent, never a certificate without a row, no PIN burnt by a failure. docs/adr/0010.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask
from sqlalchemy import select

from app.core.db import db
from app.core.settings import Settings
from issuance import jobs
from issuance.errors import UnfinishedError
from issuance.queries.issuing import list_abandoned_enrolments
from issuance.services import issue_certificate as issuing
from models.audit import AuditEntry
from models.certificates import Certificate
from models.enums import CertificateStatus, EnrolmentStatus, PinStatus
from models.pin_secrets import PinSecret
from models.promises import Promise
from tests.factories.faults import GAPS, INSIDE, KilledError, Watch, at_gap, cut_off, inside, kill
from tests.factories.rival_authority import BreakableHsm
from tests.factories.scenes import LATER, Broken, hsm_of

pytestmark = pytest.mark.hsm


@pytest.fixture(scope="module", params=["rsa", "ec"])
def hsm(request: pytest.FixtureRequest) -> Iterator[BreakableHsm]:
    with hsm_of(request.param) as hsm:
        yield hsm


class Scene(Broken):
    """One requested enrolment, and a CA that can be broken."""

    def issue(self, *, later: timedelta = timedelta()) -> None:
        issuing.issue_certificate(self.enrolment, now=self.began + later, issuer=self.watch)

    def pins(self) -> set[PinStatus]:
        return set(db.session.scalars(select(PinSecret.status)))

    def is_issued(self) -> bool:
        return any(row.status is CertificateStatus.ACTIVE for row in self.certificates())

    def check_that_nothing_is_burnt(self) -> None:
        assert self.pins() == ({PinStatus.USED} if self.is_issued() else {PinStatus.RESERVED})

    def recover(self) -> None:
        """What the next runs do: at once, and after the reconciler's minutes."""
        self.hsm.put_token_back()
        with suppress(UnfinishedError):
            self.issue()
        self.check_that_nothing_is_burnt()
        self.issue(later=LATER)

    def check(self) -> None:
        """One certificate; at most one serial number was given up for it."""
        (_active,) = self.check_rows()
        assert self.pins() == {PinStatus.USED}
        assert len(self.certificates()) <= 2


@pytest.fixture
def scene(app: Flask, hsm: BreakableHsm) -> Iterator[Scene]:
    scene = Scene(app, hsm)
    yield scene
    scene.end()


@pytest.mark.parametrize(("step", "when"), GAPS)
def test_killed_between_two_steps(scene: Scene, monkeypatch: pytest.MonkeyPatch, step: str, when: str) -> None:
    with monkeypatch.context() as patch:
        at_gap(patch, step, when, kill)
        with pytest.raises(KilledError):
            scene.issue()
    scene.check_that_nothing_is_burnt()
    scene.recover()
    scene.check()


@pytest.mark.parametrize("event", INSIDE)
def test_killed_inside_a_step(scene: Scene, monkeypatch: pytest.MonkeyPatch, event: str) -> None:
    with monkeypatch.context() as patch:
        inside(patch, event, kill)
        with pytest.raises(KilledError):
            scene.issue()
    scene.check_that_nothing_is_burnt()
    scene.recover()
    scene.check()


@pytest.mark.parametrize(("step", "when"), GAPS)
def test_cut_off_between_two_steps(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, settings: Settings, step: str, when: str
) -> None:
    with monkeypatch.context() as patch:
        at_gap(patch, step, when, lambda: cut_off(settings))
        with suppress(Exception):
            scene.issue()
    scene.check_that_nothing_is_burnt()
    scene.recover()
    scene.check()


@pytest.mark.parametrize("event", INSIDE)
def test_cut_off_inside_a_step(scene: Scene, monkeypatch: pytest.MonkeyPatch, settings: Settings, event: str) -> None:
    with monkeypatch.context() as patch:
        inside(patch, event, lambda: cut_off(settings))
        with suppress(Exception):
            scene.issue()
    scene.check_that_nothing_is_burnt()
    scene.recover()
    scene.check()
    assert len(scene.certificates()) == 1  # what was signed in hand was stored over a new connection


@pytest.mark.parametrize(("step", "when"), GAPS)
def test_the_token_is_pulled_between_two_steps(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, step: str, when: str
) -> None:
    with monkeypatch.context() as patch:
        at_gap(patch, step, when, scene.hsm.take_token_away)
        with suppress(Exception):
            scene.issue()
    scene.check_that_nothing_is_burnt()
    scene.recover()
    scene.check()
    assert len(scene.certificates()) == 1  # surely nothing was signed: no serial number is lost


@pytest.mark.parametrize(("step", "when"), [("sign_bytes", "before"), ("sign_bytes", "after"), ("_verify", "after")])
def test_really_killed(scene: Scene, settings: Settings, step: str, when: str) -> None:
    assert scene.die(settings, step, when, 1) == -9
    scene.check_that_nothing_is_burnt()
    assert not scene.is_issued()
    scene.recover()
    scene.check()


def test_an_answer_that_got_lost_is_not_asked_for_again(scene: Scene) -> None:
    """The signing process may have signed: with an ECDSA key that serial number is never signed again."""

    class Lossy(Watch):
        def sign_digest(self, label: str, digest: bytes, algorithm: str, *, padding: str = "pkcs1v15") -> bytes:
            from app.signer import SignerUnavailableError  # noqa: PLC0415

            super().sign_digest(label, digest, algorithm, padding=padding)
            raise SignerUnavailableError("WireError", perhaps_done=True)

    lossy = Lossy(scene.client)
    with pytest.raises(Exception, match="signer-unavailable"):
        issuing.issue_certificate(scene.enrolment, now=scene.began, issuer=lossy)
    scene.watch.given += lossy.given
    assert [row.status for row in scene.certificates()] == [CertificateStatus.INTENDED]
    scene.recover()
    scene.check()
    assert len(scene.certificates()) == (1 if scene.is_rsa else 2)


def test_a_suspect_is_told_of_and_another_is_issued(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        at_gap(patch, "store_certificates", "before", kill)
        with pytest.raises(KilledError):
            scene.issue()
    if scene.is_rsa:
        scene.issue()
        scene.check()
        return
    with pytest.raises(UnfinishedError, match="being-signed"):
        scene.issue()
    scene.issue(later=LATER)
    suspect, active = scene.certificates()
    assert (suspect.status, active.status) == (CertificateStatus.SUSPECT, CertificateStatus.ACTIVE)
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "certificate:suspect")).all()
    assert [(entry.subject_id, entry.outcome) for entry in entries] == [(str(suspect.id), "failed")]
    promised = db.session.scalars(select(Promise.name).where(Promise.name == "issuance.jobs.publish_crl")).all()
    assert len(promised) == 1
    told = db.session.scalars(select(Promise.subject_id).where(Promise.name.startswith("mailings.")))
    assert suspect.id not in set(told)  # nobody ever had it


def test_a_slow_signer_that_comes_back_after_the_minutes_stores_nothing(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two runs of one intent at the same time: the one that was given up finds its serial number blocked."""
    if scene.is_rsa:
        pytest.skip("signs the same bytes to the same certificate")
    seen: list[UUID] = []

    def meanwhile() -> None:
        seen.append(scene.certificates()[0].id)
        issuing.issue_certificate(scene.enrolment, now=scene.began + LATER, issuer=scene.watch)

    with monkeypatch.context() as patch:
        at_gap(patch, "store_certificates", "before", meanwhile)
        scene.issue()
    scene.check()
    assert db.session.get_one(Certificate, seen[0]).status is CertificateStatus.SUSPECT


def test_the_reconciler_takes_up_what_was_left(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        at_gap(patch, "sign_bytes", "before", kill)
        with pytest.raises(KilledError):
            scene.issue()
    assert list(list_abandoned_enrolments(scene.began)) == []
    monkeypatch.setattr(jobs.clock, "now", lambda: scene.began + LATER)
    jobs.reconcile()
    promised = db.session.scalars(select(Promise).where(Promise.name == "issuance.jobs.issue_certificate")).all()
    assert [promise.subject_id for promise in promised] == [scene.enrolment]
    db.session.rollback()
    jobs.issue_certificate(str(scene.enrolment))
    enrolment = issuing.db.session.get_one(type(_enrolment(scene)), scene.enrolment)
    assert enrolment.status is EnrolmentStatus.ISSUED
    jobs.reconcile()


def _enrolment(scene: Scene):
    from issuance import queries  # noqa: PLC0415

    return queries.get_enrolment(scene.enrolment)


def test_the_ca_key_of_the_scene(scene: Scene) -> None:
    assert isinstance(scene.ca.public_key(), rsa.RSAPublicKey) is scene.is_rsa
