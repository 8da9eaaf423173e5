"""Sign-in, verify and change-password forms. Every refusal of a sign-in reads the same to the person who tries."""

from flask import request
from flask_babel import lazy_gettext as _l
from flask_security.forms import LoginForm, VerifyForm
from flask_security.proxies import _datastore
from wtforms import PasswordField, StringField, SubmitField
from wtforms.validators import EqualTo, Length

from app.core.forms import Form, InputRequired
from app.security.gate import slow_checks
from app.security.services.sign_in import note_refusal, note_unknown, note_verified
from models.accounts import Customer
from models.staff import StaffUser


class AuditedLoginForm(LoginForm):
    """A sign-in of which every outcome is on record (wrong passwords: the signal of Flask-Security).

    It passes the gate of slow checks: a wrong identity costs a hash too, so that its time tells nothing.
    """

    remember = None  # nobody stays signed in on a machine that others use
    people: type[StaffUser] | type[Customer]

    def validate(self, **kwargs: object) -> bool:
        """As Flask-Security does, and note what it does not tell by a signal.

        Raises:
            BusyError: too many secrets are being checked at once; nothing was looked up and nothing counted.
        """
        with slow_checks.passed():
            is_right = bool(super().validate(**kwargs))
        address = request.remote_addr or ""
        if not is_right and self.password.data and self.ifield is not None and self.ifield.data:
            if self.user is None:
                note_unknown(self.people, address=address)
            elif self.user_authenticated:
                error = "locked" if self.user.active else "inactive"
                note_refusal(self.people, self.user.id, error=error, address=address)
        return is_right


class StaffLoginForm(AuditedLoginForm):
    """Staff sign in by e-mail address."""

    people = StaffUser
    password = PasswordField(_l("Password"), validators=[InputRequired()])


class CustomerLoginForm(AuditedLoginForm):
    """Customers sign in by company ID or user ID."""

    people = Customer
    email = None
    login_id = StringField(_l("Company ID or user ID"), validators=[InputRequired(), Length(max=20)])
    password = PasswordField(_l("Password"), validators=[InputRequired()])

    def validate(self, **kwargs: object) -> bool:
        """Find the customer by login ID before the rest is checked."""
        self.ifield = self.login_id
        self.user = _datastore.find_user(login_id=(self.login_id.data or "").strip().upper())
        return super().validate(**kwargs)


class LockingVerifyForm(VerifyForm):
    """Proving the password again; not while the account is locked."""

    def validate(self, **kwargs: object) -> bool:
        """A locked account proves nothing, or a stolen session could try every password."""
        if self.user.is_locked():
            self.form_errors.append("locked")
            return False
        with slow_checks.passed():
            is_right = bool(super().validate(**kwargs))
        if not is_right:
            return False
        person = self.user._get_current_object()  # noqa: SLF001  the way out of the proxy
        note_verified(type(person), person.id, address=request.remote_addr or "")
        return True


class ChangePasswordForm(Form):
    """The present password, and the new one twice."""

    present = PasswordField(_l("Present password"), validators=[InputRequired()])
    new = PasswordField(_l("New password"), validators=[InputRequired()])
    again = PasswordField(
        _l("New password again"),
        validators=[InputRequired(), EqualTo("new", message=_l("The two new passwords are not the same."))],
    )
    submit = SubmitField(_l("Change the password"))
