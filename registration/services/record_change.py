"""What form 1 of a change application wants, written beside what stands on record."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.db import db
from app.core.transaction import transaction
from models.applications import Application
from models.changes import CompanyChange
from models.enums import ApplicationKind
from registration import decision_queries, queries
from registration.errors import ChangeError
from registration.rules.changes import ChangeField
from registration.rules.my_number import contains_my_number
from registration.rules.name_characters import require_name_characters
from registration.services.steps import work_on


def record_change(application_id: UUID, values: Mapping[str, str], *, actor: Actor, now: datetime) -> int:
    """Record the new values of a change application; the company's record itself stays as it is until the approval.

    Args:
        application_id: a case of kind change.
        values: new value by field, exactly as on form 1; a field that is left out keeps its recorded change, one that
            equals the record has none.
        actor: an officer.
        now: the present moment.

    Returns:
        how many fields the case changes now.

    Raises:
        ChangeError: change-not-a-change (another kind of case), change-no-field (form 1 does not ask for it),
            change-empty, change-email, change-my-number.
        NameCharacterError: a character that no name has.
        FourEyesError, IllegalTransitionError: not this person, or not any more.
    """
    with transaction():
        case = queries.case_for_update(application_id)
        if case.kind is not ApplicationKind.CHANGE:
            raise ChangeError("change-not-a-change")
        allowed = {field.code: field for field in decision_queries.list_change_fields(case)}
        if unknown := next((code for code in values if code not in allowed), None):
            raise ChangeError("change-no-field", change=unknown)
        work_on(case, actor=actor, now=now)
        before = decision_queries.record_of(case.company)
        for code, value in values.items():
            _record(case, code, before[code], _checked(allowed[code], value), actor=actor, now=now)
        db.session.flush()
        db.session.expire(case, ["changes"])
        audit.record(
            "application:record_change",
            subject_type="application",
            subject_id=application_id,
            actor=actor,
            detail={"fields": [each.field for each in case.changes]},
        )
        return len(case.changes)


def _record(case: Application, code: str, old: str, new: str, *, actor: Actor, now: datetime) -> None:
    row = next((each for each in case.changes if each.field == code), None)
    if new == old:
        if row is not None:
            db.session.delete(row)
        return
    if row is None:
        row = CompanyChange(application_id=case.id, field=code)
        db.session.add(row)
    assert actor.id is not None
    row.old_value, row.new_value, row.recorded_by, row.recorded_at = old, new, actor.id, now


def _checked(field: ChangeField, typed: str) -> str:
    value = typed.strip()
    if not value:
        if field.may_be_empty:
            return ""
        raise ChangeError("change-empty", field=field.code)
    if contains_my_number(value) and field.kind != "text":
        raise ChangeError("change-my-number", field=field.code)
    if field.kind in {"name", "address"}:
        return require_name_characters(value)
    if field.kind == "email":
        local, _at, domain = value.partition("@")
        if not local or "." not in domain or any(character.isspace() for character in value):
            raise ChangeError("change-email", field=field.code)
    return value
