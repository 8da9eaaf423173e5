"""The one page of sign-in that Flask-Security does not get to do: changing the password, as a service of ours."""

from flask import Blueprint, current_app, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_security.utils import login_user
from flask_wtf.csrf import CSRFError

from app.core import clock
from app.core.db import db
from app.security.errors import PasswordRefusedError
from app.security.forms import ChangePasswordForm
from app.security.gate import RETRY_AFTER_SECONDS, BusyError
from app.security.guards import signed_in
from app.security.limits import SIGN_IN_LIMIT, limiter, was_judged
from app.security.messages import password_sentence
from app.security.services.change_password import change_password
from app.security.services.sign_in import note_failure

TOO_MANY_SECONDS = 60
sign_in_pages = Blueprint(
    "sign_in", __name__, template_folder="templates", static_folder="static", static_url_path="/static/sign-in"
)


@sign_in_pages.route("/password", methods=["GET", "POST"])
@limiter.limit(SIGN_IN_LIMIT, methods=["POST"], deduct_when=was_judged)
@signed_in
def password() -> ResponseReturnValue:
    """Change one's own password. The field with the error says what is wrong; nothing typed comes back."""
    form = ChangePasswordForm()
    person = current_user._get_current_object()  # noqa: SLF001  the way out of the proxy
    people, person_id = type(person), person.id
    if form.validate_on_submit():
        try:
            if person.is_locked():
                raise PasswordRefusedError("password-wrong", field="present")
            change_password(people, person_id, present=form.present.data or "", new=form.new.data or "")
        except PasswordRefusedError as error:
            if error.code == "password-wrong":
                address = request.remote_addr or ""
                note_failure(people, person_id, action="change_password", now=clock.now(), address=address)
            field = form[error.field or "new"]
            field.errors = [*field.errors, password_sentence(error.code)]
        else:
            login_user(db.session.get_one(people, person_id), remember=False, authn_via=["password"])
            flash(_("Your password has been changed. Every other session was ended."), "success")
            return redirect("/")
    return render_template(f"security/{current_app.extensions['role']}_password.html", form=form)


def form_expired(_error: CSRFError) -> ResponseReturnValue:
    """A form without its token: say so, do nothing, and give nothing of the form back."""
    return render_template(f"security/{current_app.extensions['role']}_form_expired.html"), 400


def too_many(_error: Exception) -> ResponseReturnValue:
    """Too many attempts from one address."""
    page = render_template(f"security/{current_app.extensions['role']}_too_many.html")
    return page, 429, {"Retry-After": str(TOO_MANY_SECONDS)}


def busy(_error: BusyError) -> ResponseReturnValue:
    """Too many passwords and PINs are being checked at once. The site has an answer of its own, for programs too."""
    page = render_template("security/portal_busy.html")
    return page, 503, {"Retry-After": str(RETRY_AFTER_SECONDS)}
