"""Forms of the account pages."""

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, StringField
from wtforms.validators import EqualTo, Length

from app.core.forms import Form, InputRequired


class SetPasswordForm(Form):
    """The first password, or one in place of a forgotten one, twice."""

    new = PasswordField(_l("New password"), validators=[InputRequired()])
    again = PasswordField(
        _l("New password again"),
        validators=[InputRequired(), EqualTo("new", message=_l("The two new passwords are not the same."))],
    )


class RequestLinkForm(Form):
    """Whose password is to be set anew."""

    login_id = StringField(_l("Company ID or user ID"), validators=[InputRequired(), Length(max=20)])
