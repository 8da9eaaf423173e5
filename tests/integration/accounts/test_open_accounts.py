"""IDs follow from an approved application, once."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.errors import NotApprovedError
from app.accounts.rules.links import hash_token
from app.accounts.services.forget_password_link import forget_password_link
from app.accounts.services.open_accounts import open_accounts
from app.core.db import db
from models.accounts import CompanyAccount, Customer, PasswordLink
from models.audit import AuditEntry
from models.enums import ApplicationStatus, CustomerKind
from models.promises import Promise
from tests.factories.accounts import NOW, Sealer, make_application


@pytest.fixture
def sealer(app: Flask) -> Iterator[Sealer]:
    sealer = Sealer()
    app.extensions["signer"] = sealer
    yield sealer


def promised(name: str) -> int:
    return len(db.session.scalars(select(Promise).where(Promise.name == name)).all())


def customers() -> list[Customer]:
    return list(db.session.scalars(select(Customer).order_by(Customer.login_id)))


def test_company_id_and_user_id_with_their_links(sealer: Sealer) -> None:
    application = make_application("𠮷田 神谷")

    opened = open_accounts(application.id, now=NOW)

    company, user = customers()
    assert {company.id, user.id} == set(opened)
    assert (company.kind, company.name, company.email) == (
        CustomerKind.COMPANY_ID,
        "株式会社髙﨑建設",
        "contact@example.jp",
    )
    assert (user.kind, user.name, user.email) == (CustomerKind.USER_ID, "𠮷田 神谷", "user1@example.jp")
    assert company.login_id[0] == "C"
    assert user.login_id[0] == "U"
    links = db.session.scalars(select(PasswordLink)).all()
    assert sorted((link.customer.login_id[0], link.recipient) for link in links) == [
        ("C", "contact@example.jp"),
        ("U", "contact@example.jp"),
        ("U", "user1@example.jp"),
    ]
    assert promised("mailings.jobs.email_login") == 3
    assert promised("app.billing.jobs.charge_account") == 2
    events = db.session.scalars(select(AuditEntry.event).order_by(AuditEntry.seq)).all()
    assert events == ["account:open", "customer:open", "customer:open"]


def test_a_link_is_kept_as_hash_and_seal_until_mailed(sealer: Sealer) -> None:
    open_accounts(make_application().id, now=NOW)
    link = db.session.scalars(select(PasswordLink)).one()

    assert link.sealed_value is not None
    token = sealer.unwrap(link.sealed_value, link.seal_context).decode()
    assert hash_token(token) == link.token_sha256

    forget_password_link(link.id)
    forget_password_link(link.id)
    assert db.session.get_one(PasswordLink, link.id).sealed_value is None


def test_a_second_run_opens_nothing(sealer: Sealer) -> None:
    application = make_application("山田 太郎")
    open_accounts(application.id, now=NOW)

    assert open_accounts(application.id, now=NOW) == []
    assert len(customers()) == 2
    assert promised("mailings.jobs.email_login") == 3


def test_a_later_application_adds_user_ids_to_the_same_company_id(sealer: Sealer) -> None:
    first = make_application("山田 太郎")
    open_accounts(first.id, now=NOW)
    second = make_application("鈴木 花子", company=first.company)

    assert len(open_accounts(second.id, now=NOW)) == 1
    assert len(db.session.scalars(select(CompanyAccount)).all()) == 1
    assert [customer.kind for customer in customers()] == [
        CustomerKind.COMPANY_ID,
        CustomerKind.USER_ID,
        CustomerKind.USER_ID,
    ]


def test_one_address_gets_one_link(sealer: Sealer) -> None:
    application = make_application("連絡 葵")
    application.applicants[0].user_id_email = "contact@example.jp"
    db.session.commit()

    open_accounts(application.id, now=NOW)

    assert promised("mailings.jobs.email_login") == 2


def test_a_certificate_alone_opens_nothing(sealer: Sealer) -> None:
    assert open_accounts(make_application("山田 太郎", services=("certificate",)).id, now=NOW) == []
    assert customers() == []


@pytest.mark.parametrize("status", [ApplicationStatus.RECEIVED, ApplicationStatus.REVIEWED, ApplicationStatus.REFUSED])
def test_only_approved_applications(sealer: Sealer, status: ApplicationStatus) -> None:
    application = make_application("山田 太郎", status=status)

    with pytest.raises(NotApprovedError):
        open_accounts(application.id, now=NOW)
    assert customers() == []
