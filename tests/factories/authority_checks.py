"""What `flask ca check` is tested with: certificates as they should be, rows changed past the services, forged certificates."""

from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import text, update

from app import signer
from app.core import clock
from app.core.db import db
from issuance import queries
from issuance.rules.profile import serial_text
from issuance.rules.signing_bytes import hash_for
from issuance.services.check_authority import begin_check, continue_check
from models.applications import Application
from models.authority_checks import AuthorityCheck
from models.certificates import Certificate
from models.enums import ApplicationStatus, CaKeyPurpose
from tests.factories.certificates import issued_certificate
from tests.factories.revocations import company_with


def holder(name: str = "吉田 太郎") -> UUID:
    """Key of a certificate as it should be: of an approved application."""
    application = company_with(name)
    db.session.execute(
        update(Application)
        .where(Application.id == application.id)
        .values(status=ApplicationStatus.APPROVED, approved_at=clock.now(), closed_on=clock.today())
    )
    applicant = application.applicants[0].id
    db.session.commit()
    return issued_certificate(applicant)


def run_check(*, batch: int = 200) -> AuthorityCheck:
    """A whole check."""
    check = begin_check(now=clock.now())
    while not continue_check(check, now=clock.now(), batch=batch):
        pass
    return db.session.get_one(AuthorityCheck, check)


def codes() -> set[str]:
    """Codes of what a whole check finds."""
    return {each["code"] for each in run_check().findings}


def sql(statement: str, **values: object) -> None:
    """Change rows past every service."""
    db.session.execute(text(statement), values)
    db.session.commit()


def change(row: Certificate, **values: object) -> None:
    """Change one certificate's row."""
    key = row.id
    db.session.rollback()
    db.session.execute(update(Certificate).where(Certificate.id == key).values(**values))
    db.session.commit()


def store(row: Certificate, found: x509.Certificate) -> None:
    """Put another certificate in its place, with columns that fit: only what it says itself is wrong."""
    change(
        row,
        der=found.public_bytes(Encoding.DER),
        tbs=found.tbs_certificate_bytes,
        sha256=found.fingerprint(SHA256()).hex(),
        subject=found.subject.rfc4514_string(),
        not_before=found.not_valid_before_utc,
        not_after=found.not_valid_after_utc,
        identity_anchor=found.not_valid_before_utc,
        serial=serial_text(found.serial_number),
    )


class Forge:
    """A certificate like another one, made by hand and signed with the CA's key."""

    def __init__(self, row: Certificate) -> None:
        original = x509.load_der_x509_certificate(row.der)
        self.serial, self.subject = original.serial_number, original.subject
        self.start, self.end = original.not_valid_before_utc, original.not_valid_after_utc
        self.key = original.public_key()
        self.extensions = {each.oid: (each.value, each.critical) for each in original.extensions}

    def set(self, value: x509.ExtensionType) -> "Forge":
        """Another value of an extension that is there."""
        self.extensions[value.oid] = (value, self.extensions[value.oid][1])
        return self

    def sign(self, *, label: str = "ca") -> x509.Certificate:
        """Sign it with a key of the authority."""
        ca = queries.load(queries.get_authority(CaKeyPurpose.CA))
        builder = x509.CertificateBuilder(ca.subject, self.subject, self.key, self.serial, self.start, self.end)
        for value, critical in self.extensions.values():
            builder = builder.add_extension(value, critical)
        key = signer.current().private_key(label)
        return builder.sign(key, hash_for(key.public_key()))
