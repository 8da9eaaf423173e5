"""A certificate request: which token, which key, what the token's maker says, and the same request again."""

from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from flask import Flask
from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.core.errors import DomainError
from issuance import jobs
from issuance.services.request_certificate import Origin, request_certificate
from models.audit import AuditEntry
from models.enrolments import Enrolment
from models.enums import EnrolmentStatus
from models.tokens import TokenModel
from tests.factories.makers import Maker
from tests.integration.test_main_line import Story, make_csr

pytestmark = pytest.mark.hsm


class Asker:
    """A holder with a key and a ダウンロードPIN."""

    def __init__(self, story: Story) -> None:
        self.story, self.pin = story, story.open()
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.serial = story.token.serial_number

    def ask(self, *, key: object = None, attestation: bytes = b"", serial: str = "") -> UUID:
        db.session.rollback()
        return request_certificate(
            self.story.number,
            self.pin,
            make_csr(key or self.key),  # type: ignore[arg-type]
            origin=Origin(serial or self.serial, attestation=attestation),
            now=clock.now(),
        )

    def refused(self, **options: object) -> str:
        with pytest.raises(DomainError) as caught:
            self.ask(**options)  # type: ignore[arg-type]
        db.session.rollback()
        entry = db.session.scalars(
            select(AuditEntry).where(AuditEntry.event == "enrolment:request").order_by(AuditEntry.seq.desc())
        ).first()
        assert entry is not None
        assert (entry.outcome, entry.detail["error"]) == ("refused", caught.value.code)
        assert db.session.scalars(select(Enrolment)).one().status is EnrolmentStatus.OPENED
        return caught.value.code


@pytest.fixture
def asker(app: Flask, authority: None) -> Asker:
    story = Story(app)
    story.deliver()
    return Asker(story)


def describe(**values: object) -> None:
    """Give the model of the token these properties."""
    model = db.session.scalars(select(TokenModel)).one()
    for name, value in {"key_kinds": ["secp256r1", "rsa-2048"], **values}.items():
        setattr(model, name, value)
    db.session.commit()


def row() -> Enrolment:
    db.session.rollback()
    return db.session.scalars(select(Enrolment)).one()


def test_a_true_attestation_is_kept(asker: Asker) -> None:
    maker = Maker()
    describe(attestation_root=maker.root_der)
    given = maker.chain(asker.key.public_key(), asker.serial)
    asker.ask(attestation=given)
    assert (row().attested, row().attestation, row().attestation_note) == (True, given, "")
    detail = db.session.scalars(select(AuditEntry.detail).where(AuditEntry.event == "enrolment:request")).one()
    assert detail["attested"] is True


def test_a_forged_attestation_is_refused_and_the_pin_stays_usable(asker: Asker) -> None:
    maker = Maker()
    describe(attestation_root=maker.root_der)
    public = asker.key.public_key()
    other = ec.generate_private_key(ec.SECP256R1()).public_key()
    assert asker.refused(attestation=Maker().chain(public, asker.serial)) == "attestation-chain"
    assert asker.refused(attestation=maker.chain(other, asker.serial)) == "attestation-key"
    assert asker.refused(attestation=maker.chain(public, "SN-9")) == "attestation-serial"
    assert asker.refused(attestation=b"-----BEGIN") == "attestation-malformed"
    asker.ask(attestation=maker.chain(public, asker.serial))
    assert row().attested


@pytest.mark.parametrize(
    ("root", "attestation", "note"),
    [(None, b"something", "no-root"), (Maker().root_der, b"", "not-sent")],
    ids=["model-without-root", "nothing-sent"],
)
def test_what_nobody_vouches_for_is_recorded_so(
    asker: Asker, root: bytes | None, attestation: bytes, note: str
) -> None:
    describe(attestation_root=root)
    asker.ask(attestation=attestation)
    assert (row().attested, row().attestation_note) == (False, note)
    detail = db.session.scalars(select(AuditEntry.detail).where(AuditEntry.event == "enrolment:request")).one()
    assert (detail["attested"], detail["attestation_note"]) == (False, note)


def test_only_keys_that_the_model_is_approved_for(asker: Asker) -> None:
    describe(key_kinds=["rsa-2048"])
    assert asker.refused() == "key-not-of-model"
    asker.ask(key=rsa.generate_private_key(65537, 2048))
    assert row().attestation_note == "no-root"


def test_a_model_that_is_not_approved_any_more(asker: Asker) -> None:
    describe(approved=False)
    assert asker.refused() == "token-model"


def test_no_token_and_another_persons_token(asker: Asker) -> None:
    assert asker.refused(serial=" ") == "token-not-yours"
    assert asker.refused(serial="SN-2" if asker.serial == "SN-1" else "SN-1") == "token-not-yours"


def test_the_same_key_is_the_same_request_before_and_after_the_issue(asker: Asker) -> None:
    first = asker.ask()
    assert asker.ask() == first
    jobs.issue_certificate(str(first))
    assert asker.ask() == first
    with pytest.raises(DomainError) as caught:
        asker.ask(key=ec.generate_private_key(ec.SECP256R1()))
    assert caught.value.code == "pin-used"
