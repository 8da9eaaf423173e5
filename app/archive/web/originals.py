"""The originals that an ID may read. A company ID reads those of all its user IDs."""

from uuid import UUID

from flask import Blueprint, Response, abort, render_template

from app import storage
from app.archive import queries
from app.archive.manifest import canonical
from app.security import current_customer, customer_required
from models.accounts import Customer
from models.originals import Original

archive = Blueprint("archive", __name__, url_prefix="/originals", template_folder="templates")


@archive.get("/")
@customer_required()
def index() -> str:
    """The originals, the newest first."""
    customer = _customer()
    return render_template("archive/index.html", originals=queries.list_originals(customer), customer=customer)


@archive.get("/<uuid:original_id>/<any('original.pdf', 'manifest.json', 'manifest.tst'):name>")
@customer_required()
def download(original_id: UUID, name: str) -> Response:
    """The original, its manifest in canonical form, or the time stamp over the manifest (RFC 3161 token, DER)."""
    original = _original(original_id)
    number = original.manifest["contract"]
    if name == "original.pdf":
        data, kind = storage.get(original.sha256), "application/pdf"
    elif name == "manifest.json":
        data, kind = canonical(original.manifest), "application/json"
    else:
        data, kind = original.time_stamp or abort(404), "application/timestamp-reply"
    response = Response(data, mimetype=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{number}-{name}"'
    return response


def _original(original_id: UUID) -> Original:
    for original, _contract in queries.list_originals(_customer()):
        if original.id == original_id:
            return original
    return abort(404)


def _customer() -> Customer:
    return current_customer() or abort(403)
