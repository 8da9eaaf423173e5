"""Forms of the token stock, of what happens to a token, and of SO-PINs."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, IntegerField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, NumberRange, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from admin.fields import DayField
from admin.messages_tokens import CIRCUMSTANCES, FAULTS, KEY_KINDS, REPORTERS
from app.core.forms import Form, InputRequired

SCANNED = {"autocomplete": "off", "spellcheck": "false"}


def _choices(words: dict[str, Any]) -> list[SelectChoice]:
    return [SelectChoice(value, text) for value, text in words.items()]


class DeliveryForm(Form):
    """A delivery of the supplier: its note, and what was scanned."""

    name = StringField(_l("Number of the delivery note"), validators=[InputRequired(), Length(max=60)])
    model = SelectField(_l("Model"), validators=[InputRequired()])
    supplier = StringField(_l("Supplier"), validators=[Length(max=100)])
    received_on = DayField(_l("Day of receipt"), validators=[InputRequired()])
    count = IntegerField(
        _l("Tokens on the note"), validators=[InputRequired(), NumberRange(1, 5000)], render_kw={"inputmode": "numeric"}
    )
    declared = TextAreaField(
        _l("Serial numbers on the note"),
        validators=[Length(max=200_000)],
        description=_l("If the note lists them: paste them here, and they are compared one by one."),
        render_kw={"rows": 3, **SCANNED},
    )
    serials = TextAreaField(
        _l("Scanned serial numbers"),
        validators=[InputRequired(), Length(max=400_000)],
        description=_l(
            "One token a line. If the supplier sent SO-PINs: serial number, comma, SO-PIN. They are sealed and shown to nobody."
        ),
        render_kw={"rows": 10, "data-scan": "1", "autofocus": True, **SCANNED},
    )


class ModelForm(Form):
    """A model of token."""

    name = StringField(_l("Model"), validators=[InputRequired(), Length(max=60)])
    approved = BooleanField(_l("Approved: tokens of this model are set aside for letters"))
    key_kinds = SelectMultipleField(
        _l("Keys it can make"),
        choices=_choices(KEY_KINDS),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    pin_shortest = IntegerField(_l("Shortest PIN"), validators=[InputRequired()], render_kw={"inputmode": "numeric"})
    pin_longest = IntegerField(_l("Longest PIN"), validators=[InputRequired()], render_kw={"inputmode": "numeric"})
    pin_tries = IntegerField(
        _l("Wrong PINs before it locks"), validators=[InputRequired()], render_kw={"inputmode": "numeric"}
    )
    reorder_level = IntegerField(
        _l("Order again at"),
        validators=[InputRequired()],
        description=_l("Free tokens. At this number a warning is shown and sent by e-mail, once."),
        render_kw={"inputmode": "numeric"},
    )
    attestation_root = FileField(
        _l("Root certificate of the maker"),
        description=_l("PEM or DER. With it, the maker's statement that a key was made on the token can be checked."),
    )


class ReportForm(Form):
    """A token is lost, stolen or damaged."""

    circumstance = RadioField(_l("What happened to it"), choices=_choices(CIRCUMSTANCES), validators=[InputRequired()])
    reporter = SelectField(_l("Reported by"), choices=_choices(REPORTERS), validators=[InputRequired()])
    reporter_name = StringField(_l("Name of who reported it"), validators=[InputRequired(), Length(max=80)])
    reported_on = DayField(_l("Day of the report"), validators=[InputRequired()])
    reported_time = StringField(
        _l("Time of the report"),
        validators=[
            InputRequired(),
            Regexp(r"^([01]?\d|2[0-3]):[0-5]\d$", message=_l("Write the time as 14:05.")),
        ],
    )
    fault = RadioField(_l("At fault"), choices=_choices(FAULTS), validators=[InputRequired()])
    explanation = TextAreaField(_l("What was told"), validators=[Length(max=1000)], render_kw={"rows": 3})


class WitnessForm(Form):
    """Something that two people do."""

    witness = StringField(
        _l("Second person"), validators=[InputRequired(), Length(max=60)], description=_l("Who stands beside you.")
    )


class InspectForm(WitnessForm):
    """What two people found on a token that came back."""

    seal = RadioField(
        _l("The supplier's seal"),
        choices=[SelectChoice("sealed", _l("unbroken")), SelectChoice("open", _l("broken or missing"))],
        validators=[InputRequired()],
    )
    remark = StringField(_l("Remark (optional)"), validators=[Length(max=300)])


class RetireForm(WitnessForm):
    """Out of use for good."""

    reason = StringField(_l("Reason"), validators=[InputRequired(), Length(max=300)])


class DestroyForm(WitnessForm):
    """Destroyed."""

    method = StringField(_l("How it was destroyed"), validators=[InputRequired(), Length(max=100)])


class BackForm(Form):
    """It came back from its holder."""

    remark = StringField(_l("Remark (optional)"), validators=[Length(max=300)])


class AskSoPinForm(Form):
    """Why somebody needs an SO-PIN."""

    reason = TextAreaField(
        _l("What the SO-PIN is needed for"), validators=[InputRequired(), Length(max=500)], render_kw={"rows": 3}
    )
