"""Forms of the contract pages. Shape only; what the contract allows is for the services."""

import unicodedata
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import Field, StringField, TextAreaField
from wtforms.validators import Length, Optional, ValidationError

from app.core.forms import Form, InputRequired
from app.core.wareki import DateError, parse_date


def narrow(value: str | None) -> str:
    """Full-width digits and letters made plain; never for names."""
    return unicodedata.normalize("NFKC", value or "").strip()


def yen(value: str) -> int | None:
    """33,000,000円, ￥33000000 → 33000000; empty → None. Raises ValueError."""
    plain = narrow(value).replace(",", "").replace("円", "").replace("¥", "").replace(" ", "")
    if not plain:
        return None
    if not plain.isdigit() or len(plain) > 15:
        raise ValueError(value)
    return int(plain)


class DayField(StringField):
    """A date as Japanese offices type it: 令和8年11月24日, R8.11.24, 2026-11-24."""

    how_to_type = _l("Enter “%(label)s” as a day, e.g. 2026-11-24 or R8.11.24.")
    day: date | None = None

    def pre_validate(self, form: object) -> None:
        """Read the date."""
        self.day = None
        if not (self.data or "").strip():
            return
        try:
            self.day = parse_date(self.data or "").date
        except DateError as error:
            raise ValidationError(_("This is not a date. Type it like 2026-11-24 or 令和8年11月24日.")) from error


class YenField(StringField):
    """An amount in yen."""

    amount: int | None = None

    def pre_validate(self, form: object) -> None:
        """Read the amount."""
        try:
            self.amount = yen(self.data or "")
        except ValueError as error:
            raise ValidationError(_("This is not a number of yen.")) from error


class NewContractForm(Form):
    """A contract to be sent."""

    pdf = FileField(_l("Contract (PDF)"), validators=[FileRequired(_l("Choose the PDF."))])
    title = StringField(_l("Title"), validators=[InputRequired(), Length(max=200)])
    contract_date = DayField(_l("Date of the contract"), validators=[InputRequired()])
    amount = YenField(_l("Amount with tax (yen)"), validators=[Optional()])
    counterparty = StringField(_l("User ID of the other party"), validators=[InputRequired(), Length(max=20)])

    def validate_counterparty(self, field: Field) -> None:
        """Letters as they are stored."""
        field.data = narrow(field.data).upper()


class ReasonForm(Form):
    """Why a contract ends."""

    reason = TextAreaField(_l("Reason"), validators=[InputRequired(), Length(max=500)])


class SearchForm(Form):
    """What to look for. Sent by GET, so that a search can be bookmarked."""

    class Meta:
        """A search changes nothing, so it needs no token."""

        csrf = False

    date_from = DayField(_l("Date from"))
    date_to = DayField(_l("to"))
    amount_from = YenField(_l("Amount from"))
    amount_to = YenField(_l("to"))
    counterparty = StringField(_l("Other party"))
    title = StringField(_l("Title"))


class RegisterForm(Form):
    """Pressing the button is all there is to it."""
