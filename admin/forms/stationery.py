"""Forms of the stationery room."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import DecimalField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, NumberRange, ValidationError

from admin.fields import DayField
from admin.messages_stationery import TEXTS
from app.core.forms import Form, InputRequired
from app.documents.envelopes import Area, Envelope
from mailings.letters.places import SHEET
from mailings.letters.texts import BUILT_IN
from models.enums import LetterKind


def _millimetres(label: object, most: int = 400) -> DecimalField:
    return DecimalField(
        label,  # type: ignore[arg-type]  # a lazy text is as good as a text
        places=1,
        validators=[InputRequired(), NumberRange(min=0, max=most)],
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )


class StockForm(Form):
    """An envelope with a window, as it was measured, in millimetres."""

    name = StringField(_l("Name of the envelope"), validators=[InputRequired(), Length(max=60)])
    width = _millimetres(_l("Width of the envelope (mm)"))
    height = _millimetres(_l("Height of the envelope (mm)"))
    window_left = _millimetres(_l("Window: left edge from the left (mm)"))
    window_top = _millimetres(_l("Window: upper edge from the top (mm)"))
    window_right = _millimetres(_l("Window: right edge from the left (mm)"))
    window_bottom = _millimetres(_l("Window: lower edge from the top (mm)"))
    fold = SelectField(
        _l("The sheet in it"),
        choices=[SelectChoice("99", _l("A4 folded in three (99 mm high)")), SelectChoice("297", _l("A4 flat"))],
    )
    slack = _millimetres(_l("Never nearer to an edge than (mm)"), 20)
    measured_on = DayField(_l("Measured on"), validators=[InputRequired()])
    measured_by = StringField(_l("Measured by"), validators=[InputRequired(), Length(max=80)])

    def envelope(self) -> Envelope:
        """The numbers that were typed, to a tenth of a millimetre."""
        window = (self.window_left, self.window_top, self.window_right, self.window_bottom)
        return Envelope(
            width=_tenths(self.width),
            height=_tenths(self.height),
            window=Area(*map(_tenths, window)),
            sheet_width=SHEET.right,
            sheet_height=float(self.fold.data),
            slack=_tenths(self.slack),
        )


def _tenths(field: DecimalField) -> float:
    return round(float(field.data or 0), 1)


class LabelsForm(Form):
    """Which sheet of labels lies in the printer, and where it begins."""

    per_sheet = SelectField(
        _l("Sheet of labels"),
        choices=[
            SelectChoice("12", _l("12 labels of 86.4 × 42.3 mm")),
            SelectChoice("24", _l("24 labels of 66 × 33.9 mm")),
        ],
    )
    start = IntegerField(_l("First label"), default=1, validators=[InputRequired(), NumberRange(min=1)])

    def validate_start(self, field: IntegerField) -> None:
        """The sheet has that many labels."""
        if field.data and not self.per_sheet.errors and field.data > int(self.per_sheet.data):
            raise ValidationError(gettext("The sheet has %(count)s labels.", count=self.per_sheet.data))


class TemplateDecisionForm(Form):
    """Put a wording in force, or reject it."""

    reason = TextAreaField(_l("Reason (of a rejection)"), validators=[Length(max=2000)], render_kw={"rows": 2})


class WordingForm(Form):
    """The texts of one kind of letter; `wording_form` gives it their fields."""

    kind: LetterKind
    reason = TextAreaField(_l("Reason"), validators=[Length(max=2000)], render_kw={"rows": 2})

    def content(self) -> dict[str, str]:
        """The texts as they were typed, by name."""
        return {name: self[name].data or "" for name in BUILT_IN[self.kind]}


def wording_form(kind: LetterKind) -> type[WordingForm]:
    """The form for a kind of letter."""
    fields = {
        name: TextAreaField(TEXTS[name], render_kw={"rows": 5 if len(text) > 90 else 2})
        for name, text in BUILT_IN[kind].items()
    }
    return type("KindWordingForm", (WordingForm,), {"kind": kind, **fields})
