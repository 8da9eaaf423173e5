"""The same envelope holds another application: of the same company, or of another one."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app import audit
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import NotFoundError
from app.core.transaction import transaction
from models.applications import Application
from models.enums import ApplicationKind, ChangeItem, Service
from registration.services.reception_steps import (
    ApplicantDetails,
    CompanyDetails,
    Wanted,
    company_of,
    open_case,
    require_complete,
)
from registration.services.sharing import lock_cases


def add_application(  # noqa: PLR0913  what stands on form 1
    application_id: UUID,
    *,
    services: Sequence[Service],
    applicants: Sequence[ApplicantDetails],
    actor: Actor,
    now: datetime,
    company: CompanyDetails | None = None,
    kind: ApplicationKind = ApplicationKind.NEW,
    change_items: Sequence[ChangeItem] = (),
) -> UUID:
    """Open one more case for an envelope that was received already.

    Args:
        application_id: a case of that envelope.
        services: at least one.
        applicants: at least one if forms 5 or 6 are needed, none if not.
        actor: reception or an officer.
        now: the present moment.
        company: another company; the same one if left out, and then its certificates serve both cases.
        kind: new, change or renewal.
        change_items: what form 1 changes, if it is a change.

    Returns:
        id of the new application.

    Raises:
        NotFoundError: there is no such case.
        ReceptionError: see `require_complete`.
        CorporateNumberError, NameCharacterError: the company or an applicant is wrong.
    """
    wanted = Wanted(kind, services, change_items, applicants)
    require_complete(wanted)
    with transaction():
        first = db.session.get(Application, application_id)
        if first is None:
            raise NotFoundError("application")
        envelope_id, company_id, received_on = first.envelope_id, first.company_id, first.received_on
        if company is not None:
            company_id = company_of(company)
        lock_cases(
            db.session.scalars(
                select(Application.id).where(
                    Application.envelope_id == envelope_id, Application.company_id == company_id
                )
            ).all()
        )
        case = open_case(
            wanted, envelope_id=envelope_id, company_id=company_id, received_on=received_on, actor=actor, now=now
        )
        audit.record(
            "application:receive",
            subject_type="application",
            subject_id=case.id,
            actor=actor,
            detail={
                "number": case.number,
                "kind": case.kind,
                "same_envelope_as": first.number,
                "received_on": received_on,
            },
        )
        return case.id
