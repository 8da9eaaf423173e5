"""Forms of the registration desk. Shape only: whether papers suffice is a rule."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, SelectMultipleField, StringField, TextAreaField, widgets
from wtforms.validators import Length

from app.core.forms import Form, InputRequired


class ScanForm(Form):
    """A file from the scanner."""

    file = FileField(_l("Scan (PDF, PNG or JPEG)"), validators=[FileRequired()])
    no_individual_number = BooleanField(_l("I looked: no individual number (My Number) stands on it."))


class ApprovalForm(Form):
    """What the person confirms who takes a step; the case's profile says which confirmations are asked for."""

    digest = StringField(validators=[InputRequired(), Length(min=64, max=64)], widget=widgets.HiddenInput())
    step = StringField(validators=[Length(max=40)], widget=widgets.HiddenInput())
    confirmations = SelectMultipleField(
        _l("I confirm"),
        widget=widgets.ListWidget(prefix_label=False),
        option_widget=widgets.CheckboxInput(),
        render_kw={"class": "choices"},
    )
    reason = TextAreaField(_l("Remark (optional)"), validators=[Length(max=500)], render_kw={"rows": 2})
