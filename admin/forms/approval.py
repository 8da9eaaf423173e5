"""Forms of profiles, emergencies and changes. Shape only: what is allowed is a rule."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    widgets,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional

from admin.messages_approval import CONFIRMATIONS, ROLES, STEPS
from app.core.forms import Entry, Form, InputRequired
from registration.rules import approval_profile as rule


def ticks(label: Any, choices: list[SelectChoice] | None = None) -> SelectMultipleField:  # noqa: ANN401  a lazy text
    """A list of tick boxes."""
    return SelectMultipleField(
        label,
        choices=choices or [],
        widget=widgets.ListWidget(prefix_label=False),
        option_widget=widgets.CheckboxInput(),
        render_kw={"class": "choices"},
    )


class StepEntry(Entry):
    """One step of a proposed profile; without a name it is left out."""

    code = SelectField(
        _l("Step"), choices=[SelectChoice("", "—"), *(SelectChoice(code, STEPS[code]) for code in rule.STEP_CODES)]
    )
    role = SelectField(_l("Role"), choices=[SelectChoice(code, ROLES[code]) for code in rule.ROLES], default="approver")
    confirmations = ticks(_l("Confirms"), [SelectChoice(code, CONFIRMATIONS[code]) for code in rule.CONFIRMATIONS])


class ProfileForm(Form):
    """A proposed version of the approval profile."""

    steps = FieldList(FormField(StepEntry), min_entries=rule.MOST_STEPS, max_entries=rule.MOST_STEPS)
    review_valid_days = IntegerField(_l("Days for which a review holds"), validators=[InputRequired()])
    application_valid_days = IntegerField(_l("Days for which an application holds"), validators=[InputRequired()])
    needs_accreditation = BooleanField(
        _l("The manner of business changes: a change accreditation (article 9 of the Act) is needed first.")
    )
    reason = TextAreaField(_l("Reason"), validators=[Length(max=2000)], render_kw={"rows": 3})

    def content(self) -> dict[str, Any]:
        """What was entered, as the rule reads it."""
        return {
            "steps": [dict(each.data) for each in self.steps if each.data["code"]],
            "review_valid_days": self.review_valid_days.data,
            "application_valid_days": self.application_valid_days.data,
        }


class ProfileDecisionForm(Form):
    """Activate or reject."""

    accreditation_reference = StringField(
        _l("Change accreditation: number and day"), validators=[Optional(), Length(max=200)]
    )
    reason = TextAreaField(_l("Reason (of a rejection)"), validators=[Length(max=2000)], render_kw={"rows": 2})


class SendBackForm(Form):
    """Why a case goes back to the officers."""

    reason = TextAreaField(
        _l("What the officers are to do"), validators=[InputRequired(), Length(max=1000)], render_kw={"rows": 3}
    )


class EmergencyForm(Form):
    """Why the profile's persons cannot be waited for."""

    digest = StringField(validators=[InputRequired(), Length(min=64, max=64)], widget=widgets.HiddenInput())
    reason = TextAreaField(
        _l("Who is absent, and why the case cannot wait"),
        validators=[InputRequired(), Length(max=2000)],
        render_kw={"rows": 3},
    )


class CountersignForm(Form):
    """What the second person confirms."""

    digest = StringField(validators=[InputRequired(), Length(min=64, max=64)], widget=widgets.HiddenInput())
    confirmations = ticks(_l("I confirm"))


class FollowUpForm(Form):
    """What the third person found."""

    finding = TextAreaField(_l("What was found"), validators=[InputRequired(), Length(max=4000)], render_kw={"rows": 4})


class WithdrawForm(Form):
    """Nothing but the token: taking a declaration back needs no words."""
