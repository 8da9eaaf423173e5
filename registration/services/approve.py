"""The approval, by a second person, of exactly what was reviewed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from app import audit
from app.core.actor import Actor
from app.core.clock import day_in_tokyo
from app.core.db import db
from app.core.errors import DomainError
from app.core.transaction import transaction
from app.jobs import defer
from models.applications import Application
from models.enums import ControlSide, DecisionKind, Service
from registration import queries
from registration.errors import ChangedSinceReviewError, FourEyesError, IncompleteReviewError
from registration.rules.states import Event, next_status
from registration.services.record_contacts import record_contacts
from registration.services.steps import add_decision, digest_of, refresh_due, stand_on_side


def approve_application(  # noqa: PLR0913  who decides what, on which digest, why
    application_id: UUID,
    *,
    digest: str,
    actor: Actor,
    now: datetime,
    reason: str = "",
    extend_over_closed_days: bool = True,
) -> None:
    """Approve a reviewed case and promise what follows: IDs and letters.

    Args:
        application_id: the case.
        digest: of the page that the approver looked at.
        actor: an approver who has never worked on this case.
        now: the present moment.
        reason: for the record; may be empty.

    Raises:
        FourEyesError: this person worked on the case.
        ChangedSinceReviewError: the case is not what was reviewed, or not what was on the screen.
        IncompleteReviewError: a paper is stale or a check is missing after all.
        IllegalTransitionError: the case is not waiting for approval.
    """
    try:
        _approve(application_id, digest, actor, now, reason, extend_over_closed_days=extend_over_closed_days)
    except DomainError as error:
        audit.attempt(
            "application:approve",
            subject_type="application",
            subject_id=application_id,
            actor=actor,
            outcome="refused",
            error=error.code,
        )
        raise


def _approve(  # noqa: PLR0913
    application_id: UUID, digest: str, actor: Actor, now: datetime, reason: str, *, extend_over_closed_days: bool
) -> None:
    with transaction():
        case = queries.case_for_update(application_id)
        status = next_status(case.status, Event.APPROVE)
        stand_on_side(application_id, ControlSide.DECIDED, actor=actor, now=now)
        if faults := queries.faults_of(case, extend_over_closed_days=extend_over_closed_days):
            raise IncompleteReviewError(faults)
        if not case.reviewed_digest == digest == digest_of(case):
            raise ChangedSinceReviewError
        case.status, case.approved_at, case.closed_on = status, now, day_in_tokyo(now)
        refresh_due(case)
        add_decision(case, DecisionKind.APPROVED, digest=digest, actor=actor, now=now, reason=reason, step="approve")
        record_contacts(case)
        _flush_as_second_person()
        audit.record(
            "application:approve",
            subject_type="application",
            subject_id=application_id,
            actor=actor,
            detail={"digest": digest, "reason": reason},
        )
        _promise(case)


def _flush_as_second_person() -> None:
    """The unique constraint of control_action is the last line: it also holds between two transactions."""
    try:
        db.session.flush()
    except IntegrityError as error:
        if "control_action" in str(error.orig):
            raise FourEyesError from error
        raise


def _promise(case: Application) -> None:
    services = set(case.services)
    if {Service.CONTRACT, Service.STORAGE} & services:
        defer("app.accounts.jobs.open_accounts", case.id)
    if Service.CERTIFICATE in services:
        for applicant in case.applicants:
            if applicant.wants_certificate:
                defer("mailings.jobs.prepare_letter", applicant.id)
