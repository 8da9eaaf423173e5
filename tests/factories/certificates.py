"""A real certificate for an applicant, issued by the authority of the test, without the letter's whole way."""

from uuid import UUID, uuid4

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID
from sqlalchemy import select

from app.core import clock
from app.core.db import db
from issuance.services.issue_certificate import issue_certificate
from models.certificates import Certificate
from models.enrolments import Enrolment
from models.enums import EnrolmentStatus, PinKind, PinStatus
from models.pin_secrets import PinSecret

HolderKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def requested_enrolment(applicant_id: UUID, key: HolderKey | None = None) -> UUID:
    """An enrolment whose request was accepted: both PINs reserved, the CSR there."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "holder")])
    csr = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())
    spki = csr.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    digest = hashes.Hash(hashes.SHA256())
    digest.update(spki)
    pins = [
        PinSecret(id=uuid4(), kind=kind, applicant_id=applicant_id, verifier="v", status=PinStatus.RESERVED)
        for kind in (PinKind.APPLICATION, PinKind.DOWNLOAD)
    ]
    db.session.add_all(pins)
    db.session.flush()
    enrolment = Enrolment(
        id=uuid4(),
        applicant_id=applicant_id,
        application_pin_id=pins[0].id,
        download_pin_id=pins[1].id,
        status=EnrolmentStatus.REQUESTED,
        consented_at=clock.now(),
        csr=csr.public_bytes(Encoding.DER),
        spki_sha256=digest.finalize().hex(),
        requested_at=clock.now(),
    )
    db.session.add(enrolment)
    db.session.commit()
    return enrolment.id


def issued_certificate(applicant_id: UUID, key: HolderKey | None = None) -> UUID:
    """Key of a valid certificate of this applicant."""
    enrolment = requested_enrolment(applicant_id, key)
    issue_certificate(enrolment, now=clock.now())
    found = db.session.scalars(select(Certificate.id).where(Certificate.enrolment_id == enrolment)).one()
    db.session.rollback()
    return found
