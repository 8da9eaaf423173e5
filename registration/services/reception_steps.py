"""Inner steps of reception: envelopes, companies, applicants and their papers. Each runs in the caller's transaction."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert

from app.core.actor import Actor
from app.core.clock import day_in_tokyo
from app.core.db import db
from app.core.errors import DomainError
from app.core.transaction import require_transaction
from models.applications import Applicant, Application, Envelope
from models.companies import Company
from models.enums import ApplicationKind, Arrival, ChangeItem, Service
from models.papers import Paper
from models.sheets import Sheet, SheetUse
from registration import decision_queries
from registration.rules.checklist import CURRENT_VERSION
from registration.rules.corporate_numbers import check_corporate_number
from registration.rules.name_characters import require_name_characters
from registration.rules.required_papers import (
    ApplicantWishes,
    NeededPaper,
    Per,
    applicants_ask_for,
    lacks_service,
    required_papers,
)
from registration.services.sharing import find_shared_paper, take_over
from registration.services.sheet_steps import new_sheet, use_sheet
from registration.services.steps import refresh_due, refresh_search_key


class ReceptionError(DomainError):
    """The envelope cannot be taken in like this. Codes: envelope-known, received-in-future, no-service, no-applicant, …"""


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


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an application asks for."""

    kind: ApplicationKind
    services: Sequence[Service]
    change_items: Sequence[ChangeItem]
    applicants: Sequence[ApplicantDetails]


def require_complete(wanted: Wanted) -> None:
    """Guard: the application asks for something, and by somebody if it must.

    Raises:
        ReceptionError: no-service, no-change-item, service-missing, no-applicant, applicant-not-asked,
            applicant-without-wish.
    """
    if not wanted.services:
        raise ReceptionError("no-service", field="services")
    if wanted.kind is ApplicationKind.CHANGE and not wanted.change_items:
        raise ReceptionError("no-change-item", field="change_items")
    if lacks_service(wanted.kind, wanted.services, wanted.change_items):
        raise ReceptionError("service-missing", field="services")
    asked = applicants_ask_for(wanted.kind, wanted.services, wanted.change_items)
    if asked and not wanted.applicants:
        raise ReceptionError("no-applicant")
    if wanted.applicants and not asked:
        raise ReceptionError("applicant-not-asked")
    for applicant in wanted.applicants:
        if not any(_wishes(applicant, asked)):
            raise ReceptionError("applicant-without-wish", name=applicant.name)


def new_envelope(
    *, item_number: str | None, received_on: date, actor: Actor, arrived_by: Arrival = Arrival.REGISTERED_MAIL
) -> UUID:
    """Write an envelope down.

    Raises:
        ReceptionError: `envelope-known`, with number and id of the case that has it.
    """
    require_transaction()
    row = insert(Envelope).values(
        arrived_by=arrived_by, item_number=item_number, received_on=received_on, received_by=actor.id
    )
    made = db.session.scalar(row.on_conflict_do_nothing(index_elements=["item_number"]).returning(Envelope.id))
    if made is None:
        assert item_number is not None
        raise envelope_known(item_number)
    return made


def envelope_known(item_number: str) -> ReceptionError:
    """The error that names the case which has this envelope, whether it came with it or later."""
    case = db.session.scalars(
        select(Application)
        .join(Envelope, Envelope.item_number == item_number)
        .where(
            or_(
                Application.envelope_id == Envelope.id,
                Application.id.in_(select(SheetUse.application_id).join(Sheet).where(Sheet.envelope_id == Envelope.id)),
            )
        )
        .order_by(Application.sequence)
        .limit(1)
    ).first()
    return ReceptionError(
        "envelope-known",
        field="item_number",
        number=item_number,
        case=case.number if case else "—",
        application_id=str(case.id) if case else "",
    )


def company_of(details: CompanyDetails) -> UUID:
    """The company with this corporate number, or a new one."""
    require_transaction()
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


def open_case(
    wanted: Wanted, *, envelope_id: UUID, company_id: UUID, received_on: date, actor: Actor, now: datetime
) -> Application:
    """A case with its applicants, its papers, and a sheet for each of them."""
    require_transaction()
    case = Application(
        number="",
        kind=wanted.kind,
        services=[service.value for service in wanted.services],
        change_items=[item.value for item in wanted.change_items if wanted.kind is ApplicationKind.CHANGE],
        envelope_id=envelope_id,
        company_id=company_id,
        received_on=received_on,
        profile_version=CURRENT_VERSION,
        approval_profile_version=decision_queries.current_profile_version(),
    )
    db.session.add(case)
    db.session.flush()
    case.number = f"A-{day_in_tokyo(now).year}-{case.sequence:06d}"
    people = add_people(case, wanted.applicants, first=1)
    lay_out(case, people, actor=actor, now=now)
    refresh_search_key(case)
    refresh_due(case)
    return case


def add_people(case: Application, applicants: Sequence[ApplicantDetails], *, first: int) -> list[Applicant]:
    """Applicants of a case, numbered from `first`."""
    asked = applicants_ask_for(case.kind, _services(case), _items(case))
    people = []
    for position, details in enumerate(applicants, start=first):
        require_name_characters(details.name)
        wants_certificate, wants_user_id = _wishes(details, asked)
        person = Applicant(
            number=f"{case.number}-{position}",
            application_id=case.id,
            position=position,
            name=details.name,
            name_kana=details.name_kana,
            wants_certificate=wants_certificate,
            wants_user_id=wants_user_id,
        )
        db.session.add(person)
        people.append(person)
    db.session.flush()
    return people


def lay_out(
    case: Application, people: Sequence[Applicant], *, actor: Actor, now: datetime, only_theirs: bool = False
) -> None:
    """Make the papers that these applicants (and the case itself) need; each is taken to be in the envelope.

    What another case of the same company in the same envelope has already, serves this one as well.
    """
    wishes = [ApplicantWishes(each.position, each.wants_certificate, each.wants_user_id) for each in people]
    by_position = {each.position: each.id for each in people}
    needed = required_papers(_services(case), wishes, kind=case.kind, change_items=_items(case))
    first = 1
    if only_theirs:
        needed = [each for each in needed if each.applicant_position]
        first += max((paper.position for paper in case.papers), default=0)
    for position, each in enumerate(needed, start=first):
        applicant_id = by_position[each.applicant_position] if each.applicant_position else None
        paper = Paper(application_id=case.id, applicant_id=applicant_id, kind=each.kind, position=position)
        db.session.add(paper)
        db.session.flush()
        _fulfil(case, paper, each, actor=actor, now=now)
    db.session.flush()
    db.session.refresh(case)


def _fulfil(case: Application, paper: Paper, needed: NeededPaper, *, actor: Actor, now: datetime) -> None:
    shared = find_shared_paper(case, needed.kind)
    if shared is not None and shared.sheet is not None:
        use_sheet(case, paper, shared.sheet, now=now)
        take_over(paper, shared)
        return
    sheet = new_sheet(case.envelope_id, needed.kind, received_on=case.received_on, actor=actor, now=now)
    use_sheet(case, paper, sheet, now=now)


def _services(case: Application) -> list[Service]:
    return [Service(value) for value in case.services]


def _items(case: Application) -> list[ChangeItem]:
    return [ChangeItem(value) for value in case.change_items]


def _wishes(details: ApplicantDetails, asked: Collection[Per]) -> tuple[bool, bool]:
    return (
        details.wants_certificate and Per.CERTIFICATE_APPLICANT in asked,
        details.wants_user_id and Per.USER_ID_APPLICANT in asked,
    )
