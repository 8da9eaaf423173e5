"""Forms of revocation. Shape only: what is allowed is a rule."""

import re
from datetime import datetime, time
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, NumberRange, Optional, ValidationError

from admin.fields import DayField
from admin.forms.approval import ticks
from admin.messages_revocations import CIRCUMSTANCES, KEY_KINDS, MESSAGES, PAPERS, WAYS
from app.core.clock import TOKYO
from app.core.forms import Form, InputRequired
from issuance.rules.revocation_policy import Terms
from models.enums import RevocationAsker

TIME = re.compile(r"([01]?\d|2[0-3])[:：]([0-5]\d)")
LONG = 2000


class WayForm(Form):
    """First step: who asks how, and what happened. Read from the address; changes nothing."""

    class Meta:
        """No token: it is sent with GET."""

        csrf = False

    way = RadioField(
        _l("Who asks"),
        choices=[SelectChoice(*each) for each in WAYS.items()],
        validators=[InputRequired()],
        render_kw={"class": "choices"},
    )
    circumstance = SelectField(
        _l("Ground"),
        choices=[SelectChoice("", "—"), *(SelectChoice(*each) for each in CIRCUMSTANCES.items())],
        validators=[InputRequired()],
    )


class SinceForm(Form):
    """Since when, if somebody says so."""

    since = DayField(
        _l("Unsafe since (day)"),
        description=_l("Only if it is known: it stands in the CRL beside the time of the revocation."),
    )
    since_time = StringField(
        _l("Time"), validators=[Length(max=10)], description=_l("24 hours, e.g. 14:05; empty: 0:00")
    )

    def validate_since_time(self, field: Any) -> None:  # noqa: ANN401  WTForms' signature
        """Hours and minutes."""
        if (field.data or "").strip() and not TIME.fullmatch(field.data.strip()):
            raise ValidationError(MESSAGES["revocation-since-form"])

    def since_moment(self) -> datetime | None:
        """What was typed, as a moment."""
        if self.since.day is None:
            return None
        found = TIME.fullmatch((self.since_time.data or "").strip())
        return datetime.combine(self.since.day, time(int(found[1]), int(found[2])) if found else time(), TOKYO)


class ReceiveForm(SinceForm):
    """Second step: the request as it came."""

    asker_name = StringField(
        _l("Name of who asks"), validators=[InputRequired(), Length(max=200)], render_kw={"class": "name"}
    )
    received_on = DayField(_l("Received on"), validators=[InputRequired()])
    papers = ticks(_l("Papers that came"))
    call_back = TextAreaField(
        _l("Call back"),
        validators=[Length(max=LONG)],
        description=_l("Which number of our records, when, and what was asked."),
        render_kw={"rows": 2},
    )
    explanation = TextAreaField(
        _l("What was said"), validators=[Length(max=LONG)], render_kw={"rows": 3, "class": "name"}
    )

    def offer(self, terms: Terms) -> None:
        """The papers that this request needs, and may have."""
        self.papers.choices = [SelectChoice(code, PAPERS[code]) for code in (*terms.papers, *terms.optional)]


class PapersForm(Form):
    """Papers that came later."""

    papers = ticks(_l("Papers that came"))


class ReasonForm(Form):
    """Why a request is refused or taken back."""

    reason = TextAreaField(
        _l("Reason"), validators=[InputRequired(), Length(max=LONG)], render_kw={"rows": 3, "class": "name"}
    )


class YesForm(Form):
    """Nothing but the token."""


class DigestForm(Form):
    """A decision about a list: which one was looked at."""

    digest = HiddenField(validators=[InputRequired(), Length(min=64, max=64)])


class BatchForm(SinceForm):
    """A list by a filter, and why."""

    company = StringField(
        _l("Company"),
        validators=[Length(max=200)],
        description=_l("Corporate number (13 digits), or the whole name as registered."),
        render_kw={"class": "name"},
    )
    issued_from = DayField(_l("Issued from"))
    issued_until = DayField(_l("Issued until"))
    token_batch = StringField(
        _l("Delivery of tokens"), validators=[Length(max=100)], description=_l("As on the delivery note.")
    )
    key_kind = SelectField(
        _l("Kind of key"),
        choices=[SelectChoice("", "—"), *(SelectChoice(*each) for each in KEY_KINDS.items())],
        validate_choice=False,  # a rule says which there are
    )
    profile_version = IntegerField(
        _l("Version of the certificate profile"), validators=[Optional(), NumberRange(0, 10_000)]
    )
    serials = TextAreaField(
        _l("Serial numbers"),
        validators=[Length(max=5_000_000)],
        description=_l("One per line, as openssl or a table gives them."),
        render_kw={"rows": 4, "spellcheck": "false"},
    )
    asked_by = SelectField(
        _l("Who asks"),
        choices=[
            SelectChoice(RevocationAsker.AUTHORITY.value, _l("Certification authority")),
            SelectChoice(RevocationAsker.COMPANY.value, _l("Company")),
        ],
        validate_choice=False,  # the dry run comes without it
    )
    circumstance = SelectField(
        _l("Ground"),
        choices=[SelectChoice("", "—"), *(SelectChoice(*each) for each in CIRCUMSTANCES.items())],
        validate_choice=False,
    )
    explanation = TextAreaField(
        _l("Why this list"), validators=[Length(max=LONG)], render_kw={"rows": 3, "class": "name"}
    )
    digest = HiddenField(validators=[Optional(), Length(min=64, max=64)])

    def asker(self) -> RevocationAsker:
        """Who asks; the authority unless the company was chosen."""
        is_company = self.asked_by.data == RevocationAsker.COMPANY.value
        return RevocationAsker.COMPANY if is_company else RevocationAsker.AUTHORITY
