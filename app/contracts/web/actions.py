"""What a user ID does on a contract's page: get a signing code, register a certificate, decline, withdraw."""

from collections.abc import Callable
from uuid import UUID

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import audit
from app.contracts import certificates
from app.contracts.rules.codes import LIFE
from app.contracts.services.end_contract import decline_contract, withdraw_contract
from app.contracts.services.open_signing_code import open_signing_code
from app.contracts.services.register_certificate import register_certificate
from app.contracts.web.forms import ReasonForm, RegisterForm
from app.contracts.web.messages import sentence
from app.contracts.web.views import contract_page, contracts, this_contract, this_customer
from app.core import clock
from app.core.errors import DomainError
from app.security import customer_actor, customer_required
from models.enums import CustomerKind


@contracts.post("/<uuid:contract_id>/code")
@customer_required(CustomerKind.USER_ID)
def code(contract_id: UUID) -> ResponseReturnValue:
    """Make a signing code and show it, this once."""
    this_contract(contract_id)
    try:
        shown = open_signing_code(contract_id, customer_id=this_customer().id, actor=customer_actor(), now=clock.now())
    except DomainError as error:
        flash(sentence(error), "error")
        return redirect(url_for("contracts.show", contract_id=contract_id))
    site = current_app.extensions["settings"].public_url
    return contract_page(contract_id, code=shown, site=site, minutes=int(LIFE.total_seconds() // 60))


@contracts.route("/<uuid:contract_id>/decline", methods=["GET", "POST"])
@customer_required(CustomerKind.USER_ID)
def decline(contract_id: UUID) -> ResponseReturnValue:
    """The receiver will not sign."""
    return _end(contract_id, "decline", decline_contract, _("The contract has been declined."))


@contracts.route("/<uuid:contract_id>/withdraw", methods=["GET", "POST"])
@customer_required(CustomerKind.USER_ID)
def withdraw(contract_id: UUID) -> ResponseReturnValue:
    """The sender takes the contract back."""
    return _end(contract_id, "withdraw", withdraw_contract, _("The contract has been withdrawn."))


@contracts.get("/certificates/")
@customer_required(CustomerKind.USER_ID)
def certificate_list() -> str:
    """The certificates that this user ID signs with, and those that it may register."""
    customer = this_customer()
    return render_template(
        "contracts/certificates.html",
        form=RegisterForm(),
        registered=certificates.list_registered(customer.id),
        offered=certificates.list_offered(customer),
        customer=customer,
    )


@contracts.post("/certificates/<uuid:certificate_id>")
@customer_required(CustomerKind.USER_ID)
def register(certificate_id: UUID) -> ResponseReturnValue:
    """Register one."""
    try:
        register_certificate(this_customer().id, certificate_id, actor=customer_actor(), now=clock.now())
    except DomainError as error:
        audit.attempt(
            "certificate:register",
            subject_type="customer",
            subject_id=this_customer().id,
            actor=customer_actor(),
            outcome="refused",
            error=error.code,
        )
        flash(sentence(error), "error")
    else:
        flash(_("The certificate has been registered."), "success")
    return redirect(url_for("contracts.certificate_list"))


def _end(contract_id: UUID, event: str, service: Callable[..., None], done: str) -> ResponseReturnValue:
    contract, form = this_contract(contract_id), ReasonForm()
    if form.validate_on_submit():
        try:
            service(
                contract_id,
                form.reason.data or "",
                customer_id=this_customer().id,
                actor=customer_actor(),
                now=clock.now(),
            )
        except DomainError as error:
            form.form_errors.append(sentence(error))
        else:
            flash(done, "success")
            return redirect(url_for("contracts.show", contract_id=contract_id))
    return render_template("contracts/end.html", contract=contract, form=form, event=event)
