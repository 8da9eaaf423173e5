"""The company's record becomes what an approved change says."""

from datetime import datetime

from app.core.db import db
from app.core.transaction import require_transaction
from models.applications import Application
from models.companies import Company, ContactPerson
from models.enums import ContactRole
from registration import decision_queries
from registration.errors import ChangeError
from registration.rules.changes import COMPANY_FIELDS


def apply_change(case: Application, *, now: datetime) -> None:
    """Inner step of the approval: every recorded change, each once, old value compared under the company's lock.

    Raises:
        ChangeError: change-outdated: the company's record is not what stood beside the new value when it was recorded.
    """
    require_transaction()
    company = decision_queries.company_for_update(case.company_id)
    before = decision_queries.record_of(company)
    place = (company.postal_code, company.address)
    for change in case.changes:
        if change.applied_at is not None:
            continue
        if before.get(change.field) != change.old_value:
            raise ChangeError("change-outdated", change=change.field)
        if change.field in COMPANY_FIELDS:
            setattr(company, change.field, change.new_value)
        change.applied_at = now
    _apply_contacts(company, {each.field: each.new_value for each in case.changes})
    _move_contacts(company, place)
    db.session.flush()


def _apply_contacts(company: Company, wanted: dict[str, str]) -> None:
    known = {person.role: person for person in company.contacts}
    for role, prefix in ((ContactRole.CONTACT, "contact"), (ContactRole.BILLING, "billing")):
        values = {code: wanted.get(f"{prefix}_{code}") for code in ("name", "email", "department", "phone")}
        new = {code: value for code, value in values.items() if value is not None}
        if not new:
            continue
        person = known.get(role)
        if person is None:
            person = ContactPerson(role=role, name="", email="", address=company.address)
            person.postal_code = company.postal_code
            company.contacts.append(person)
        for code, value in new.items():
            setattr(person, code, value)


def _move_contacts(company: Company, place: tuple[str, str]) -> None:
    """Contacts who sat at the head office move with it; others stay where they are."""
    for person in company.contacts:
        if (person.postal_code, person.address) == place:
            person.postal_code, person.address = company.postal_code, company.address
