"""The form of a version of the certificate profiles, made of the rule's own list of values."""

from dataclasses import fields
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, IntegerField, StringField, TextAreaField
from wtforms.validators import Length

from admin.messages_certificate_profiles import NAMES
from app.core.forms import Form, InputRequired
from issuance.rules.profiles import SECTIONS, Profiles, to_content


class _Base(Form):
    needs_accreditation = BooleanField(
        _l("The manner of business changes: a change accreditation (article 9 of the Act) is needed first.")
    )
    reason = TextAreaField(_l("Reason"), validators=[Length(max=2000)], render_kw={"rows": 3})

    def content(self) -> dict[str, Any]:
        """What was entered, as the rule reads it."""
        return {
            section: {
                each.name: _entered(self[f"{section}.{each.name}"], each.metadata["kind"]) for each in fields(kind)
            }
            for section, kind in SECTIONS.items()
        }

    def fields_of(self, section: str) -> list[Field]:
        """The fields of one section, in their order."""
        return [self[f"{section}.{each.name}"] for each in fields(SECTIONS[section])]


def _field(name: str, rule: Any) -> Any:  # noqa: ANN401  metadata of the rule
    label, kind = NAMES[name], rule["kind"]
    if kind == "number":
        limits = f"{rule['least']} – {rule['most']}"
        return IntegerField(label, validators=[InputRequired()], description=limits, render_kw={"size": 6})
    if kind == "flag":
        return BooleanField(label)
    if kind == "choices":
        return StringField(label, validators=[Length(max=200)], description=", ".join(rule["allowed"]))
    return StringField(label, validators=[Length(max=60)], render_kw={"size": 12})


def _entered(field: Field, kind: str) -> object:
    if kind == "choices":
        return [part.strip() for part in (field.data or "").replace("、", ",").split(",") if part.strip()]
    return (field.data or "").strip() if kind == "policy" else field.data


CertificateProfilesForm = type(
    "CertificateProfilesForm",
    (_Base,),
    {
        f"{section}.{each.name}": _field(each.name, each.metadata)
        for section, kind in SECTIONS.items()
        for each in fields(kind)
    },
)


def form_of(profiles: Profiles) -> _Base:
    """The form with the values of a version."""
    values = {
        f"{section}.{name}": ", ".join(value) if isinstance(value, list) else value
        for section, part in to_content(profiles).items()
        for name, value in part.items()
    }
    form: _Base = CertificateProfilesForm(data=values)
    return form
