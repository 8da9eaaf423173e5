"""Forms for notices to companies, refusals and withdrawals. Shape only: what may be asked is a rule."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from admin.fields import DayField
from app.core.forms import Form, InputRequired
from models.enums import PapersFate, RefusalReason
from registration.rules.recipients import Recipient

LONGEST = 255


class RecipientForm(Form):
    """To whom a letter goes; filled in with what the case knows."""

    recipient_company = StringField(
        _l("Company"), validators=[InputRequired(), Length(max=LONGEST)], render_kw={"class": "name"}
    )
    recipient_department = StringField(_l("Department"), validators=[Length(max=LONGEST)], render_kw={"class": "name"})
    recipient_name = StringField(
        _l("Contact person"),
        validators=[Length(max=LONGEST)],
        description=_l("As on form 4. Left empty, the letter is addressed to the company."),
        render_kw={"class": "name"},
    )
    recipient_email = StringField(
        _l("E-mail"), validators=[Length(max=LONGEST)], description=_l("Left empty, the letter goes by post alone.")
    )
    recipient_postal_code = StringField(
        _l("Postal code"), validators=[Length(max=8)], description=_l("As on form 1, e.g. 317-0055")
    )
    recipient_address = StringField(
        _l("Address"), validators=[InputRequired(), Length(max=LONGEST)], render_kw={"class": "name"}
    )

    def recipient(self) -> Recipient:
        """What was typed."""
        return Recipient(
            *(
                (self._fields[f"recipient_{name}"].data or "").strip()
                for name in ("company", "department", "name", "email", "postal_code", "address")
            )
        )


def recipient_data(recipient: Recipient) -> dict[str, Any]:
    """A recipient as the form's first values."""
    return {
        f"recipient_{name}": getattr(recipient, name)
        for name in ("company", "department", "name", "email", "postal_code", "address")
    }


class NoticeForm(RecipientForm):
    """A deficiency notice, beside the list of what is asked."""

    due_on = DayField(_l("To reach us by"), validators=[InputRequired()])
    remark = TextAreaField(
        _l("Your own words"),
        validators=[Length(max=1000)],
        description=_l("Stand under the list in the letter, in Japanese."),
        render_kw={"rows": 3, "class": "name"},
    )


class ReasonForm(Form):
    """Why a notice is taken back."""

    reason = TextAreaField(_l("Reason"), validators=[InputRequired(), Length(max=500)], render_kw={"rows": 2})


class AnswerForm(Form):
    """What the company explained."""

    answer = TextAreaField(
        _l("What was explained, by whom"), validators=[InputRequired(), Length(max=1000)], render_kw={"rows": 3}
    )


class RefusalForm(RecipientForm):
    """Why an application is refused."""

    reason_code = SelectField(
        _l("Reason"),
        validators=[InputRequired()],
        choices=[
            SelectChoice("", _l("Choose…")),
            SelectChoice(RefusalReason.IDENTITY.value, _l("The applicant's identity could not be confirmed")),
            SelectChoice(RefusalReason.INTENTION.value, _l("The applicant's own intention could not be confirmed")),
            SelectChoice(RefusalReason.SEAL.value, _l("A seal does not match its certificate")),
            SelectChoice(RefusalReason.AUTHORITY.value, _l("No authority to use it for the company was shown")),
            SelectChoice(RefusalReason.UNTRUE.value, _l("Something in the papers is untrue")),
            SelectChoice(RefusalReason.NOT_ANSWERED.value, _l("What was asked for was not put right in time")),
            SelectChoice(RefusalReason.TERMS.value, _l("The terms of use are not met")),
            SelectChoice(RefusalReason.OTHER.value, _l("Another reason")),
        ],
    )
    reason = TextAreaField(
        _l("In your own words"),
        validators=[InputRequired(), Length(max=1000)],
        description=_l("The company reads it in the letter, so write it in Japanese."),
        render_kw={"rows": 4, "class": "name"},
    )
    papers = RadioField(
        _l("The papers"),
        choices=[
            SelectChoice(PapersFate.KEPT.value, _l("are kept for ten years from today (the law asks for it)")),
        ],
        default=PapersFate.KEPT.value,
    )


class WithdrawalForm(RecipientForm):
    """What the company said when it took its application back."""

    reason = TextAreaField(
        _l("What the company said, and who said it"),
        validators=[InputRequired(), Length(max=1000)],
        render_kw={"rows": 3, "class": "name"},
    )
    papers = RadioField(
        _l("The papers"),
        choices=[
            SelectChoice(PapersFate.RETURNED.value, _l("go back to the company with the letter (registered)")),
            SelectChoice(PapersFate.KEPT.value, _l("stay here until they are destroyed, as the company wishes")),
        ],
        default=PapersFate.RETURNED.value,
    )
