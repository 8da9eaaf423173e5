"""What every form of the portal and of the site is made of: an entry that is missing or wrong is named, with what to do about it.

WTForms' own sentences ("This field is required.") stand at the field and say nothing more. Here each of them becomes a sentence
with the field's label in it, for all fields at once; a message of a validator's own is left as it is.
"""

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.i18n import translations
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Field, FileField, SelectFieldBase
from wtforms import Form as PlainForm
from wtforms.validators import InputRequired as StockInputRequired
from wtforms.validators import StopValidation
from wtforms.widgets import HiddenInput

REQUIRED = "This field is required."  # as wtforms.validators has it
NOT_ON_THE_PAGE = lazy_gettext("A part of this page did not arrive. Reload the page, then send it once more.")
TYPE = lazy_gettext("Enter “%(label)s”.")
CHOOSE = lazy_gettext("Choose “%(label)s” from what is offered.")
TICK = lazy_gettext("Read “%(label)s” and tick it.")
CHOOSE_FILE = lazy_gettext("Choose a file: “%(label)s”.")
WHOLE_NUMBER = lazy_gettext("Enter “%(label)s” as a whole number, e.g. 12.")
# What WTForms says → what we say. Its placeholders (%(min)s, …) are filled in by WTForms afterwards.
STOCK: dict[str, object] = {
    "Not a valid choice.": CHOOSE,
    "Invalid Choice: could not coerce.": CHOOSE,
    "Invalid choice(s): one or more data inputs could not be coerced.": CHOOSE,
    "'%(value)s' are not valid choices for this field.": CHOOSE,
    "Not a valid integer value.": WHOLE_NUMBER,
    "Not a valid decimal value.": lazy_gettext("Enter “%(label)s” as a number, e.g. 12.5."),
    "Not a valid float value.": lazy_gettext("Enter “%(label)s” as a number, e.g. 12.5."),
    "Not a valid datetime value.": lazy_gettext("Enter “%(label)s” as a day and a time, e.g. 2026-11-24 14:05."),
    "Not a valid date value.": lazy_gettext("Enter “%(label)s” as a day, e.g. 2026-11-24."),
    "Not a valid time value.": lazy_gettext("Enter “%(label)s” as a time, e.g. 14:05."),
    "Field cannot be longer than %(max)d characters.": lazy_gettext(
        "“%(label)s” has %(length)s characters, at most %(max)s are possible. Shorten it."
    ),
    "Field must be at least %(min)d characters long.": lazy_gettext(
        "“%(label)s” has %(length)s characters, at least %(min)s are needed. Look at it again."
    ),
    "Field must be exactly %(max)d characters long.": lazy_gettext(
        "“%(label)s” has %(length)s characters and needs %(max)s. Look at it again."
    ),
    "Field must be between %(min)d and %(max)d characters long.": lazy_gettext(
        "“%(label)s” has %(length)s characters and needs %(min)s to %(max)s. Look at it again."
    ),
    "Number must be at least %(min)s.": lazy_gettext("Enter “%(label)s” as a number from %(min)s on."),
    "Number must be at most %(max)s.": lazy_gettext("Enter “%(label)s” as a number up to %(max)s."),
    "Number must be between %(min)s and %(max)s.": lazy_gettext(
        "Enter “%(label)s” as a number from %(min)s to %(max)s."
    ),
    "Invalid input.": lazy_gettext("“%(label)s” is not written as it must be. Look at it again."),
    "Field must be equal to %(other_name)s.": lazy_gettext("“%(label)s” differs from the entry before it."),
}


class FieldTexts:
    """What WTForms asks for the sentences of one field."""

    def __init__(self, field: Field) -> None:
        self._field = field

    def gettext(self, stock: str) -> str:
        """Our sentence in the place of one of WTForms; one that we do not know stays as it is."""
        text = self._required() if stock == REQUIRED else STOCK.get(stock)
        if text is None:
            return str(translations.gettext(stock))
        if isinstance(self._field.widget, HiddenInput):
            text = NOT_ON_THE_PAGE  # nobody typed it, so nobody can mend it
        label = str(self._field.label.text)
        # What WTForms still fills in must not take a per cent sign of the label for one of its own.
        kept = label.replace("%", "%%") if "%(" in stock else label
        return str(text).replace("%(label)s", kept)

    def ngettext(self, _one: str, many: str, _n: int) -> str:
        """The same in either number: our sentences name numbers and do not count."""
        return self.gettext(many)

    def _required(self) -> object:
        field = self._field
        if isinstance(field, BooleanField):
            return TICK
        if isinstance(field, SelectFieldBase):
            return CHOOSE
        if isinstance(field, FileField):
            return CHOOSE_FILE
        return getattr(field, "how_to_type", TYPE)


class InputRequired(StockInputRequired):  # type: ignore[misc]  # WTForms has no types
    """Something must stand there: blanks alone are nothing, and what could not be read is not called missing as well."""

    def __call__(self, form: Any, field: Field) -> None:
        first = field.raw_data[0] if field.raw_data else None
        if first and not (isinstance(first, str) and not first.strip()):
            if field.process_errors:
                raise StopValidation  # its own sentence stands there
            return
        field.errors[:] = []
        raise StopValidation(self.message or field.gettext(REQUIRED))


class _Texts:
    """Part of a form's Meta: each field gets sentences of its own, and no NUL, which no column of PostgreSQL takes."""

    def wrap_formdata(self, form: Any, formdata: Any) -> Any:
        wrap: Callable[..., Any] = super().wrap_formdata  # type: ignore[misc]  # of WTForms' Meta behind it
        found = wrap(form, formdata)
        pairs = list(found.items(multi=True)) if isinstance(found, MultiDict) else []
        if not any(isinstance(each, str) and "\x00" in each for _name, each in pairs):
            return found
        return MultiDict([(name, each.replace("\x00", "") if isinstance(each, str) else each) for name, each in pairs])

    def bind_field(self, form: Any, unbound_field: Any, options: Any) -> Field:
        bind: Callable[..., Field] = super().bind_field  # type: ignore[misc]  # of WTForms' Meta behind it
        field = bind(form, unbound_field, options)
        field._translations = FieldTexts(field)  # noqa: SLF001  where WTForms' own `gettext` of a field looks
        return field


class Form(FlaskForm):  # type: ignore[misc]  # WTForms has no types
    """A form of a page, with the token that every POST needs."""

    class Meta(_Texts, FlaskForm.Meta):  # type: ignore[misc]  # WTForms has no types
        """Sentences with labels."""


class Entry(PlainForm):  # type: ignore[misc]  # WTForms has no types
    """Some fields that a form has several times, each time in a FormField."""

    class Meta(_Texts, PlainForm.Meta):  # type: ignore[misc]  # WTForms has no types
        """Sentences with labels."""
