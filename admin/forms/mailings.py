"""Forms of the mailroom."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from admin.fields import DayField
from app.core.forms import Form, InputRequired

SCANNED = {"autocomplete": "off", "data-scan": "1"}


class PrintForm(Form):
    """Who stands at the printer besides the person who is signed in."""

    witness = StringField(
        _l("Second person at the printer"),
        validators=[InputRequired(), Length(max=80)],
        description=_l("Both stay until the sheets are in their envelopes."),
    )


class SpoilForm(Form):
    """Why a sheet cannot be used."""

    witness = StringField(_l("Second person who saw it shredded"), validators=[InputRequired(), Length(max=80)])
    reason = SelectField(
        _l("Reason"),
        choices=[
            SelectChoice("jam", _l("Paper jam")),
            SelectChoice("smudge", _l("Smudged or torn")),
            SelectChoice("stream", _l("The print stream broke off")),
            SelectChoice("seen", _l("Somebody may have seen the PIN")),
        ],
    )


class EncloseForm(Form):
    """The pair, scanned."""

    letter_code = StringField(
        _l("QR code of the letter"),
        validators=[InputRequired(), Length(max=60)],
        render_kw={**SCANNED, "autofocus": True},
    )
    token_serial = StringField(
        _l("Serial number of the eToken"), validators=[InputRequired(), Length(max=60)], render_kw=SCANNED
    )
    notice_code = StringField(
        _l("QR code of the re-send notice"),
        validators=[Length(max=60)],
        description=_l("Only beside a letter that is sent again."),
        render_kw=SCANNED,
    )


class DeliveryForm(Form):
    """Who received the envelope and how they were identified."""

    delivered_on = DayField(_l("Day of delivery"), validators=[InputRequired()])
    delivered_to = StringField(_l("Received by"), validators=[InputRequired(), Length(max=120)])
    shown_document = SelectField(
        _l("Document shown"),
        choices=[
            SelectChoice("licence", _l("Driving licence")),
            SelectChoice("my_number_card", _l("Individual number card (front)")),
            SelectChoice("passport", _l("Passport")),
            SelectChoice("residence_card", _l("Residence card")),
            SelectChoice("two_documents", _l("Two documents without photograph")),
        ],
    )


class ReturnForm(Form):
    """When and why the envelope came back."""

    came_back_on = DayField(_l("Came back on"))

    reason = SelectField(
        _l("Reason"),
        choices=[
            SelectChoice("retention", _l("Retention period over")),
            SelectChoice("unknown", _l("Addressee unknown")),
            SelectChoice("refused", _l("Refused")),
        ],
    )


class EnclosePapersForm(Form):
    """A letter to a company and the sheets that go back in it, scanned."""

    letter_code = StringField(
        _l("QR code of the letter"),
        validators=[InputRequired(), Length(max=60)],
        render_kw={**SCANNED, "autofocus": True},
    )
    sheet_codes = TextAreaField(
        _l("Labels of the sheets that go back"),
        validators=[Length(max=4000)],
        description=_l("Scan one after the other. Leave empty if the letter goes alone."),
        render_kw={"rows": 4, "autocomplete": "off"},
    )
