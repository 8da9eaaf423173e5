"""Forms of the registration desk. Shape only: whether papers suffice is a rule."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, StringField, TextAreaField, widgets
from wtforms.validators import InputRequired, Length


class ScanForm(FlaskForm):
    """A file from the scanner."""

    file = FileField(_l("Scan (PDF, PNG or JPEG)"), validators=[FileRequired()])
    no_individual_number = BooleanField(_l("I looked: no individual number (My Number) stands on it."))


class ApprovalForm(FlaskForm):
    """What the approver confirms."""

    digest = StringField(validators=[InputRequired(), Length(min=64, max=64)], widget=widgets.HiddenInput())
    looked_at = BooleanField(_l("I looked at every paper and at every check."), validators=[InputRequired()])
    reason = TextAreaField(_l("Remark (optional)"), validators=[Length(max=500)], render_kw={"rows": 2})
