"""Issuing: all open charges of the period, one number, one rounding per rate, once."""

import threading
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import InternalError, ProgrammingError

from app import storage
from app.audit.verify import verify_chain
from app.billing.documents.values import Issuer
from app.billing.errors import (
    ChargesChangedError,
    NoBillingContactError,
    NothingToInvoiceError,
)
from app.billing.rules.tax import Rounding
from app.billing.services.charge_account import charge_account
from app.billing.services.issue_invoice import Period, issue_invoice
from app.core.actor import Actor, ActorKind
from app.core.db import db
from models import AuditEntry, Charge, Invoice, Promise
from tests.integration.billing.conftest import Opened, open_account

CLERK = Actor(ActorKind.STAFF, uuid4(), "請求 花子")
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))
NOW = datetime(2026, 11, 30, 14, 59, tzinfo=UTC)  # one minute before December in Japan
ISSUER = Issuer("株式会社サンプル認証", "T7000012050002", "〒105-0004 東京都港区新橋2-6-2", "03-0000-0000", ("銀行",))

pytestmark = pytest.mark.usefixtures("prices")


def issue(account_id: UUID, expected_net: int, *, now: datetime = NOW, rounding: Rounding = Rounding.FLOOR) -> UUID:
    return issue_invoice(
        account_id, NOVEMBER, expected_net=expected_net, issuer=ISSUER, rounding=rounding, actor=CLERK, now=now
    )


def charge(opened: Opened) -> int:
    """30,000 for the company ID and 3,333 for a second user ID."""
    charge_account(opened.company_id)
    charge_account(opened.second_user_id)
    return 33333


def test_the_invoice_takes_every_open_charge_and_rounds_once(opened: Opened) -> None:
    invoice_id = issue(opened.account_id, charge(opened))
    invoice = db.session.get_one(Invoice, invoice_id)
    assert (invoice.number, invoice.net, invoice.tax, invoice.total) == ("INV-2026-00001", 33333, 3333, 36666)
    assert invoice.totals_by_rate == [{"percent": 10, "base": 33333, "tax": 3333}]
    assert (invoice.issued_on, invoice.due_on) == (date(2026, 11, 30), date(2026, 12, 31))
    assert (invoice.recipient["company_name"], invoice.recipient["contact_name"]) == ("株式会社髙﨑建設", "葛󠄀城　葵")
    assert {charge.invoice_id for charge in db.session.scalars(select(Charge))} == {invoice_id}
    assert storage.get(invoice.pdf_sha256).startswith(b"%PDF-")
    promised = select(Promise.subject_id).where(Promise.name == "mailings.jobs.email_invoice")
    assert db.session.scalars(promised).all() == [invoice_id]
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "invoice:issue")).one()
    assert (entry.actor_name, entry.detail["total"]) == ("請求 花子", 36666)
    assert verify_chain().is_intact


@pytest.mark.parametrize(("rounding", "tax"), [(Rounding.FLOOR, 3333), (Rounding.HALF_UP, 3333), (Rounding.CEIL, 3334)])
def test_the_rounding_is_the_issuers(opened: Opened, rounding: Rounding, tax: int) -> None:
    invoice = db.session.get_one(Invoice, issue(opened.account_id, charge(opened), rounding=rounding))
    assert invoice.tax == tax


def test_numbers_have_no_gap_and_begin_anew_each_year(opened: Opened) -> None:
    charge(opened)
    other = open_account(2, "東日本資材株式会社")
    charge(other)
    with pytest.raises(ChargesChangedError):
        issue(opened.account_id, 1)
    first, second = issue(other.account_id, 33333), issue(opened.account_id, 33333)
    third = open_account(3, "西日本建設")
    charge(third)
    in_japan_next_year = datetime(2026, 12, 31, 15, 0, tzinfo=UTC)
    numbers = [
        db.session.get_one(Invoice, key).number
        for key in (first, second, issue(third.account_id, 33333, now=in_japan_next_year))
    ]
    assert numbers == ["INV-2026-00001", "INV-2026-00002", "INV-2027-00001"]


def test_nothing_to_invoice(opened: Opened) -> None:
    with pytest.raises(NothingToInvoiceError):
        issue(opened.account_id, 0)


def test_a_charge_outside_the_period_stays_open(opened: Opened) -> None:
    charge(opened)
    december = Period(date(2026, 12, 1), date(2026, 12, 31))
    with pytest.raises(NothingToInvoiceError):
        issue_invoice(
            opened.account_id,
            december,
            expected_net=33333,
            issuer=ISSUER,
            rounding=Rounding.FLOOR,
            actor=CLERK,
            now=NOW,
        )


def test_what_was_looked_at_is_what_is_issued(opened: Opened) -> None:
    charge_account(opened.company_id)
    seen = 30000
    charge_account(opened.second_user_id)
    with pytest.raises(ChargesChangedError) as caught:
        issue(opened.account_id, seen)
    assert caught.value.fields == {"expected": 30000, "found": 33333}
    assert db.session.scalars(select(Invoice)).all() == []


def test_without_a_billing_contact_nothing_is_issued(opened: Opened) -> None:
    net = charge(opened)
    db.session.execute(db.text("DELETE FROM contact_person"))
    db.session.commit()
    with pytest.raises(NoBillingContactError):
        issue(opened.account_id, net)
    assert db.session.scalars(select(Invoice)).all() == []


def test_two_people_issue_at_once_and_one_invoice_results(app: Flask, opened: Opened) -> None:
    """The interleaving is forced: both have begun before either may commit."""
    net = charge(opened)
    together, outcomes = threading.Barrier(2), []

    def person() -> None:
        with app.app_context():
            db.session.execute(select(1))
            together.wait(timeout=10)
            try:
                issue(opened.account_id, net)
                outcomes.append("issued")
            except NothingToInvoiceError:
                outcomes.append("nothing left")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=person) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(outcomes) == ["issued", "nothing left"]
    assert db.session.scalars(select(Invoice.number)).all() == ["INV-2026-00001"]


def test_many_companies_at_once_get_numbers_without_gap_or_double(app: Flask) -> None:
    opened = [open_account(number, f"会社{number}") for number in range(1, 7)]
    for each in opened:
        charge(each)
    together = threading.Barrier(len(opened))

    def person(account_id: UUID) -> None:
        with app.app_context():
            together.wait(timeout=10)
            issue(account_id, 33333)
            db.session.remove()

    threads = [threading.Thread(target=person, args=(each.account_id,)) for each in opened]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    numbers = db.session.scalars(select(Invoice.sequence).order_by(Invoice.sequence)).all()
    assert numbers == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("change", [{"total": 1, "net": 1, "tax": 0}, {"number": "INV-2026-00002"}, {"recipient": {}}])
def test_the_database_refuses_to_change_an_issued_invoice(opened: Opened, change: dict[str, object]) -> None:
    issue(opened.account_id, charge(opened))
    with pytest.raises((InternalError, ProgrammingError), match="an issued invoice stays as it is"):
        db.session.execute(update(Invoice).values(**change))
    db.session.rollback()
    with pytest.raises((InternalError, ProgrammingError), match="an issued invoice stays as it is"):
        db.session.execute(db.delete(Invoice))
    db.session.rollback()
    with pytest.raises((InternalError, ProgrammingError), match="a charge stays as it was made"):
        db.session.execute(update(Charge).values(invoice_id=None))
    db.session.rollback()
