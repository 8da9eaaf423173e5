"""The forms of the WEB申請."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import Length

from app.core.forms import Form, InputRequired

_TICK = _l("Please read this and tick it.")


class StartForm(Form):
    """What stands in the letter."""

    number = StringField(
        _l("Application number"),
        validators=[InputRequired(_l("Type the application number of the letter.")), Length(max=40)],
        description=_l("As in the letter, e.g. A-2026-000001-1"),
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "autofocus": True},
    )
    pin = StringField(
        _l("Application PIN"),
        validators=[InputRequired(_l("Type the application PIN of the letter.")), Length(max=60)],
        description=_l("16 characters; hyphens may be left out"),
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )


class ConsentForm(Form):
    """What the holder agrees to."""

    seen = HiddenField()  # which names were shown
    contents = BooleanField(_l("The contents of the certificate are right."), validators=[InputRequired(_TICK)])
    matters = BooleanField(
        _l("I have read the important matters and agree to them."), validators=[InputRequired(_TICK)]
    )
    terms = BooleanField(
        _l("I keep the eToken and its PIN to myself and report a loss at once."), validators=[InputRequired(_TICK)]
    )


class AgainForm(Form):
    """A button with nothing to type."""
