"""Forms of reception. Shape only: which papers are needed, and whether somebody must apply, are rules."""

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    HiddenField,
    RadioField,
    SelectMultipleField,
    StringField,
    widgets,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from admin.fields import DayField
from app.core.forms import Entry, Form, InputRequired
from models.enums import ApplicationKind, Arrival, ChangeItem, Service

LONGEST = 255
MOST_APPLICANTS = 60
SCANNED = {"autocomplete": "off", "data-scan": "1", "inputmode": "numeric"}


class TicksField(SelectMultipleField):
    """Several choices as tick boxes."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


class ApplicantEntry(Entry):
    """One applicant as forms 5 and 6 name them."""

    name = StringField(_l("Name"), validators=[Length(max=LONGEST)], render_kw={"class": "name"})
    name_kana = StringField(_l("Kana"), validators=[Length(max=LONGEST)])
    wants_certificate = BooleanField(_l("Certificate (form 5)"), default=True)
    wants_user_id = BooleanField(_l("User ID (form 6)"), default=True)


class ApplicantsForm(Form):
    """Applicants alone: for a case that is open already."""

    applicants = FieldList(FormField(ApplicantEntry), min_entries=3, max_entries=MOST_APPLICANTS)

    def add_row(self) -> None:
        """One more row, if there is room for it."""
        if len(self.applicants) < MOST_APPLICANTS:
            self.applicants.append_entry()


class ApplicationForm(ApplicantsForm):
    """What form 1 asks for."""

    kind = RadioField(
        _l("Kind of application"),
        choices=[
            SelectChoice(ApplicationKind.NEW.value, _l("New application")),
            SelectChoice(ApplicationKind.CHANGE.value, _l("Change")),
            SelectChoice(ApplicationKind.RENEWAL.value, _l("Renewal on paper")),
        ],
        default=ApplicationKind.NEW.value,
        render_kw={"class": "choices inline"},
    )
    change_items = TicksField(
        _l("What changes"),
        choices=[
            SelectChoice(ChangeItem.COMPANY_NAME.value, _l("Name of the company")),
            SelectChoice(ChangeItem.ADDRESS.value, _l("Address of the company")),
            SelectChoice(ChangeItem.REPRESENTATIVE.value, _l("Representative")),
            SelectChoice(ChangeItem.CONTACTS.value, _l("Contact persons")),
            SelectChoice(ChangeItem.FURTHER_USER_IDS.value, _l("Further user IDs")),
            SelectChoice(ChangeItem.FURTHER_CERTIFICATES.value, _l("Further certificates")),
            SelectChoice(ChangeItem.CANCELLATION.value, _l("Cancellation")),
        ],
        render_kw={"class": "choices inline"},
    )
    services = TicksField(
        _l("Services"),
        choices=[
            SelectChoice(Service.CONTRACT.value, _l("Electronic contract service")),
            SelectChoice(Service.STORAGE.value, _l("Original storage service")),
            SelectChoice(Service.CERTIFICATE.value, _l("Certificate service")),
        ],
        render_kw={"class": "choices inline"},
    )


class ReceptionForm(ApplicationForm):
    """What reception reads from the envelope and from form 1."""

    item_number = StringField(
        _l("Item number of the registered mail"),
        validators=[InputRequired(), Length(max=40)],
        description=_l("Scan the label, or type it: 356-85-96938-4"),
        render_kw={**SCANNED, "autofocus": True},
    )
    received_on = DayField(_l("Date of receipt"), validators=[InputRequired()])
    renews = HiddenField(validators=[Length(max=36)])  # the certificate that ends, if fresh papers came for it
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


class FurtherApplicationForm(ApplicationForm):
    """Another application out of an envelope that was received already. Without a company: of the same one."""

    company_name = StringField(
        _l("Company"),
        validators=[Length(max=LONGEST)],
        description=_l("Leave it empty if the same company applies: its certificates then serve both cases."),
        render_kw={"class": "name"},
    )
    company_kana = StringField(_l("Kana"), validators=[Length(max=LONGEST)])
    company_romaji = StringField(_l("Name in Latin letters"), validators=[Length(max=64)])
    corporate_number = StringField(_l("Corporate number"), validators=[Length(max=20)], description=_l("13 digits"))


class MoreForm(Form):
    """Papers that came later."""

    arrived_by = RadioField(
        _l("How they came"),
        choices=[
            SelectChoice(Arrival.REGISTERED_MAIL.value, _l("Registered mail")),
            SelectChoice(Arrival.ORDINARY_MAIL.value, _l("Ordinary mail")),
            SelectChoice(Arrival.BY_HAND.value, _l("By hand")),
        ],
        default=Arrival.REGISTERED_MAIL.value,
        render_kw={"class": "choices inline"},
    )
    item_number = StringField(
        _l("Item number of the registered mail"),
        validators=[Length(max=40)],
        description=_l("Scan the label, or type it: 356-85-96938-4"),
        render_kw={**SCANNED, "autofocus": True},
    )
    received_on = DayField(_l("Date of receipt"), validators=[InputRequired()])
