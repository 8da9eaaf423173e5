"""What an approved change opens and closes."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts import jobs
from app.accounts.errors import NoOpenAccountError, NotApprovedError
from app.accounts.services.cancel_account import cancel_account
from app.accounts.services.open_accounts import open_accounts
from app.accounts.services.open_further_user_ids import open_further_user_ids
from app.core import clock
from app.core.db import db
from models.accounts import CompanyAccount, Customer, PasswordLink
from models.applications import Application
from models.audit import AuditEntry
from models.enums import AccountStatus, ApplicationKind, ApplicationStatus
from models.promises import Promise
from tests.factories.accounts import Sealer, make_application


@pytest.fixture
def sealer(app: Flask) -> Iterator[Sealer]:
    sealer = Sealer()
    app.extensions["signer"] = sealer
    yield sealer


def change(first: Application, *items: str, names: tuple[str, ...] = (), days: int = 1) -> Application:
    made = make_application(*names, company=first.company)
    made.kind, made.change_items = ApplicationKind.CHANGE, list(items)
    made.approved_at = clock.now() + timedelta(days=days)
    db.session.commit()
    return made


def test_further_user_ids_come_under_the_company_id_that_is_there(sealer: Sealer) -> None:
    first = make_application("𠮷田 太郎")
    open_accounts(first.id, now=clock.now())
    further = change(first, "further_user_ids", names=("神谷 吾郎", "新井 花子"))
    jobs.open_further_user_ids(str(further.id))
    assert open_further_user_ids(further.id, now=clock.now()) == []  # safe to run twice
    account = db.session.scalars(select(CompanyAccount)).one()
    assert [customer.name for customer in account.customers] == [
        "株式会社髙﨑建設",
        "𠮷田 太郎",
        "神谷 吾郎",
        "新井 花子",
    ]
    charges = db.session.scalars(select(Promise).where(Promise.name == "app.billing.jobs.charge_account")).all()
    assert len(charges) == 4
    assert len(db.session.scalars(select(PasswordLink)).all()) == 1 + 2 * 3


def test_without_a_company_id_it_is_tried_again(sealer: Sealer) -> None:
    first = make_application("𠮷田 太郎")
    further = change(first, "further_user_ids", names=("神谷 吾郎",))
    with pytest.raises(NoOpenAccountError):
        jobs.open_further_user_ids(str(further.id))
    assert db.session.scalars(select(Customer)).all() == []


def test_only_an_approved_change_opens_or_closes(sealer: Sealer) -> None:
    waiting = make_application("神谷 吾郎", status=ApplicationStatus.REVIEWED)
    for service in (open_further_user_ids, cancel_account):
        with pytest.raises(NotApprovedError):
            service(waiting.id, now=clock.now())
    approved = make_application("𠮷田 太郎")  # approved, but no cancellation
    with pytest.raises(NotApprovedError):
        cancel_account(approved.id, now=clock.now())


def test_a_cancellation_closes_everything_that_was_there(sealer: Sealer) -> None:
    first, other = make_application("𠮷田 太郎"), make_application("他社 一郎")
    for each in (first, other):
        open_accounts(each.id, now=clock.now())
    before = {customer.id: customer.fs_uniquifier for customer in db.session.scalars(select(Customer))}
    cancelled = change(first, "cancellation")
    jobs.cancel_account(str(cancelled.id))
    assert cancel_account(cancelled.id, now=clock.now()) == 0  # safe to run twice
    db.session.rollback()
    accounts = {row.company_id: row for row in db.session.scalars(select(CompanyAccount))}
    closed, kept = accounts[first.company_id], accounts[other.company_id]
    assert (closed.status, kept.status) == (AccountStatus.CANCELLED, AccountStatus.OPEN)
    assert all(not each.active and each.fs_uniquifier != before[each.id] for each in closed.customers)
    assert all(each.active and each.fs_uniquifier == before[each.id] for each in kept.customers)
    links = db.session.scalars(select(PasswordLink)).all()
    for link in links:
        is_closed = link.customer.company_account_id == closed.id
        assert (link.expires_at <= clock.now(), link.sealed_value is None) == (is_closed, is_closed)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "account:cancel")).one()
    assert len(entry.detail["ids"]) == 2


def test_an_account_of_a_later_application_stays(sealer: Sealer) -> None:
    first = make_application("𠮷田 太郎")
    cancelled = change(first, "cancellation", days=-1)
    open_accounts(first.id, now=clock.now())  # opened after the cancellation was approved
    assert cancel_account(cancelled.id, now=clock.now()) == 0
