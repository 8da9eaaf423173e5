"""The review is finished: what was found goes to a second person."""

from datetime import datetime
from typing import Any
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.errors import DomainError
from app.core.transaction import transaction
from models.enums import ControlSide, DecisionKind
from registration import decision_queries, queries
from registration.errors import CaseWorkError, ChangeNotRecordedError, IncompleteReviewError
from registration.notice_queries import find_open_notice
from registration.rules.notices import NoticeError
from registration.rules.states import Event, next_status
from registration.services.steps import add_decision, digest_of, refresh_due, stand_on_side


def finish_review(application_id: UUID, *, actor: Actor, now: datetime, extend_over_closed_days: bool = True) -> str:
    """Close the review if nothing is missing, and fix the digest of what was seen.

    Returns:
        the digest.

    Raises:
        IncompleteReviewError: with everything that is missing or wrong.
        NoticeError: something is still asked of the company.
        ChangeNotRecordedError: form 1 asks for a change of which nothing was recorded.
        CaseWorkError: the case is on hold.
        FourEyesError, IllegalTransitionError: not this person, or not in this state.
    """
    try:
        return _finish(application_id, actor, now, extend_over_closed_days=extend_over_closed_days)
    except DomainError as error:
        audit.attempt(
            "application:review",
            subject_type="application",
            subject_id=application_id,
            actor=actor,
            outcome="refused",
            error=error.code,
            detail=_faults(error),
        )
        raise


def _faults(error: DomainError) -> dict[str, Any]:
    """Which papers were stale or missing; codes only."""
    if not isinstance(error, IncompleteReviewError):
        return {}
    return {"faults": sorted({f"{fault.kind}:{fault.code}" for fault in error.faults})}


def _finish(application_id: UUID, actor: Actor, now: datetime, *, extend_over_closed_days: bool) -> str:
    with transaction():
        case = queries.case_for_update(application_id)
        stand_on_side(application_id, ControlSide.WORKED, actor=actor, now=now)
        if (notice := find_open_notice(application_id)) is not None:
            raise NoticeError("notice-waits", number=notice.number)
        if case.held_at is not None:
            raise CaseWorkError("case-on-hold", reason=case.held_reason)
        faults = queries.faults_of(case, extend_over_closed_days=extend_over_closed_days)
        if faults:
            raise IncompleteReviewError(faults)
        if items := decision_queries.unrecorded_items(case):
            raise ChangeNotRecordedError(items)
        digest = digest_of(case)
        case.review_round += 1
        case.reviewed_at = now
        case.status = next_status(case.status, Event.FINISH_REVIEW)
        case.reviewed_digest = digest
        refresh_due(case)
        case.claimed_by = case.claimed_at = None  # it waits for somebody else now
        add_decision(case, DecisionKind.REVIEWED, digest=digest, actor=actor, now=now)
        audit.record(
            "application:review",
            subject_type="application",
            subject_id=application_id,
            actor=actor,
            detail={"digest": digest},
        )
        return digest
