"""Forms of the sheet desk, of disposal, of holds and of disclosure."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from admin.fields import DayField
from app.core.forms import Form, InputRequired
from models.enums import HoldKind

SCANNED = {"autocomplete": "off", "data-scan": "1"}


class ShelveForm(Form):
    """Where the sheet lies."""

    shelf = StringField(
        _l("Shelf"),
        validators=[InputRequired(), Length(max=20)],
        description=_l("Scan the shelf's sign, or type it: B3-12"),
        render_kw={**SCANNED, "autofocus": True},
    )


class LendForm(Form):
    """Who takes it along, until when."""

    lent_to = StringField(_l("To whom"), validators=[InputRequired(), Length(max=80)])
    due_back_on = DayField(_l("Due back"), validators=[InputRequired()])


class GiveBackForm(Form):
    """It is back."""

    shelf = StringField(
        _l("Shelf"),
        validators=[Length(max=20)],
        description=_l("Empty: on the shelf that it came from"),
        render_kw={**SCANNED, "autofocus": True},
    )


class ProposeForm(Form):
    """Which sheets to destroy is ticked in the table."""

    reason = StringField(_l("Remark (optional)"), validators=[Length(max=300)])


class ConfirmForm(Form):
    """How the sheets were destroyed."""

    method = SelectField(
        _l("Method"),
        choices=[
            SelectChoice("裁断", _l("Shredded")),
            SelectChoice("溶解", _l("Dissolved by a contractor, certificate kept")),
            SelectChoice("焼却", _l("Burned")),
        ],
    )
    seen = RadioField(
        _l("The sheets"),
        choices=[
            SelectChoice(
                "yes", _l("Both of us compared every number on the list with its label, and saw them destroyed.")
            )
        ],
        validators=[InputRequired()],
        render_kw={"class": "choices"},
    )


class HoldForm(Form):
    """Why the papers of a case must stay."""

    kind = RadioField(
        _l("Kind"),
        choices=[
            SelectChoice(HoldKind.DISPUTE.value, _l("Dispute")),
            SelectChoice(HoldKind.AUDIT.value, _l("Audit")),
            SelectChoice(HoldKind.DISCLOSURE.value, _l("Disclosure")),
        ],
        default=HoldKind.DISPUTE.value,
        render_kw={"class": "choices inline"},
    )
    reason = StringField(_l("Reason"), validators=[InputRequired(), Length(max=300)])


class DisclosureForm(Form):
    """Who asks to see what a certificate was issued on."""

    applicant = RadioField(_l("About the papers of"), validators=[InputRequired()], render_kw={"class": "choices"})
    requester_name = StringField(
        _l("Requester"), validators=[InputRequired(), Length(max=255)], render_kw={"class": "name"}
    )
    requester_address = StringField(
        _l("Address of the requester"), validators=[Length(max=255)], render_kw={"class": "name"}
    )
    identified_by = StringField(
        _l("Identified by"),
        validators=[InputRequired(), Length(max=120)],
        description=_l("The kind of document that was shown. Never its number."),
    )
    harm = TextAreaField(
        _l("Right or interest infringed"), validators=[InputRequired(), Length(max=1000)], render_kw={"rows": 3}
    )
    received_on = DayField(_l("Date of the request"), validators=[InputRequired()])


class DisclosureDecisionForm(Form):
    """The decision of the second person."""

    verdict = RadioField(
        _l("Decision"),
        choices=[SelectChoice("grant", _l("Grant")), SelectChoice("refuse", _l("Refuse"))],
        validators=[InputRequired()],
        render_kw={"class": "choices inline"},
    )
    reason = TextAreaField(_l("Reason"), validators=[InputRequired(), Length(max=1000)], render_kw={"rows": 3})
