"""Forms of the registration desk. Shape only: whether papers suffice is a rule."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    widgets,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from admin.fields import DayField
from models.enums import Service

LONGEST = 255


class ApplicantEntry(Form):
    """One applicant as forms 5 and 6 name them."""

    name = StringField(_l("Name"), validators=[Length(max=LONGEST)], render_kw={"class": "name"})
    name_kana = StringField(_l("Kana"), validators=[Length(max=LONGEST)])
    wants_certificate = BooleanField(_l("Certificate (form 5)"), default=True)
    wants_user_id = BooleanField(_l("User ID (form 6)"), default=True)


class ReceptionForm(FlaskForm):
    """What reception reads from the envelope and from form 1."""

    item_number = StringField(
        _l("Item number of the registered mail"),
        validators=[InputRequired(), Length(max=40)],
        description=_l("Scan the label, or type it: 356-85-96938-4"),
        render_kw={"autocomplete": "off", "inputmode": "numeric", "autofocus": True},
    )
    received_on = DayField(_l("Date of receipt"), validators=[InputRequired()])
    company_name = StringField(
        _l("Company"), validators=[InputRequired(), Length(max=LONGEST)], render_kw={"class": "name"}
    )
    company_kana = StringField(_l("Kana"), validators=[Length(max=LONGEST)])
    company_romaji = StringField(
        _l("Name in Latin letters"),
        validators=[Length(max=64)],
        description=_l("As it will stand in certificates, e.g. SANWA KENSETSU K.K."),
    )
    corporate_number = StringField(_l("Corporate number"), validators=[Length(max=20)], description=_l("13 digits"))
    services = SelectMultipleField(
        _l("Services applied for"),
        choices=[
            SelectChoice(Service.CONTRACT.value, _l("Electronic contract service")),
            SelectChoice(Service.STORAGE.value, _l("Original storage service")),
            SelectChoice(Service.CERTIFICATE.value, _l("Certificate service")),
        ],
        widget=widgets.ListWidget(prefix_label=False),
        option_widget=widgets.CheckboxInput(),
        render_kw={"class": "choices"},
    )
    applicants = FieldList(FormField(ApplicantEntry), min_entries=3, max_entries=20)


class ScanForm(FlaskForm):
    """A file from the scanner."""

    file = FileField(_l("Scan (PDF, PNG or JPEG)"), validators=[FileRequired()])


class ApprovalForm(FlaskForm):
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


class RefusalForm(FlaskForm):
    """Why an application is refused."""

    reason = TextAreaField(_l("Reason"), validators=[InputRequired(), Length(max=1000)], render_kw={"rows": 4})
    sure = RadioField(
        _l("The papers"),
        choices=[SelectChoice("keep", _l("are kept for ten years from today (the law asks for it)"))],
        default="keep",
    )
