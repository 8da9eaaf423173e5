"""After a change unpaid invoices go to the new addressee; what was issued stays as it is."""

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from app.billing import jobs
from app.billing.documents.values import Issuer
from app.billing.errors import NoApprovedChangeError
from app.billing.rules.tax import Rounding
from app.billing.services.charge_account import charge_account
from app.billing.services.issue_invoice import Period, issue_invoice
from app.billing.services.readdress_invoices import readdress_invoices
from app.core import clock
from app.core.actor import Actor, ActorKind
from app.core.db import db
from models.applications import Application
from models.audit import AuditEntry
from models.billing import Invoice, InvoiceAddressee
from models.companies import Company, ContactPerson
from models.enums import ApplicationStatus, InvoiceStatus
from models.promises import Promise
from tests.integration.billing.conftest import Opened, open_account

CLERK = Actor(ActorKind.STAFF, uuid4(), "請求 花子")
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))
NOW = datetime(2026, 11, 30, 14, 59, tzinfo=UTC)
ISSUER = Issuer("株式会社サンプル認証", "T7000012050002", "〒105-0004 東京都港区新橋2-6-2", "03-0000-0000", ("銀行",))

pytestmark = pytest.mark.usefixtures("prices")


def issue(opened: Opened, customer_id: UUID, net: int) -> UUID:
    charge_account(customer_id)
    return issue_invoice(
        opened.account_id,
        NOVEMBER,
        expected_net=net,
        issuer=ISSUER,
        rounding=Rounding.FLOOR,
        actor=CLERK,
        now=NOW,
    )


def approve_change(opened: Opened, **contact: str) -> None:
    """What registration writes when a change is approved."""
    db.session.rollback()
    application = db.session.get_one(Application, opened.application_id)
    application.status, application.approved_at = ApplicationStatus.APPROVED, clock.now()
    application.closed_on = clock.today()
    company = db.session.get_one(Company, application.company_id)
    company.name, company.address = "新社名株式会社", "東京都千代田区丸の内一丁目"
    db.session.execute(update(ContactPerson).where(ContactPerson.company_id == company.id).values(**contact))
    db.session.commit()


def addressees() -> list[InvoiceAddressee]:
    db.session.rollback()
    return list(db.session.scalars(select(InvoiceAddressee)))


def test_unpaid_invoices_get_the_new_addressee_and_paid_ones_do_not(opened: Opened) -> None:
    stranger = open_account(2, "他社株式会社")
    unpaid = issue(opened, opened.company_id, 30000)
    paid = issue(opened, opened.second_user_id, 3333)
    issue(stranger, stranger.company_id, 30000)
    db.session.execute(update(Invoice).where(Invoice.id == paid).values(status=InvoiceStatus.PAID))
    db.session.commit()
    before = dict(db.session.get_one(Invoice, unpaid).recipient)
    approve_change(opened, name="新井 会計", email="kaikei@example.jp")
    jobs.readdress_invoices(str(opened.application_id))
    (row,) = addressees()
    assert row.invoice_id == unpaid
    assert (row.recipient["company_name"], row.recipient["address"]) == ("新社名株式会社", "東京都千代田区丸の内一丁目")
    assert (row.recipient["contact_name"], row.recipient["email"]) == ("新井 会計", "kaikei@example.jp")
    assert db.session.get_one(Invoice, unpaid).recipient == before  # 電子帳簿保存法施行規則4条1項3号
    promised = select(Promise.subject_id).where(Promise.name == "mailings.jobs.email_invoice_readdressed")
    assert db.session.scalars(promised).all() == [row.id]
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "invoice:readdress")).one()
    assert entry.subject_id == str(unpaid)


def test_twice_is_once_and_the_same_addressee_is_none(opened: Opened) -> None:
    issue(opened, opened.company_id, 30000)
    approve_change(opened, email="kaikei@example.jp")
    assert readdress_invoices(opened.application_id, now=clock.now()) == 1
    assert readdress_invoices(opened.application_id, now=clock.now()) == 0
    assert len(addressees()) == 1


def test_what_is_not_approved_readdresses_nothing(opened: Opened) -> None:
    issue(opened, opened.company_id, 30000)
    with pytest.raises(NoApprovedChangeError):
        readdress_invoices(opened.application_id, now=clock.now())
    with pytest.raises(NoApprovedChangeError):
        readdress_invoices(uuid4(), now=clock.now())
    assert addressees() == []
