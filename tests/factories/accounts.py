"""Companies with approved applications, and the IDs that follow from them."""

import os
from datetime import UTC, datetime
from uuid import uuid4

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Flask
from flask.testing import FlaskClient

from app.core.db import db
from models.accounts import CompanyAccount, Customer
from models.applications import Applicant, Application, Envelope
from models.companies import Company, ContactPerson
from models.enums import ApplicationStatus, ContactRole, CustomerKind
from tests.factories.staff import PASSWORD, form_token, hashed, make_staff

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
CLOSED = {ApplicationStatus.APPROVED, ApplicationStatus.REFUSED}


class Sealer:
    """Seals in this process. The signing process has tests of its own."""

    def __init__(self) -> None:
        self._key = AESGCM(os.urandom(32))

    def wrap(self, plaintext: bytes, aad: bytes) -> bytes:
        """Encrypt, bound to `aad`."""
        nonce = os.urandom(12)
        return nonce + self._key.encrypt(nonce, plaintext, aad)

    def unwrap(self, sealed: bytes, aad: bytes) -> bytes:
        """Decrypt what `wrap` made."""
        return self._key.decrypt(sealed[:12], sealed[12:], aad)


def make_application(
    *applicants: str,
    services: tuple[str, ...] = ("contract", "certificate"),
    status: ApplicationStatus = ApplicationStatus.APPROVED,
    company: Company | None = None,
) -> Application:
    """An application of one company, with one applicant per name; form 6's address is `user1@…`, `user2@…`."""
    number = db.session.query(Application).count() + 1
    clerk = make_staff("reception", email=f"clerk{number}@example.jp")
    if company is None:
        company = Company(
            id=uuid4(), name="株式会社髙﨑建設", postal_code="317-0055", address="茨城県日立市宮田町六丁目"
        )
        contact = ContactPerson(role=ContactRole.CONTACT, name="連絡 葵", email="contact@example.jp")
        company.contacts.append(contact)
    envelope = Envelope(item_number=f"{number:011d}", received_on=NOW.date(), received_by=clerk.id)
    db.session.add_all([company, envelope])
    db.session.flush()
    application = Application(
        number=f"A-2026-{number:06d}",
        status=status,
        approved_at=NOW if status is ApplicationStatus.APPROVED else None,
        closed_on=NOW.date() if status in CLOSED else None,
        services=list(services),
        envelope_id=envelope.id,
        company_id=company.id,
        received_on=NOW.date(),
    )
    for position, name in enumerate(applicants, start=1):
        application.applicants.append(
            Applicant(
                number=f"{application.number}-{position}",
                position=position,
                name=name,
                user_id_email=f"user{position}@example.jp",
            )
        )
    db.session.add(application)
    db.session.commit()
    return application


def make_customer(
    kind: CustomerKind = CustomerKind.USER_ID, *, login_id: str = "U20000001", account: CompanyAccount | None = None
) -> Customer:
    """An ID that signs in with PASSWORD, of its own company unless an account is given."""
    if account is None:
        application = make_application()
        account = CompanyAccount(id=uuid4(), company_id=application.company_id, application_id=application.id)
        db.session.add(account)
        db.session.flush()
    customer = Customer(
        id=uuid4(),
        login_id=login_id,
        kind=kind,
        company_account_id=account.id,
        name="山田 太郎",
        email="yamada@example.jp",
        password=hashed(PASSWORD),
        fs_uniquifier=uuid4().hex,
    )
    db.session.add(customer)
    db.session.commit()
    return customer


def sign_in_customer(app: Flask, login_id: str, password: str = PASSWORD) -> FlaskClient:
    """A client that has tried to sign in to the site through the page."""
    client = app.test_client()
    data = {"login_id": login_id, "password": password, "csrf_token": form_token(client, "/login")}
    client.post("/login", data=data)
    return client
