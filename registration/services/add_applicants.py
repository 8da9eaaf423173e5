"""The envelope holds forms of further applicants for a case that is open already."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.transaction import transaction
from models.enums import ChangeItem, Service
from registration import queries
from registration.services.reception_steps import (
    ApplicantDetails,
    Wanted,
    add_people,
    lay_out,
    require_complete,
)
from registration.services.steps import refresh_search_key, work_on


def add_applicants(
    application_id: UUID, applicants: Sequence[ApplicantDetails], *, actor: Actor, now: datetime
) -> None:
    """Add applicants with the papers that each of them needs; a finished review is void.

    Raises:
        ReceptionError: none, or one that this application has no form for.
        NameCharacterError: a character that no name has.
        FourEyesError, IllegalTransitionError: not this person, or not any more.
    """
    with transaction():
        case = queries.case_for_update(application_id)
        services = [Service(value) for value in case.services]
        items = [ChangeItem(value) for value in case.change_items]
        require_complete(Wanted(case.kind, services, items, applicants))
        work_on(case, actor=actor, now=now)
        first = max((each.position for each in case.applicants), default=0) + 1
        people = add_people(case, applicants, first=first)
        lay_out(case, people, actor=actor, now=now, only_theirs=True)
        refresh_search_key(case)
        audit.record(
            "application:add-applicants",
            subject_type="application",
            subject_id=application_id,
            actor=actor,
            detail={"applicants": [person.number for person in people]},
        )
