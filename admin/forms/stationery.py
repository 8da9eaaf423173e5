"""Forms of the stationery room."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DecimalField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange

from admin.fields import DayField
from app.documents.envelopes import Area, Envelope
from mailings.letters.places import SHEET


def _millimetres(label: object, most: int = 400) -> DecimalField:
    return DecimalField(
        label,  # type: ignore[arg-type]
        places=1,
        validators=[InputRequired(), NumberRange(min=0, max=most)],
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )


class StockForm(FlaskForm):
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
