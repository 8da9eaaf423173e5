"""What may be asked of a company about its case, and to whom a letter goes: read from the case for the officer's page."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select

from app.core.db import db
from models.applications import Application
from models.companies import ContactPerson
from models.enums import ContactRole, PaperKind, Remedy
from models.notices import CaseLetter
from models.papers import Paper
from registration.notice_queries import waiting_sheets
from registration.rules.faults import Fault
from registration.rules.notices import ASKABLE, DATED, NUMBER_CHECK, OTHER, goes_back_at_first, remedies
from registration.rules.recipients import Recipient


@dataclass(frozen=True, slots=True)
class Proposal:
    """One thing that may be asked of the company, as the page offers it."""

    paper: Paper
    code: str
    detail: str = ""
    day: date | None = None
    remedies: tuple[Remedy, ...] = field(default=())
    goes_back: bool = False
    words: str = ""  # what the officer noted when the check was found not OK: the notice is made from it

    @property
    def key(self) -> str:
        """How a form names it."""
        return f"{self.paper.id}.{self.code}.{self.detail}"


def proposals(case: Application, faults: Iterable[Fault]) -> list[Proposal]:
    """What the officer may tick: every fault that is the company's, and anything else on each paper."""
    found = list(faults)
    waiting = waiting_sheets(case.id)
    offered: list[Proposal] = []
    for paper in case.papers:
        name = paper.applicant.name if paper.applicant else None
        own = [fault for fault in found if fault.kind is paper.kind and fault.applicant == name]
        for fault in own:
            if fault.code == "missing" and paper.id in waiting:
                offered.append(Proposal(paper, "not-ok", NUMBER_CHECK, remedies=remedies(paper.kind, "not-ok")))
            elif fault.code in ASKABLE:
                offered.append(_proposal(paper, fault))
        offered.append(Proposal(paper, OTHER, remedies=remedies(paper.kind, OTHER)))
    return offered


def _proposal(paper: Paper, fault: Fault) -> Proposal:
    detail = paper.issued_on.isoformat() if fault.code in DATED and paper.issued_on else fault.detail
    possible = remedies(paper.kind, fault.code)
    goes_back = paper.sheet_id is not None and goes_back_at_first(fault.code, fault.detail, possible[0])
    notes = {check.code: check.note for check in paper.checks}
    words = notes.get(fault.detail, "") if fault.code == "not-ok" else ""
    return Proposal(paper, fault.code, detail, fault.day, possible, goes_back, words)


def recipient_of(case: Application) -> Recipient:
    """To whom a letter about the case goes, as far as anybody has recorded it.

    The contact person of form 4 in this case; else the company's from an earlier one. The address is the contact
    person's if the form names one, else the company's own.
    """
    company = case.company
    form = next((paper for paper in case.papers if paper.kind is PaperKind.FORM_4), None)
    fields = form.fields if form is not None else {}
    known = db.session.scalars(
        select(ContactPerson).where(ContactPerson.company_id == company.id, ContactPerson.role == ContactRole.CONTACT)
    ).first()
    if fields.get("contact_name"):
        department, name = fields.get("contact_department", ""), fields["contact_name"]
        email = fields.get("contact_email", "")
        postal_code, address = fields.get("contact_postal_code", ""), fields.get("contact_address", "")
    elif known is not None:
        department, name, email = known.department, known.name, known.email
        postal_code, address = known.postal_code, known.address
    else:
        department = name = email = postal_code = address = ""
    if not address:
        postal_code, address = company.postal_code, company.address
    return Recipient(company.name, department, name, email, postal_code, address)


def recipient_of_letter(letter: CaseLetter) -> Recipient:
    """To whom an earlier letter went."""
    return Recipient(
        letter.recipient_company,
        letter.recipient_department,
        letter.recipient_name,
        letter.recipient_email,
        letter.recipient_postal_code,
        letter.recipient_address,
    )
