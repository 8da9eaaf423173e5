"""The contract pages of the site. A company ID reads them; what acts is for user IDs."""

from uuid import UUID

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import storage
from app.contracts import certificates, queries
from app.contracts.errors import UnfitPdfError
from app.contracts.queries import PAGE, Search
from app.contracts.services.create_contract import create_contract
from app.contracts.web.forms import NewContractForm, SearchForm
from app.contracts.web.messages import sentence
from app.core import clock
from app.core.errors import DomainError, NotFoundError
from app.security import current_customer, customer_actor, customer_required
from app.signer import SignerUnavailableError
from models.accounts import Customer
from models.contracts import Contract
from models.enums import CustomerKind

contracts = Blueprint(
    "contracts",
    __name__,
    url_prefix="/contracts",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static/contracts",
)


@contracts.get("/")
@customer_required()
def index() -> str:
    """The contracts that this ID may read, searched by date, amount and other party."""
    customer = this_customer()
    form = SearchForm(request.args)
    search = Search()
    if form.validate():
        search = Search(
            form.date_from.day,
            form.date_to.day,
            form.amount_from.amount,
            form.amount_to.amount,
            (form.counterparty.data or "").strip(),
            (form.title.data or "").strip(),
        )
    rows = queries.list_contracts(customer, search, before=request.args.get("before", type=int))
    return render_template(
        "contracts/index.html",
        form=form,
        customer=customer,
        contracts=rows[:PAGE],
        next_before=rows[PAGE - 1].sequence if len(rows) > PAGE else None,
        is_search=search != Search(),
        can_act=customer.kind is CustomerKind.USER_ID,
    )


@contracts.route("/new", methods=["GET", "POST"])
@customer_required(CustomerKind.USER_ID)
def new() -> ResponseReturnValue:
    """Send a contract."""
    form = NewContractForm()
    if form.validate_on_submit():
        try:
            contract_id = create_contract(
                form.pdf.data.read(),
                title=form.title.data or "",
                amount=form.amount.amount,
                contract_date=form.contract_date.day or clock.today(),
                sender_id=this_customer().id,
                counterparty=form.counterparty.data or "",
                actor=customer_actor(),
                now=clock.now(),
            )
        except SignerUnavailableError as error:
            form.form_errors.append(sentence(error))
            return render_template("contracts/new.html", form=form), 503
        except DomainError as error:
            _blame(form, error)
        else:
            flash(_("The contract has been taken in. It is being sealed."), "success")
            return redirect(url_for("contracts.show", contract_id=contract_id))
    elif request.method == "GET":
        form.contract_date.data = clock.today().isoformat()
    return render_template("contracts/new.html", form=form), 422 if form.errors or form.form_errors else 200


@contracts.get("/<uuid:contract_id>/")
@customer_required()
def show(contract_id: UUID) -> str:
    """One contract: parties, revisions, and what to do next."""
    return contract_page(contract_id)


@contracts.get("/<uuid:contract_id>/revisions/<int:number>.pdf")
@customer_required()
def download(contract_id: UUID, number: int) -> Response:
    """A revision, byte for byte as it is kept."""
    contract = this_contract(contract_id)
    try:
        revision = queries.get_revision(contract, number)
    except NotFoundError:
        abort(404)
    name = f"{contract.number}-{number}.pdf"
    response = Response(storage.get(revision.sha256), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.set_etag(revision.sha256)
    return response


def contract_page(contract_id: UUID, **more: object) -> str:
    """The contract's page, with what a view has to add."""
    customer, contract = this_customer(), this_contract(contract_id)
    mine = next((party for party in contract.parties if party.customer_id == customer.id), None)
    return render_template(
        "contracts/show.html",
        contract=contract,
        customer=customer,
        mine=mine,
        revisions=queries.list_revisions(contract.id),
        registered=certificates.list_registered(customer.id),
        is_sender=contract.sender_id == customer.id,
        **more,
    )


def this_customer() -> Customer:
    """The ID that is signed in."""
    return current_customer() or abort(403)


def this_contract(contract_id: UUID) -> Contract:
    """The contract, if this ID may read it; otherwise it does not exist."""
    try:
        return queries.get_contract(this_customer(), contract_id)
    except NotFoundError:
        abort(404)


def _blame(form: NewContractForm, error: DomainError) -> None:
    name = error.field or ("pdf" if isinstance(error, UnfitPdfError) else "")
    if name and name in form:
        form[name].errors = [*form[name].errors, sentence(error)]
    else:
        form.form_errors.append(sentence(error))
