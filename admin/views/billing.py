"""Billing: open charges per company ID, the decision to invoice them, and the register of invoices."""

from typing import Any
from uuid import UUID

from flask import Response, abort, current_app
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from wtforms import HiddenField

from admin.access import needs
from admin.base import PageView, RecordView
from admin.hrefs import url_for
from app import storage
from app.billing import queries
from app.billing.documents.values import Issuer
from app.billing.errors import NoCompanyAccountError
from app.billing.rules.charges import lines_of
from app.billing.rules.tax import Rounding, TaxLine, invoice_totals
from app.billing.services.issue_invoice import Period, issue_invoice
from app.core import clock
from app.core.db import db
from app.core.errors import NotFoundError
from app.core.forms import Form, InputRequired
from app.security import staff_actor
from models.billing import Charge, Invoice


class InvoiceForm(Form):
    """What the person looked at."""

    net = HiddenField(validators=[InputRequired()])


class BillingView(PageView):
    """Company IDs with charges that no invoice has yet."""

    title = _l("Billing")
    path = "billing"
    permission = "charge:read"

    @expose("/")
    @needs("charge:read")
    def index(self) -> ResponseReturnValue:
        return self.render("admin/billing/index.html", accounts=queries.list_open_accounts())

    @expose("/<uuid:account_id>/issue/", methods=["GET", "POST"])
    @needs("invoice:issue")
    def issue(self, account_id: UUID) -> ResponseReturnValue:
        """GET shows the invoice that would be; POST issues exactly that, or says what changed."""
        try:
            account = queries.get_account(account_id)
        except (NotFoundError, NoCompanyAccountError):
            abort(404)
        charges = _open_charges(account_id)
        totals = invoice_totals([TaxLine(each.amount, each.tax_percent) for each in charges], _rounding())
        form = InvoiceForm(net=str(sum(each.amount for each in charges)))

        def act() -> str:
            period = Period(min(each.occurred_on for each in charges), max(each.occurred_on for each in charges))
            issue_invoice(
                account_id,
                period,
                expected_net=int(form.net.data or 0),
                issuer=_issuer(),
                rounding=_rounding(),
                actor=staff_actor(),
                now=clock.now(),
            )
            return _("The invoice was issued; the billing contact is told by e-mail.")

        if not charges:
            return self.render("admin/billing/issue.html", account=account, lines=[], totals=None, form=form)
        return self.decide(
            form,
            act,
            template="admin/billing/issue.html",
            back=lambda: url_for("invoices.index_view"),
            account=account,
            lines=lines_of(charges),
            totals=totals,
        )


class InvoiceView(RecordView):
    """Every invoice; an issued one never changes."""

    model_class = Invoice
    title = _l("Invoices")
    path = "invoices"
    permission = "invoice:read"
    column_list = ("number", "issued_on", "recipient", "total", "due_on", "status")
    column_labels = {
        "number": _l("Number"),
        "issued_on": _l("Issued on"),
        "recipient": _l("Recipient"),
        "total": _l("Total"),
        "due_on": _l("Due"),
        "status": _l("State"),
    }
    column_formatters = {
        "recipient": lambda _view, _context, row, _name: row.recipient.get("company_name", ""),
        "total": lambda _view, _context, row, _name: f"¥{row.total:,}",
    }
    column_sortable_list = ("issued_on",)
    newest_first = "issued_on"
    list_template = "admin/billing/invoices.html"

    def row_href(self, row: Invoice) -> str:
        """The PDF itself."""
        return url_for(".pdf", invoice_id=row.id)

    def search(self, text: str) -> Any:
        return Invoice.number == text

    @expose("/<uuid:invoice_id>.pdf")
    @needs("invoice:read")
    def pdf(self, invoice_id: UUID) -> ResponseReturnValue:
        """The invoice as it was issued."""
        invoice = db.session.get(Invoice, invoice_id)
        if invoice is None or invoice.pdf_sha256 is None:
            abort(404)
        response = Response(storage.get(invoice.pdf_sha256), mimetype="application/pdf")
        response.headers["Content-Disposition"] = f'inline; filename="{invoice.number}.pdf"'
        return response


def _open_charges(account_id: UUID) -> list[Charge]:
    statement = select(Charge).where(Charge.company_account_id == account_id, Charge.invoice_id.is_(None))
    return list(db.session.scalars(statement.order_by(Charge.occurred_on, Charge.id)))


def _rounding() -> Rounding:
    return Rounding(current_app.extensions["settings"].tax_rounding)


def _issuer() -> Issuer:
    settings = current_app.extensions["settings"]
    return Issuer(
        settings.issuer_name,
        settings.issuer_registration_number,
        settings.issuer_address,
        settings.issuer_phone,
        tuple(line for line in settings.issuer_bank.split("|") if line),
    )
