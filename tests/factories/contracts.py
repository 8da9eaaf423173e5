"""Two companies with user IDs whose certificates our CA issued, and contracts between them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_der_x509_certificate
from flask import current_app

from app.contracts.services.create_contract import create_contract
from app.contracts.services.open_signing_code import open_signing_code
from app.contracts.services.open_signing_session import open_signing_session
from app.contracts.services.register_certificate import register_certificate
from app.contracts.services.seal_contract import seal_contract
from app.contracts.services.store_revision import Accepted
from app.contracts.services.submit_signature import submit_signature
from app.core.db import db
from app.security import actor_of
from app.signer import SignerClient
from issuance.rules.profile import Holder, Places, holder_certificate, serial_from, serial_text
from issuance.rules.profiles import BUILT_IN
from issuance.rules.signing_bytes import assemble, sign_bytes, unsigned
from models.accounts import CompanyAccount, Customer
from models.applications import Applicant
from models.certificates import CaCertificate, Certificate
from models.enrolments import Enrolment
from models.enums import CaKeyPurpose, CertificateStatus, CustomerKind, PinKind, PinStatus
from models.pin_secrets import PinSecret
from tests.factories.accounts import make_application, make_customer
from tests.factories.pdfs import make_pdf


@dataclass
class Signatory:
    """A user ID with the key and certificate on its token."""

    customer_id: UUID
    login_id: str
    key: Any
    der: bytes
    certificate_id: UUID

    @property
    def customer(self) -> Customer:
        return db.session.get_one(Customer, self.customer_id)

    def sign(self, data: bytes) -> bytes:
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        return self.key.sign(data, ec.ECDSA(hashes.SHA256()))

    def register(self) -> None:
        customer = self.customer
        register_certificate(customer.id, self.certificate_id, actor=actor_of(customer), now=now())


def now() -> datetime:
    return datetime.now(UTC)


def make_signatory(number: int, *, romaji: str, key: Any = None, registered: bool = True) -> Signatory:
    """A company of its own with a company ID, a user ID, and a certificate issued to its applicant."""
    application = make_application("山田 太郎")
    account = CompanyAccount(id=uuid4(), company_id=application.company_id, application_id=application.id)
    db.session.add(account)
    db.session.flush()
    applicant = application.applicants[0]
    applicant.name_romaji = romaji
    make_customer(CustomerKind.COMPANY_ID, login_id=f"C3000000{number}", account=account)
    customer = make_customer(CustomerKind.USER_ID, login_id=f"U2000000{number}", account=account)
    key = key or ec.generate_private_key(ec.SECP256R1())
    certificate = issue(applicant, key)
    person = Signatory(customer.id, customer.login_id, key, certificate.der or b"", certificate.id)
    if registered:
        person.register()
    return person


def issue(applicant: Applicant, key: Any) -> Certificate:
    """A certificate as issuance makes it, without the papers and PINs that lead there."""
    settings = current_app.extensions["settings"]
    ca_row = db.session.query(CaCertificate).filter_by(purpose=CaKeyPurpose.CA).one()
    ca = load_der_x509_certificate(ca_row.der)
    serial = serial_from(uuid4().bytes[:15])
    start = now().replace(microsecond=0) - timedelta(minutes=5)
    company = applicant.application.company
    holder = Holder(applicant.number, applicant.name, applicant.name_romaji, company.name, "", company.address, None)
    builder = holder_certificate(
        BUILT_IN.holder,
        holder,
        public_key=key.public_key(),
        serial=serial,
        not_before=start,
        not_after=start + timedelta(days=700),
        issuer=ca,
        places=Places(settings.public_url, settings.policy_oid_arc),
    )
    worker = SignerClient(settings.signer_dir / "worker.sock")
    tbs = unsigned(builder, ca.public_key()).tbs_certificate_bytes
    der = assemble(tbs, sign_bytes(tbs, issuer=worker, label="ca", issuer_key=ca.public_key()), ca.public_key())
    worker.close()
    certificate = load_der_x509_certificate(der)
    return _store(applicant, ca_row, certificate, tbs, serial_text(serial))


def _store(applicant: Applicant, ca: CaCertificate, found: Any, tbs: bytes, serial: str) -> Certificate:
    pin = PinSecret(
        id=uuid4(),
        applicant_id=applicant.id,
        kind=PinKind.APPLICATION,
        status=PinStatus.USED,
        verifier="-",
    )
    enrolment = Enrolment(
        id=uuid4(), applicant_id=applicant.id, application_pin_id=pin.id, consented_at=now(), created_at=now()
    )
    row = Certificate(
        id=uuid4(),
        serial=serial,
        enrolment_id=enrolment.id,
        applicant_id=applicant.id,
        ca_certificate_id=ca.id,
        profile_version=1,
        status=CertificateStatus.ACTIVE,
        tbs=tbs,
        der=found.public_bytes(Encoding.DER),
        sha256=found.fingerprint(hashes.SHA256()).hex(),
        subject=found.subject.rfc4514_string(),
        not_before=found.not_valid_before_utc,
        not_after=found.not_valid_after_utc,
        issued_at=now(),
    )
    for each in (pin, enrolment, row):
        db.session.add(each)
        db.session.flush()
    db.session.commit()
    return row


def make_contract(sender: Signatory, other: Signatory, *, sealed: bool = True, **given: Any) -> UUID:
    """A contract between the two, sealed unless told otherwise."""
    customer = sender.customer
    values = {"title": "宮田町倉庫新築工事", "amount": 33_000_000, "contract_date": date(2026, 11, 24)} | given
    contract_id = create_contract(
        values.pop("pdf", None) or make_pdf(),
        sender_id=customer.id,
        counterparty=other.login_id,
        actor=actor_of(customer),
        now=now(),
        **values,
    )
    if sealed:
        seal_contract(contract_id, now=now())
    return contract_id


def sign(contract_id: UUID, person: Signatory) -> Accepted:
    """One party's turn, from code to stored revision."""
    customer = person.customer
    code = open_signing_code(contract_id, customer_id=customer.id, actor=actor_of(customer), now=now())
    opened = open_signing_session(code, person.der, now=now())
    value = person.sign(opened.prepared.signed_attributes)
    return submit_signature(opened.session_id, code, value, now=now())
