"""Registers of companies and of the IDs that were opened for them."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import or_
from sqlalchemy.orm import joinedload

from admin.base import RecordView
from admin.listing import found_by
from app.core.search import Search
from models.accounts import CompanyAccount, Customer
from models.companies import Company


class CompanyView(RecordView):
    """Companies as their papers show them."""

    model_class = Company
    title = _l("Companies")
    path = "companies"
    permission = "company:read"
    column_list = ("name", "corporate_number", "address", "representative_name")
    column_details_list = (
        "name",
        "name_kana",
        "name_romaji",
        "corporate_number",
        "postal_code",
        "address",
        "representative_title",
        "representative_name",
    )
    column_labels = {  # noqa: RUF012  Flask-Admin reads this class attribute
        "name": _l("Company"),
        "name_kana": _l("Kana"),
        "name_romaji": _l("Name in Latin letters"),
        "corporate_number": _l("Corporate number"),
        "postal_code": _l("Postal code"),
        "address": _l("Head office"),
        "representative_title": _l("Title of the representative"),
        "representative_name": _l("Representative"),
    }
    column_sortable_list = ("name",)
    newest_first = "name"
    descending = False

    def search(self, text: str) -> Any:  # noqa: ANN401
        return or_(Company.name.startswith(text, autoescape=True), Company.corporate_number == text)


class CompanyAccountView(RecordView):
    """Company IDs: what gets invoiced."""

    model_class = CompanyAccount
    title = _l("Company IDs")
    path = "company-accounts"
    permission = "account:read"
    column_list = ("company", "department", "status", "created_at")
    column_labels = {  # noqa: RUF012
        "company": _l("Company"),
        "department": _l("Department"),
        "status": _l("State"),
        "created_at": _l("Opened"),
    }
    column_details_list = ("company", "department", "status", "created_at")
    column_formatters = {"company": lambda _view, _context, row, _name: row.company.name}  # noqa: RUF012
    column_formatters_detail = column_formatters
    column_sortable_list = ()
    details_template = "admin/billing/account.html"
    newest_first = "id"

    def eager(self) -> tuple[Any, ...]:
        return (joinedload(CompanyAccount.company),)


class CustomerView(RecordView):
    """Everybody who may sign in to the site."""

    model_class = Customer
    title = _l("Customer sign-ins")
    path = "customers"
    permission = "account:read"
    column_list = ("login_id", "kind", "name", "email", "company_account", "active", "created_at")
    column_labels = {  # noqa: RUF012
        "login_id": _l("ID"),
        "kind": _l("Kind"),
        "name": _l("Name"),
        "email": _l("E-mail"),
        "company_account": _l("Company"),
        "active": _l("Active"),
        "created_at": _l("Opened"),
    }
    column_details_list = ("login_id", "kind", "name", "email", "company_account", "active", "created_at")
    column_formatters = {  # noqa: RUF012
        "company_account": lambda _view, _context, row, _name: row.company_account.company.name
    }
    column_formatters_detail = column_formatters
    column_sortable_list = ("login_id",)
    newest_first = "login_id"

    def search(self, text: str) -> Any:  # noqa: ANN401
        each = (Customer.login_id == text.upper(), Customer.name.startswith(text, autoescape=True))
        return Search(or_(*each), found_by(Customer, *each))

    def eager(self) -> tuple[Any, ...]:
        return (joinedload(Customer.company_account).joinedload(CompanyAccount.company),)
