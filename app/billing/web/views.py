"""A company ID reads its invoices. User IDs do not see them: invoices go to the company ID (guide p. 1)."""

from uuid import UUID

from flask import Blueprint, Response, abort, render_template

from app import storage
from app.billing import queries
from app.core.errors import NotFoundError
from app.security import current_customer, customer_required
from models.accounts import Customer
from models.enums import CustomerKind

billing = Blueprint("billing", __name__, url_prefix="/invoices", template_folder="templates")


@billing.get("/")
@customer_required(CustomerKind.COMPANY_ID)
def index() -> str:
    """The company's invoices, the newest first."""
    return render_template("billing/index.html", invoices=queries.list_invoices_of(_customer().company_account_id))


@billing.get("/<uuid:invoice_id>/")
@customer_required(CustomerKind.COMPANY_ID)
def show(invoice_id: UUID) -> str:
    """One invoice with its lines and taxes."""
    try:
        invoice = queries.get_invoice_of(_customer().company_account_id, invoice_id)
    except NotFoundError:
        abort(404)
    return render_template("billing/show.html", invoice=invoice, lines=queries.lines_of_invoice(invoice))


@billing.get("/<uuid:invoice_id>/<number>.pdf")
@customer_required(CustomerKind.COMPANY_ID)
def download(invoice_id: UUID, number: str) -> Response:
    """The invoice as it was issued."""
    try:
        invoice = queries.get_invoice_of(_customer().company_account_id, invoice_id)
    except NotFoundError:
        abort(404)
    if invoice.number != number:
        abort(404)
    return Response(
        storage.get(invoice.pdf_sha256),
        mimetype="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{invoice.number}.pdf"'},
    )


def _customer() -> Customer:
    customer = current_customer()
    if customer is None:
        abort(403)
    return customer
