"""An envelope came by 簡易書留: it becomes a case with the list of papers that the case needs."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.clock import day_in_tokyo
from app.core.db import db
from app.core.errors import NotFoundError
from app.core.transaction import transaction
from models.applications import Applicant
from models.enums import ApplicationKind, ChangeItem, Service
from registration.services.reception_steps import (
    ApplicantDetails,
    CompanyDetails,
    ReceptionError,
    Wanted,
    company_of,
    new_envelope,
    open_case,
    require_complete,
)

__all__ = ["ApplicantDetails", "CompanyDetails", "ReceptionError", "receive_envelope"]


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
    change_items: Sequence[ChangeItem] = (),
    renews: UUID | None = None,
) -> UUID:
    """Open a case for what the envelope holds.

    Args:
        item_number: digits of the 引受番号, checked by `mailings.rules.item_numbers` at the screen.
        received_on: day of receipt; freshness of every paper is measured on it.
        company: found again by its corporate number if it applied before.
        services: at least one.
        applicants: at least one if forms 5 or 6 are needed, none if not.
        actor: reception or an officer.
        now: the present moment.
        kind: new, change or renewal.
        renews: the applicant whose certificate ends, if fresh papers came for it; the record names the case before.
        change_items: what form 1 changes, if it is a change.

    Returns:
        id of the application.

    Raises:
        ReceptionError: known item number, a day in the future, or see `require_complete`.
        CorporateNumberError: wrong check digit.
        NameCharacterError: a character that no name has.
        NotFoundError: there is no such applicant to renew.
    """
    if received_on > day_in_tokyo(now):
        raise ReceptionError("received-in-future", field="received_on")
    wanted = Wanted(kind, services, change_items, applicants)
    require_complete(wanted)
    with transaction():
        before = db.session.get(Applicant, renews) if renews is not None else None
        if renews is not None and before is None:
            raise NotFoundError("applicant", id=renews)
        case = open_case(
            wanted,
            envelope_id=new_envelope(item_number=item_number, received_on=received_on, actor=actor),
            company_id=company_of(company),
            received_on=received_on,
            actor=actor,
            now=now,
        )
        audit.record(
            "application:receive",
            subject_type="application",
            subject_id=case.id,
            actor=actor,
            detail={
                "number": case.number,
                "kind": case.kind,
                "item_number": item_number,
                "received_on": received_on,
                **({"renews": before.number} if before is not None else {}),
            },
        )
        return case.id
