"""After a cancellation nobody of the company signs in, and whoever was signed in is out."""

from flask import Flask

from app.accounts.services.cancel_account import cancel_account
from app.core import clock
from app.core.db import db
from models.enums import ApplicationKind, CustomerKind
from tests.factories.accounts import make_application, make_customer, sign_in_customer


def test_sign_in_is_refused_from_then_on(site: Flask) -> None:
    user = make_customer(login_id="U20000001")
    make_customer(CustomerKind.COMPANY_ID, login_id="C20000002", account=user.company_account)
    inside = sign_in_customer(site, "U20000001")
    assert inside.get("/account").status_code == 200
    cancelled = make_application("担当", company=user.company_account.company)
    cancelled.kind, cancelled.change_items = ApplicationKind.CHANGE, ["cancellation"]
    cancelled.approved_at = clock.now()
    db.session.commit()

    assert cancel_account(cancelled.id, now=clock.now()) == 1

    assert inside.get("/account").status_code == 302  # the open session too
    for login_id in ("U20000001", "C20000002"):
        assert sign_in_customer(site, login_id).get("/account").status_code == 302
