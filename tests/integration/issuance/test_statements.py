"""A statement that the holder signs: given by us, signed with the certificate's key, a short while ago; or refused."""

from datetime import timedelta
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from flask import Flask
from sqlalchemy import select

from app.core import clock
from app.core.db import db
from issuance.errors import StatementError
from issuance.rules.statements import Purpose
from issuance.services.check_statement import check_statement, give_statement
from models.audit import AuditEntry
from models.certificates import Certificate
from tests.factories.accounts import make_application
from tests.factories.certificates import HolderKey, issued_certificate

pytestmark = pytest.mark.hsm
KEYS = (ec.generate_private_key(ec.SECP256R1()), rsa.generate_private_key(public_exponent=65537, key_size=3072))


def certificate_for(key: HolderKey) -> tuple[UUID, str]:
    application = make_application("髙﨑 花子", services=("certificate",))
    application.company.name_romaji = "TAKASAKI KENSETSU K.K."
    application.applicants[0].name_romaji = "TAKASAKI HANAKO"
    db.session.commit()
    found = issued_certificate(application.applicants[0].id, key)
    serial = db.session.get_one(Certificate, found).serial
    db.session.rollback()
    return found, serial


def signed(key: HolderKey, data: bytes) -> bytes:
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(data, padding.PKCS1v15(), SHA256())
    return key.sign(data, ec.ECDSA(SHA256()))


@pytest.mark.parametrize("key", KEYS, ids=["P-256", "RSA-3072"])
def test_a_signed_statement_is_taken(app: Flask, authority: None, key: HolderKey) -> None:
    certificate_id, serial = certificate_for(key)
    data = give_statement(Purpose.REVOCATION, serial, {"circumstance": "loss"}, now=clock.now())
    checked = check_statement(data, signed(key, data), purpose=Purpose.REVOCATION, now=clock.now())
    assert checked.certificate.id == certificate_id
    assert checked.details == {"circumstance": "loss"}
    assert checked.holder.name == "髙﨑 花子"


def refused(
    data: bytes, signature: bytes, *, purpose: Purpose = Purpose.RECEIPT, later: timedelta = timedelta()
) -> str:
    with pytest.raises(StatementError) as caught:
        check_statement(data, signature, purpose=purpose, now=clock.now() + later)
    db.session.rollback()
    return caught.value.code


def test_what_is_not_taken(app: Flask, authority: None) -> None:
    key, other = KEYS[0], ec.generate_private_key(ec.SECP256R1())
    certificate_id, serial = certificate_for(key)
    data = give_statement(Purpose.RECEIPT, serial, {}, now=clock.now())
    good = signed(key, data)
    assert refused(data, good, purpose=Purpose.RENEWAL) == "statement-purpose"
    assert refused(data, good, later=timedelta(minutes=16)) == "statement-old"
    assert refused(b"x" + data, good) == "statement-form"
    made_up = data[:-65] + b"0" * 64 + b"\n"
    assert refused(made_up, signed(key, made_up)) == "statement-forged"
    unknown = give_statement(Purpose.RECEIPT, "31" + "0" * 30, {}, now=clock.now())
    assert refused(unknown, signed(key, unknown)) == "statement-certificate"
    assert refused(data, signed(other, data)) == "statement-signature"
    assert refused(data, key.sign(data, ec.ECDSA(SHA384()))) == "statement-signature"
    assert refused(data, b"") == "statement-signature"
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "statement:receipt")).all()
    assert [(entry.outcome, entry.subject_id) for entry in entries] == [("refused", str(certificate_id))] * 3
