"""The account pages of the site."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import queries
from app.accounts.errors import LinkError
from app.accounts.services.request_link import request_link as request_it
from app.accounts.services.set_password import look_at_link
from app.accounts.services.set_password import set_password as set_it
from app.accounts.web.forms import RequestLinkForm, SetPasswordForm
from app.core import clock
from app.security import PIN_LIMIT, current_customer, customer_required, limiter, public
from app.security.errors import PasswordRefusedError
from app.security.messages import password_sentence
from models.accounts import Customer
from models.enums import CustomerKind

accounts = Blueprint("accounts", __name__, template_folder="templates")


@accounts.route("/set-password/<token>", methods=["GET", "POST"])
@limiter.limit(PIN_LIMIT, methods=["POST"])
@public
def set_password(token: str) -> ResponseReturnValue:
    """The page behind a one-time link. Opening it does not use the link up; setting the password does."""
    form = SetPasswordForm()
    try:
        customer = look_at_link(token, now=clock.now())
        login_id = customer.login_id
        if form.validate_on_submit():
            set_it(token, form.new.data or "", now=clock.now())
            flash(_("The password of %(login_id)s has been set. Please sign in.", login_id=login_id), "success")
            return redirect(url_for("security.login"))
    except PasswordRefusedError as error:
        form.new.errors = [*form.new.errors, password_sentence(error.code)]
    except LinkError as error:
        return render_template("accounts/link_refused.html", code=error.code), 410
    return render_template("accounts/set_password.html", form=form, login_id=login_id)


@accounts.route("/request-link", methods=["GET", "POST"])
@limiter.limit(PIN_LIMIT, methods=["POST"])
@public
def request_link() -> ResponseReturnValue:
    """Ask for a new link. The answer is the same whether the ID exists or not."""
    form = RequestLinkForm()
    if form.validate_on_submit():
        request_it(form.login_id.data or "", now=clock.now())
        return render_template("accounts/link_requested.html")
    return render_template("accounts/request_link.html", form=form)


@accounts.get("/account")
@customer_required()
def overview() -> ResponseReturnValue:
    """What an ID can see of itself; a company ID sees its user IDs as well."""
    customer = _customer()
    is_company = customer.kind is CustomerKind.COMPANY_ID
    user_ids = queries.list_user_ids(customer.company_account_id) if is_company else []
    return render_template(
        "accounts/overview.html",
        customer=customer,
        account=customer.company_account,
        is_company=is_company,
        user_ids=user_ids,
    )


def _customer() -> Customer:
    return current_customer() or abort(403)
