"""A second person activates a proposed approval profile, or rejects it."""

from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError, StaleError
from app.core.transaction import transaction
from models.approval_profiles import ApprovalProfile
from models.enums import ProfileStatus
from registration import decision_queries
from registration.errors import ProfileDecisionError


def decide_profile(  # noqa: PLR0913  which, how, on what ground, who, when
    profile_id: UUID,
    *,
    activate: bool,
    actor: Actor,
    now: datetime,
    accreditation_reference: str = "",
    reason: str = "",
) -> None:
    """Activate a proposed version for every case received from now on, or reject it. Cases at the desk keep theirs.

    Args:
        profile_id: the version.
        activate: False rejects it.
        actor: an approver; never who proposed it.
        now: the present moment.
        accreditation_reference: number and day of the 変更認定 (電子署名法9条), if the version needs one.
        reason: of a rejection.

    Raises:
        ProfileDecisionError: own-proposal, accreditation-needed, rejection-reason-needed.
        StaleError: somebody decided it already.
        NotFoundError: there is no such version.
    """
    event = "profile:activate" if activate else "profile:reject"
    try:
        with transaction():
            row = decision_queries.get_profile_row(profile_id, lock=True)
            if row.status is not ProfileStatus.PROPOSED:
                raise StaleError("approval profile")
            if row.proposed_by == actor.id:
                raise ProfileDecisionError("own-proposal")
            if activate:
                _activate(row, accreditation_reference.strip())
            elif not reason.strip():
                raise ProfileDecisionError("rejection-reason-needed", field="reason")
            else:
                row.status = ProfileStatus.REJECTED
            row.decided_by, row.decided_by_name, row.decided_at = actor.id, actor.name, now
            db.session.flush()
            audit.record(
                event,
                subject_type="approval_profile",
                subject_id=row.id,
                actor=actor,
                detail={
                    "version": row.version,
                    "accreditation": row.accreditation_reference,
                    "reason": reason.strip(),
                },
            )
    except DomainError as error:
        audit.attempt(
            event,
            subject_type="approval_profile",
            subject_id=profile_id,
            actor=actor,
            outcome="refused",
            error=error.code,
        )
        raise


def _activate(row: ApprovalProfile, reference: str) -> None:
    if row.needs_accreditation and not reference:
        raise ProfileDecisionError("accreditation-needed", field="accreditation_reference")
    row.accreditation_reference = reference
    before = decision_queries.find_active_profile_for_update()
    if before is not None:
        before.status = ProfileStatus.RETIRED
        db.session.flush()  # one active version at a time, also for the index
    row.status = ProfileStatus.ACTIVE
