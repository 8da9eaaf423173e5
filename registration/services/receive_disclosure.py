"""Somebody who is named as holder asks to see on what the certificate was issued (施行規則6条14号)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.clock import day_in_tokyo
from app.core.db import db
from app.core.errors import NotFoundError
from app.core.transaction import transaction
from models.applications import Applicant
from models.disclosures import DisclosureRequest
from models.enums import HoldKind
from registration import queries
from registration.services.disclosure_steps import DisclosureError
from registration.services.hold_steps import add_hold


@dataclass(frozen=True, slots=True)
class DisclosureDetails:
    """Who asks, and why."""

    requester_name: str
    requester_address: str
    identified_by: str  # which document was shown; never its number
    harm: str
    received_on: date


def receive_disclosure(applicant_id: UUID, details: DisclosureDetails, *, actor: Actor, now: datetime) -> UUID:
    """Enter the request, and see to it that nothing that it asks for is destroyed meanwhile.

    Returns:
        id of the request.

    Raises:
        NotFoundError: there is no such applicant.
        DisclosureError: a field is empty, or the day lies in the future.
    """
    for field in ("requester_name", "identified_by", "harm"):
        if not getattr(details, field).strip():
            raise DisclosureError("disclosure-field", field=field)
    if details.received_on > day_in_tokyo(now):
        raise DisclosureError("disclosure-in-future", field="received_on")
    applicant = db.session.get(Applicant, applicant_id)
    if applicant is None:
        raise NotFoundError("applicant")
    application_id = applicant.application_id
    with transaction():
        case = queries.case_for_update(application_id)
        assert actor.id is not None
        request = DisclosureRequest(
            number="",
            application_id=application_id,
            applicant_id=applicant_id,
            requester_name=details.requester_name.strip(),
            requester_address=details.requester_address.strip(),
            identified_by=details.identified_by.strip(),
            harm=details.harm.strip(),
            received_on=details.received_on,
            received_by=actor.id,
            received_by_name=actor.name,
        )
        db.session.add(request)
        db.session.flush()
        request.number = f"J-{day_in_tokyo(now).year}-{request.sequence:06d}"
        add_hold(case, HoldKind.DISCLOSURE, reason=request.number, actor=actor, now=now)
        audit.record(
            "disclosure:receive",
            subject_type="application",
            subject_id=application_id,
            actor=actor,
            detail={"number": request.number, "received_on": details.received_on},
        )
        return request.id
