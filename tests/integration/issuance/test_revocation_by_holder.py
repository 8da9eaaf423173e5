"""The holder asks without anybody's help: signed with the key, or with the 失効PIN on the day the key is gone."""

import time
from datetime import timedelta
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from flask import Flask
from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.core.errors import NotFoundError
from issuance.errors import (
    PinExpiredError,
    PinLockedError,
    PinUsedError,
    PinWrongError,
    RevocationError,
    StatementError,
)
from issuance.rules.pins import check_character
from issuance.rules.statements import Purpose
from issuance.services.check_pin import check_pin
from issuance.services.check_statement import give_statement
from issuance.services.confirm_revocation import confirm_revocation
from issuance.services.decide_revocation import decide_revocation
from issuance.services.make_revocation_pin import make_revocation_pin
from issuance.services.refuse_revocation import refuse_revocation
from issuance.services.revoke_by_pin import HolderWish, revoke_by_pin
from issuance.services.revoke_by_statement import revoke_by_statement
from models.applications import Applicant
from models.audit import AuditEntry
from models.certificates import Certificate, CertificateNotice, Revocation
from models.enums import PinKind, PinStatus, RevocationChannel, RevocationRequestStatus
from models.pin_secrets import PinSecret
from models.promises import Promise
from models.revocations import RevocationRequest
from tests.factories.certificates import issued_certificate
from tests.factories.desk import staff_actor
from tests.factories.revocations import certificates_of, company_with, request_for, status_of

pytestmark = pytest.mark.hsm
KEY = ec.generate_private_key(ec.SECP256R1())
WRONG = "2" * 15 + check_character("2" * 15)


@pytest.fixture
def applicant(app: Flask, authority: None) -> Applicant:
    return company_with("吉田 太郎").applicants[0]


def sign(serial: str, **details: str) -> tuple[bytes, bytes]:
    data = give_statement(
        Purpose.REVOCATION, serial, {name.replace("_", "-"): each for name, each in details.items()}, now=clock.now()
    )
    return data, KEY.sign(data, ec.ECDSA(SHA256()))


def with_key(applicant: Applicant) -> tuple[UUID, str]:
    certificate_id = issued_certificate(applicant.id, KEY)
    serial = db.session.get_one(Certificate, certificate_id).serial
    db.session.rollback()
    return certificate_id, serial


def request(request_id: UUID) -> RevocationRequest:
    db.session.rollback()
    return db.session.get_one(RevocationRequest, request_id, populate_existing=True)


def pin_status(applicant_id: UUID) -> list[str]:
    db.session.rollback()
    rows = db.session.scalars(
        select(PinSecret.status)
        .where(PinSecret.applicant_id == applicant_id, PinSecret.kind == PinKind.REVOCATION)
        .order_by(PinSecret.created_at)
    )
    return [each.value for each in rows]


def test_a_signed_word_that_the_key_is_lost_revokes_at_once(applicant: Applicant) -> None:
    certificate_id, serial = with_key(applicant)
    since = clock.now().isoformat(timespec="seconds")
    data, signature = sign(serial, circumstance="loss", invalid_since=since)
    made = revoke_by_statement(data, signature, now=clock.now())
    assert status_of(certificate_id) == "revoked"
    done = request(made)
    assert (done.status, done.channel, done.received_by) == ("revoked", RevocationChannel.SITE_SIGNED, None)
    assert (done.decided_by, done.decided_by_name, done.statement) == (None, "吉田 太郎", data)
    revocation = db.session.scalars(select(Revocation)).one()
    assert (revocation.reason, revocation.invalid_since.isoformat()) == ("keyCompromise", since)
    assert "issuance.jobs.publish_crl" in set(db.session.scalars(select(Promise.name)))
    assert db.session.scalars(select(CertificateNotice)).all() == []
    data, signature = sign(serial, circumstance="loss")
    with pytest.raises(RevocationError, match="revocation-already"):
        revoke_by_statement(data, signature, now=clock.now())


def test_a_signed_word_about_what_can_wait_is_decided_by_one_person(applicant: Applicant) -> None:
    certificate_id, serial = with_key(applicant)
    made = revoke_by_statement(*sign(serial, circumstance="end-of-use"), now=clock.now())
    assert status_of(certificate_id) == "revocation_requested"
    decide_revocation(made, actor=staff_actor("approver"), now=clock.now())
    assert status_of(certificate_id) == "revoked"


def test_another_key_or_a_word_without_circumstance_is_not_taken(applicant: Applicant) -> None:
    certificate_id, serial = with_key(applicant)
    data, _signature = sign(serial, circumstance="loss")
    other = ec.generate_private_key(ec.SECP256R1()).sign(data, ec.ECDSA(SHA256()))
    with pytest.raises(StatementError, match="statement-signature"):
        revoke_by_statement(data, other, now=clock.now())
    for details, code in (
        ({}, "revocation-circumstance"),
        ({"circumstance": "loss", "invalid_since": "yesterday"}, "revocation-since-form"),
        ({"circumstance": "loss", "invalid_since": "2026-11-26T10:00:00"}, "revocation-since-form"),
        ({"circumstance": "loss", "invalid_since": "2020-01-01T00:00:00+09:00"}, "revocation-since-before"),
        ({"circumstance": "death"}, "revocation-not-like-this"),
    ):
        with pytest.raises(RevocationError) as caught:
            revoke_by_statement(*sign(serial, **details), now=clock.now())
        assert caught.value.code == code
    assert status_of(certificate_id) == "active"


def test_the_pin_revokes_a_lost_key_once(applicant: Applicant) -> None:
    number, applicant_id = applicant.number, applicant.id
    certificate_id = issued_certificate(applicant_id)
    pin = make_revocation_pin(applicant_id, clock.now())
    assert len(pin.replace("-", "")) == 16
    secret = check_pin(number, pin.lower(), PinKind.REVOCATION, now=clock.now())
    made = revoke_by_pin(secret.id, [certificate_id], HolderWish("theft", explanation="車上荒らし"), now=clock.now())
    assert status_of(certificate_id) == "revoked"
    assert pin_status(applicant_id) == ["used"]
    assert (request(made[0]).channel, request(made[0]).explanation) == (RevocationChannel.SITE_PIN, "車上荒らし")
    with pytest.raises(PinUsedError):
        check_pin(number, pin, PinKind.REVOCATION, now=clock.now())
    with pytest.raises(PinUsedError):
        revoke_by_pin(secret.id, [certificate_id], HolderWish("theft"), now=clock.now())


def test_a_new_pin_voids_the_old_one_and_no_pin_is_kept_anywhere(applicant: Applicant) -> None:
    number, applicant_id = applicant.number, applicant.id
    old = make_revocation_pin(applicant_id, clock.now())
    new = make_revocation_pin(applicant_id, clock.now())
    assert pin_status(applicant_id) == ["destroyed", "issued"]
    with pytest.raises(PinWrongError):
        check_pin(number, old, PinKind.REVOCATION, now=clock.now())
    check_pin(number, new, PinKind.REVOCATION, now=clock.now())
    db.session.rollback()
    for value in (old, new, new.replace("-", "")):
        assert all(value not in str(row.detail) for row in db.session.scalars(select(AuditEntry)))
    secrets = db.session.scalars(select(PinSecret)).all()
    assert all(row.sealed_value is None and row.verifier.startswith("$argon2id$") for row in secrets)


def test_what_can_wait_keeps_the_pin_until_it_is_decided(applicant: Applicant) -> None:
    number, applicant_id = applicant.number, applicant.id
    certificate_id = issued_certificate(applicant_id)
    pin = make_revocation_pin(applicant_id, clock.now())
    secret_id = check_pin(number, pin, PinKind.REVOCATION, now=clock.now()).id
    (made,) = revoke_by_pin(secret_id, [certificate_id], HolderWish("end-of-use"), now=clock.now())
    assert (status_of(certificate_id), pin_status(applicant_id)) == ("revocation_requested", ["reserved"])
    refuse_revocation(made, reason="取りやめ", actor=staff_actor("approver"), now=clock.now())
    assert (status_of(certificate_id), pin_status(applicant_id)) == ("active", ["issued"])
    (made,) = revoke_by_pin(secret_id, [certificate_id], HolderWish("end-of-use"), now=clock.now())
    decide_revocation(made, actor=staff_actor("ca_operator"), now=clock.now())
    assert (status_of(certificate_id), pin_status(applicant_id)) == ("revoked", ["used"])


def test_all_certificates_of_a_stolen_token_go_together(applicant: Applicant) -> None:
    applicant_id = applicant.id
    both = [issued_certificate(applicant_id), issued_certificate(applicant_id)]
    make_revocation_pin(applicant_id, clock.now())
    secret_id = db.session.scalars(select(PinSecret.id).where(PinSecret.kind == PinKind.REVOCATION)).one()
    db.session.rollback()
    made = revoke_by_pin(secret_id, both, HolderWish("theft"), now=clock.now())
    assert [status_of(each) for each in both] == ["revoked", "revoked"]
    assert {request(each).status for each in made} == {RevocationRequestStatus.REVOKED}


def test_a_pin_reaches_no_other_certificate_and_no_other_pin_revokes(applicant: Applicant) -> None:
    applicant_id = applicant.id
    foreign = certificates_of(company_with("他社 一郎"))[0]
    make_revocation_pin(applicant_id, clock.now())
    secret_id = db.session.scalars(select(PinSecret.id).where(PinSecret.kind == PinKind.REVOCATION)).one()
    own = issued_certificate(applicant_id)
    pin_id = db.session.scalars(
        select(PinSecret.id).where(PinSecret.kind == PinKind.APPLICATION, PinSecret.applicant_id == applicant_id)
    ).one()
    db.session.rollback()
    with pytest.raises(NotFoundError):
        revoke_by_pin(secret_id, [foreign], HolderWish("loss"), now=clock.now())
    with pytest.raises(NotFoundError):
        revoke_by_pin(pin_id, [own], HolderWish("loss"), now=clock.now())
    with pytest.raises(RevocationError, match="revocation-nothing-chosen"):
        revoke_by_pin(secret_id, [], HolderWish("loss"), now=clock.now())
    assert [status_of(foreign), status_of(own)] == ["active", "active"]
    assert "issued" in pin_status(applicant_id)


def test_five_wrong_pins_lock(applicant: Applicant) -> None:
    number, applicant_id = applicant.number, applicant.id
    pin = make_revocation_pin(applicant_id, clock.now())
    for _ in range(4):
        with pytest.raises(PinWrongError):
            check_pin(number, WRONG, PinKind.REVOCATION, now=clock.now())
    for typed in (WRONG, pin):
        with pytest.raises(PinLockedError):
            check_pin(number, typed, PinKind.REVOCATION, now=clock.now())
    assert pin_status(applicant_id) == ["locked"]
    make_revocation_pin(applicant_id, clock.now())
    secret = db.session.scalars(select(PinSecret).where(PinSecret.status == PinStatus.LOCKED)).one()
    with pytest.raises(PinLockedError):
        revoke_by_pin(secret.id, [issued_certificate(applicant_id)], HolderWish("loss"), now=clock.now())


def test_a_destroyed_pin_opens_nothing(applicant: Applicant) -> None:
    applicant_id = applicant.id
    make_revocation_pin(applicant_id, clock.now())
    secret_id = db.session.scalars(select(PinSecret.id)).one()
    make_revocation_pin(applicant_id, clock.now())
    certificate_id = issued_certificate(applicant_id)
    with pytest.raises(PinExpiredError):
        revoke_by_pin(secret_id, [certificate_id], HolderWish("loss"), now=clock.now())


def test_the_time_of_an_answer_does_not_say_whether_there_is_such_a_number(applicant: Applicant) -> None:
    number, applicant_id = applicant.number, applicant.id
    without = company_with("神谷 吾郎").applicants[0].number
    make_revocation_pin(applicant_id, clock.now())

    def fastest(asked: str) -> float:
        times = []
        for _ in range(3):
            began = time.perf_counter()
            with pytest.raises(PinWrongError):
                check_pin(asked, WRONG, PinKind.REVOCATION, now=clock.now())
            times.append(time.perf_counter() - began)
        return min(times)

    known, unknown, no_pin = fastest(number), fastest("A-2020-000001-1"), fastest(without)
    assert unknown > known / 3
    assert no_pin > known / 3


def test_a_clock_that_is_a_little_ahead_is_not_the_future(applicant: Applicant) -> None:
    certificate_id, serial = with_key(applicant)
    since = (clock.now() + timedelta(minutes=2)).isoformat(timespec="seconds")
    revoke_by_statement(*sign(serial, circumstance="loss", invalid_since=since), now=clock.now())
    assert status_of(certificate_id) == "revoked"


@pytest.mark.parametrize("is_confirmed", [False, True])
def test_a_theft_does_not_wait_for_a_slower_request(applicant: Applicant, is_confirmed: bool) -> None:
    """Whoever has the key, or the company, asks for something harmless first: the stolen key must not stay valid for it."""
    certificate, serial = with_key(applicant)
    slow = request_for(certificate, staff_actor("officer", name="佐藤 直樹"))
    if is_confirmed:
        confirm_revocation(slow, actor=staff_actor("approver", name="田中 裕子"), now=clock.now())
    stolen = revoke_by_statement(*sign(serial, circumstance="theft"), now=clock.now())
    assert status_of(certificate) == "revoked"
    assert request(stolen).status is RevocationRequestStatus.REVOKED
    assert request(slow).status is RevocationRequestStatus.OVERTAKEN
    row = db.session.scalars(select(Revocation)).one()
    assert (row.reason, row.request_id, row.asked_by) == ("keyCompromise", stolen, "holder")


def test_a_theft_told_with_the_pin_overtakes_what_was_asked_with_it(applicant: Applicant) -> None:
    certificate, _serial = with_key(applicant)
    pin = make_revocation_pin(applicant.id, clock.now())
    secret = check_pin(applicant.number, pin, PinKind.REVOCATION, now=clock.now()).id
    db.session.rollback()
    (slow,) = revoke_by_pin(secret, [certificate], HolderWish("end-of-use"), now=clock.now())
    with pytest.raises(RevocationError, match="revocation-open"):
        revoke_by_pin(secret, [certificate], HolderWish("damage"), now=clock.now())
    (stolen,) = revoke_by_pin(secret, [certificate], HolderWish("theft"), now=clock.now())
    assert request(slow).status is RevocationRequestStatus.OVERTAKEN
    assert request(stolen).status is RevocationRequestStatus.REVOKED
    assert db.session.get_one(PinSecret, secret).status is PinStatus.USED
