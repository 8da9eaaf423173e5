"""The contact persons of form 4 become the company's."""

from sqlalchemy import select

from app.core.db import db
from app.core.transaction import require_transaction
from models.applications import Application
from models.companies import ContactPerson
from models.enums import ContactRole, PaperKind


def record_contacts(case: Application) -> None:
    """Inner step of the approval: what form 4 says holds from now on."""
    require_transaction()
    form = next((paper for paper in case.papers if paper.kind is PaperKind.FORM_4), None)
    if form is None:
        return
    for role, prefix in ((ContactRole.CONTACT, "contact"), (ContactRole.BILLING, "billing")):
        name, email = form.fields.get(f"{prefix}_name"), form.fields.get(f"{prefix}_email")
        if not name or not email:
            continue
        person = db.session.scalars(
            select(ContactPerson).where(ContactPerson.company_id == case.company_id, ContactPerson.role == role)
        ).first()
        if person is None:
            person = ContactPerson(company_id=case.company_id, role=role, name=name, email=email)
            db.session.add(person)
        person.name, person.email = name, email
        person.department = form.fields.get(f"{prefix}_department", "")
        person.address = case.company.address
        person.postal_code = case.company.postal_code
