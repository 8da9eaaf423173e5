"""Fields that several forms share."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import ValidationError

from admin.messages import sentence
from app.core.wareki import DateError, format_wareki, parse_date


class DayField(StringField):
    """A day typed as on paper: 令和8年11月24日, R8.11.24 or 2026-11-24. What was typed stays on the screen."""

    how_to_type = _l("Enter “%(label)s” as a day, e.g. 2026-11-24 or R8.11.24.")  # app.core.forms: where it is missing
    day: date | None = None

    def process_data(self, value: Any) -> None:  # noqa: ANN401  WTForms' signature
        self.day = value if isinstance(value, date) else None
        super().process_data(format_wareki(value) if isinstance(value, date) else value)

    def pre_validate(self, form: Any) -> None:  # noqa: ANN401  WTForms' signature
        text = (self.data or "").strip()
        if not text:
            return
        try:
            self.day = parse_date(text).date
        except DateError as error:
            raise ValidationError(sentence(error)) from None
