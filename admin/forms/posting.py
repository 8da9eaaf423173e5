"""Forms of the mailroom for the post office: posting, bands of numbers, lists, outcomes, what came back."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, NumberRange

from admin.fields import DayField
from admin.forms.mailings import SCANNED
from app.core.forms import Form, InputRequired
from mailings.rules.posting import SHAPES
from mailings.rules.resending import ResendReason
from models.enums import Inspection, PostagePayment, Posting, RestrictedKind

SHAPE_CHOICES = [
    SelectChoice(SHAPES[1], _l("Non-standard, normal size")),
    SelectChoice(SHAPES[0], _l("Standard, up to 50 g")),
    SelectChoice(SHAPES[2], _l("Non-standard, oversize")),
]
PAYMENT_CHOICES = [
    SelectChoice(PostagePayment.ACCOUNT.value, _l("Deferred account")),
    SelectChoice(PostagePayment.STAMP.value, _l("Stamps")),
]
KIND_CHOICES = [
    SelectChoice(RestrictedKind.BASIC.value, _l("Basic type")),
    SelectChoice(RestrictedKind.NOTIFYING.value, _l("Notifying type (no agent)")),
    SelectChoice(RestrictedKind.SPECIAL.value, _l("Special type")),
]
REASONS = {
    ResendReason.RETENTION: _l("Kept until the last day, then sent back (free)"),
    ResendReason.ADDRESS: _l("Addressee unknown or moved; the address was confirmed (free)"),
    ResendReason.REFUSED: _l("Refused by mistake (free)"),
    ResendReason.LOST_IN_POST: _l("Lost on its way (free)"),
    ResendReason.LOST_BY_HOLDER: _l("The holder lost it after delivery (charged)"),
    ResendReason.OURS: _l("Our own mistake (free)"),
}


class PostForm(Form):
    """One envelope: what the label, the scales and the counter say."""

    item_number = StringField(
        _l("Item number"),
        validators=[Length(max=40)],
        description=_l("Scan the label. Empty: the next free number of our band."),
        render_kw={**SCANNED, "autofocus": True, "data-number": "1"},
    )
    item_number_again = StringField(
        _l("Item number, once more"),
        validators=[Length(max=40)],
        description=_l("Only if you typed it: the check digit does not find every mistake."),
        render_kw={"autocomplete": "off"},
    )
    scanned = HiddenField(render_kw={"data-scanned": "1"})
    offered = HiddenField(validators=[Length(max=40)])  # the number that the page showed as the next free one
    grams = IntegerField(
        _l("Weight in g"),
        validators=[InputRequired(_l("Type the weight in whole grams.")), NumberRange(1, 4000)],
        render_kw={"inputmode": "numeric", "data-grams": "1", "data-after-scan": "1"},
    )
    shape = SelectField(_l("Shape"), choices=SHAPE_CHOICES, render_kw={"data-shape": "1"})
    restricted_kind = SelectField(_l("Type of restricted delivery"), choices=KIND_CHOICES)
    payment = SelectField(_l("Postage paid by"), choices=PAYMENT_CHOICES)
    posted_on = DayField(_l("Day of posting"), validators=[InputRequired()])


class PostManyForm(Form):
    """What holds for every envelope of the page."""

    posted_on = DayField(_l("Day of posting"), validators=[InputRequired()])
    payment = SelectField(_l("Postage paid by"), choices=PAYMENT_CHOICES)


class BandForm(Form):
    """A band of numbers as the post office printed it."""

    posting = SelectField(
        _l("For"),
        choices=[
            SelectChoice(Posting.RESTRICTED.value, _l("Restricted delivery")),
            SelectChoice(Posting.SIMPLE_REGISTERED.value, _l("Simple registered mail")),
            SelectChoice(Posting.RECORDED.value, _l("Recorded mail")),
        ],
    )
    first = StringField(_l("First number"), validators=[InputRequired(), Length(max=40)], render_kw=SCANNED)
    last = StringField(_l("Last number"), validators=[InputRequired(), Length(max=40)], render_kw=SCANNED)
    received_on = DayField(_l("Received on"), validators=[InputRequired()])
    note = StringField(_l("Note"), validators=[Length(max=200)])


class ListForm(Form):
    """A posting list to be made."""

    day = DayField(_l("Day of posting"), validators=[InputRequired()])
    post_office = StringField(_l("Post office"), validators=[Length(max=80)])


class ReceiptForm(Form):
    """The stamped copy came back from the counter."""

    stamped_on = DayField(_l("Day in the stamp"), validators=[InputRequired()])
    file = FileField(
        _l("Scan of the stamped receipt"), description=_l("PDF, PNG or JPEG. It is kept encrypted, as evidence.")
    )


class OutcomesForm(Form):
    """What the post says, as lines or as a file."""

    lines = TextAreaField(
        _l("Lines of the post"),
        validators=[Length(max=400_000)],
        description=_l("One item a line: item number, day, what happened, post office. With or without titles."),
        render_kw={"rows": 8, "autocomplete": "off", "spellcheck": "false"},
    )
    file = FileField(_l("or a CSV file"))


class SettleForm(Form):
    """Which letter an outcome is about, or why it is about none."""

    letter = StringField(
        _l("Letter"),
        validators=[Length(max=60)],
        description=_l("Its number (L-…), if it is one of ours."),
        render_kw=SCANNED,
    )
    note = StringField(_l("Why nothing further is to be done"), validators=[Length(max=200)])


class CorrectNumberForm(Form):
    """Another number than the one that was typed when the letter was posted."""

    item_number = StringField(
        _l("Item number on the label or the receipt"),
        validators=[InputRequired(), Length(max=40)],
        render_kw={**SCANNED, "autofocus": True},
    )
    item_number_again = StringField(
        _l("Item number, once more"),
        validators=[Length(max=40)],
        description=_l("Type or scan it a second time: the check digit does not find every mistake."),
        render_kw=SCANNED,
    )
    witness = StringField(_l("Second person who compared the numbers"), validators=[InputRequired(), Length(max=80)])
    reason = StringField(
        _l("What was wrong"),
        validators=[InputRequired(), Length(max=200)],
        description=_l("For the audit log. The number before stays in the ledger and on the posting list."),
    )
    exchange = BooleanField(_l("Both labels were compared: exchange the two numbers"))


class ArrivalForm(Form):
    """The arrival notice."""

    notified_on = DayField(_l("Day of the arrival notice"), validators=[InputRequired()])


class InspectForm(Form):
    """Two people look at what came back."""

    inspection = SelectField(
        _l("The envelope is"),
        choices=[
            SelectChoice(Inspection.SEALED.value, _l("Sealed")),
            SelectChoice(Inspection.OPENED.value, _l("Opened")),
        ],
    )
    witness = StringField(_l("Second person who looked at it"), validators=[InputRequired(), Length(max=80)])


class LossForm(Form):
    """A letter is lost."""

    circumstances = StringField(_l("What is known"), validators=[InputRequired(), Length(max=200)])


class AgainForm(Form):
    """Why another letter goes out."""

    reason = SelectField(_l("Reason"))


class AgentForm(Form):
    """Who may receive the letter instead of the holder."""

    agent_name = StringField(
        _l("Name of the agent"),
        validators=[InputRequired(), Length(max=120)],
        description=_l("As on the agent's identity document."),
        render_kw={"class": "name"},
    )
    agent_address = StringField(_l("Address of the agent"), validators=[InputRequired(), Length(max=200)])
    agent_papers_on = DayField(_l("Letter of attorney came on"), validators=[InputRequired()])
