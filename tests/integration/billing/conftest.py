"""A company with its IDs, and prices."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from flask import Flask

from app.billing.rules.price_file import PriceLine
from app.billing.services.load_prices import load_prices
from app.core.actor import SYSTEM
from app.core.db import db
from models import (
    Applicant,
    Application,
    Company,
    CompanyAccount,
    ContactPerson,
    Customer,
    Envelope,
    StaffUser,
)
from models.enums import ContactRole, CustomerKind

OPENED = datetime(2026, 11, 2, 15, 30, tzinfo=UTC)  # 3 November in Japan
OPENED_ON = date(2026, 11, 3)
PRICES = {"contract_service": 30000, "user_id": 3333, "etoken": 6500, "certificate": 24000}


@dataclass
class Opened:
    """Ids of a company account and its customers."""

    application_id: UUID
    applicant_id: UUID
    account_id: UUID
    company_id: UUID  # the customer row of the company ID
    first_user_id: UUID
    second_user_id: UUID


def open_account(number: int = 1, company_name: str = "株式会社髙﨑建設") -> Opened:
    """A company account as registration and accounts leave it."""
    staff = StaffUser(
        id=uuid4(),
        email=f"r{number}@x.example",
        name="受付",
        active=True,
        fs_uniquifier=uuid4().hex,
        roles=["reception"],
    )
    company = Company(
        id=uuid4(), name=company_name, postal_code="317-0055", address="茨城県日立市宮田町六丁目７番１４号"
    )
    contact = ContactPerson(
        company_id=company.id, role=ContactRole.BILLING, name="葛󠄀城　葵", department="経理部", email="keiri@x.example"
    )
    envelope = Envelope(id=uuid4(), item_number=f"{31520000000 + number}", received_on=OPENED_ON, received_by=staff.id)
    application = Application(
        id=uuid4(),
        number=f"A-2026-{number:06d}",
        services=["contract", "certificate"],
        envelope_id=envelope.id,
        company_id=company.id,
        received_on=OPENED_ON,
    )
    applicant = Applicant(
        id=uuid4(), number=f"{application.number}-1", application_id=application.id, position=1, name="𠮷田　髙志"
    )
    account = CompanyAccount(id=uuid4(), company_id=company.id, application_id=application.id)
    for row in (staff, company, contact, envelope, application, applicant, account):
        db.session.add(row)
        db.session.flush()
    ids = []
    for position, kind in enumerate((CustomerKind.COMPANY_ID, CustomerKind.USER_ID, CustomerKind.USER_ID)):
        letter = "C" if kind is CustomerKind.COMPANY_ID else "U"
        customer = Customer(
            id=uuid4(),
            login_id=f"{letter}{10000000 + number * 10 + position}",
            kind=kind,
            company_account_id=account.id,
            name=company_name,
            email="x@x.example",
            fs_uniquifier=uuid4().hex,
            created_at=OPENED,
        )
        db.session.add(customer)
        db.session.flush()
        ids.append(customer.id)
    opened = Opened(application.id, applicant.id, account.id, *ids)
    db.session.commit()
    return opened


@pytest.fixture
def opened(app: Flask) -> Opened:
    """One company account."""
    return open_account()


@pytest.fixture
def prices(app: Flask) -> dict[str, int]:
    """A price list valid from 1 April 2026."""
    load_prices(
        [PriceLine(code, date(2026, 4, 1), amount, 10, f"品名 {code}", code) for code, amount in PRICES.items()],
        actor=SYSTEM,
    )
    return PRICES


@pytest.fixture(autouse=True)
def _storage(signer_process: None) -> None:
    """Invoices are stored encrypted: the real signing process wraps their keys."""
