"""Reception of fresh papers for a certificate that ends: the form filled from the case before, to be corrected."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import abort

from admin.forms.reception import ReceptionForm
from app.core.db import db
from app.core.errors import NotFoundError
from issuance.queries import renewals
from models.applications import Applicant
from models.companies import Company, ContactPerson
from models.enums import ApplicationKind, ContactRole, Service


@dataclass(frozen=True, slots=True)
class Before:
    """The certificate that ends, and the case that it stands on."""

    certificate_id: UUID
    serial: str
    ends_on: date
    applicant: Applicant
    company: Company
    contact: ContactPerson | None


def find_before(certificate_id: str | None) -> Before | None:
    """What a new case of the same holder follows; None if none is named. A key that is none is a 404."""
    if not certificate_id:
        return None
    try:
        row = renewals.get_ending(UUID(certificate_id))
    except (ValueError, NotFoundError):
        abort(404)
    applicant = db.session.get_one(Applicant, row.applicant_id)
    company = applicant.application.company
    contact = next((each for each in company.contacts if each.role is ContactRole.CONTACT), None)
    return Before(row.id, row.serial, row.ends_on, applicant, company, contact)


def fill(form: ReceptionForm, before: Before) -> None:
    """Fill the form; every name stands exactly as it was stored."""
    form.kind.data = ApplicationKind.RENEWAL.value
    form.services.data = [Service.CERTIFICATE.value]
    form.company_name.data = before.company.name
    form.company_kana.data = before.company.name_kana
    form.company_romaji.data = before.company.name_romaji
    form.corporate_number.data = before.company.corporate_number
    form.renews.data = str(before.certificate_id)
    first = form.applicants[0].form
    first.name.data, first.name_kana.data = before.applicant.name, before.applicant.name_kana
    first.wants_certificate.data, first.wants_user_id.data = True, False
