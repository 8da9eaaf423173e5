"""An envelope came by 簡易書留: it becomes a case with the list of papers that the case needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app import audit
from app.core.actor import Actor
from app.core.clock import day_in_tokyo
from app.core.db import db
from app.core.errors import DomainError
from app.core.transaction import transaction
from models.applications import Applicant, Application, Envelope
from models.companies import Company
from models.enums import ApplicationKind, Service
from models.papers import Paper
from registration.rules.checklist import CURRENT_VERSION
from registration.rules.corporate_numbers import check_corporate_number
from registration.rules.name_characters import require_name_characters
from registration.rules.required_papers import ApplicantWishes, required_papers
from registration.services.sheet_steps import new_sheet, use_sheet
from registration.services.steps import refresh_due, refresh_search_key


class ReceptionError(DomainError):
    """The envelope cannot be taken in like this. Codes: envelope-known, received-in-future, no-service, no-applicant."""


@dataclass(frozen=True, slots=True)
class CompanyDetails:
    """The company as form 1 names it."""

    name: str
    corporate_number: str | None = None
    name_kana: str = ""
    name_romaji: str = ""


@dataclass(frozen=True, slots=True)
class ApplicantDetails:
    """An applicant as forms 5 and 6 name them."""

    name: str
    name_kana: str = ""
    wants_certificate: bool = True
    wants_user_id: bool = True


def receive_envelope(  # noqa: PLR0913  what stands on the envelope and on form 1
    *,
    item_number: str,
    received_on: date,
    company: CompanyDetails,
    services: Sequence[Service],
    applicants: Sequence[ApplicantDetails],
    actor: Actor,
    now: datetime,
    kind: ApplicationKind = ApplicationKind.NEW,
) -> UUID:
    """Open a case for what the envelope holds.

    Args:
        item_number: digits of the 引受番号, checked by `mailings.rules.item_numbers` at the screen.
        received_on: day of receipt; freshness of every paper is measured on it.
        company: found again by its corporate number if it applied before.
        services: at least one.
        applicants: at least one if a service needs one.
        actor: reception or an officer.
        now: the present moment.

    Returns:
        id of the application.

    Raises:
        ReceptionError: known item number, a day in the future, no service, no applicant.
        CorporateNumberError: wrong check digit.
        NameCharacterError: a character that no name has.
    """
    if received_on > day_in_tokyo(now):
        raise ReceptionError("received-in-future", field="received_on")
    if not services:
        raise ReceptionError("no-service", field="services")
    if not applicants:
        raise ReceptionError("no-applicant")
    with transaction():
        case = Application(
            number="",
            kind=kind,
            services=[service.value for service in services],
            envelope_id=_envelope(item_number, received_on, actor),
            company_id=_company(company),
            received_on=received_on,
            profile_version=CURRENT_VERSION,
        )
        db.session.add(case)
        db.session.flush()
        case.number = f"A-{day_in_tokyo(now).year}-{case.sequence:06d}"
        people = [_applicant(case, position, each) for position, each in enumerate(applicants, start=1)]
        db.session.flush()
        _papers(case, services, people, actor=actor, now=now)
        db.session.flush()
        db.session.refresh(case)
        refresh_search_key(case)
        refresh_due(case)
        audit.record(
            "application:receive",
            subject_type="application",
            subject_id=case.id,
            actor=actor,
            detail={"number": case.number, "item_number": item_number, "received_on": received_on},
        )
        return case.id


def _envelope(item_number: str, received_on: date, actor: Actor) -> UUID:
    row = (
        insert(Envelope)
        .values(item_number=item_number, received_on=received_on, received_by=actor.id)
        .on_conflict_do_nothing(index_elements=["item_number"])
        .returning(Envelope.id)
    )
    made = db.session.scalar(row)
    if made is None:
        raise ReceptionError("envelope-known", field="item_number", number=item_number)
    return made


def _company(details: CompanyDetails) -> UUID:
    require_name_characters(details.name)
    number = check_corporate_number(details.corporate_number) if details.corporate_number else None
    if number:
        known = db.session.scalar(select(Company.id).where(Company.corporate_number == number).with_for_update())
        if known:
            return known
    company = Company(
        name=details.name, name_kana=details.name_kana, name_romaji=details.name_romaji, corporate_number=number
    )
    db.session.add(company)
    db.session.flush()
    return company.id


def _applicant(case: Application, position: int, details: ApplicantDetails) -> Applicant:
    require_name_characters(details.name)
    services = set(case.services)
    applicant = Applicant(
        number=f"{case.number}-{position}",
        application_id=case.id,
        position=position,
        name=details.name,
        name_kana=details.name_kana,
        wants_certificate=details.wants_certificate and Service.CERTIFICATE in services,
        wants_user_id=details.wants_user_id and bool({Service.CONTRACT, Service.STORAGE} & services),
    )
    db.session.add(applicant)
    return applicant


def _papers(
    case: Application, services: Sequence[Service], applicants: Sequence[Applicant], *, actor: Actor, now: datetime
) -> None:
    wishes = [ApplicantWishes(each.position, each.wants_certificate, each.wants_user_id) for each in applicants]
    by_position = {each.position: each.id for each in applicants}
    for position, needed in enumerate(required_papers(services, wishes), start=1):
        applicant_id = by_position[needed.applicant_position] if needed.applicant_position else None
        paper = Paper(application_id=case.id, applicant_id=applicant_id, kind=needed.kind, position=position)
        db.session.add(paper)
        db.session.flush()
        sheet = new_sheet(case.envelope_id, needed.kind, received_on=case.received_on, actor=actor, now=now)
        use_sheet(case, paper, sheet, now=now)
