"""Inner steps that several services share; each runs in the caller's transaction."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app import audit
from app.core.actor import Actor
from app.core.clock import day_in_tokyo
from app.core.db import db
from app.core.search import search_key
from app.core.transaction import require_transaction
from models.applications import Application
from models.decisions import ControlAction, Decision
from models.enums import ApplicationStatus, ControlSide, DecisionKind, NoticeStatus
from models.notices import DeficiencyNotice
from registration import decision_queries, queries
from registration.errors import FourEyesError
from registration.rules.approval_profile import review_valid_until
from registration.rules.case_digest import case_digest
from registration.rules.due import next_due
from registration.rules.states import Event, next_status


def work_on(case: Application, *, actor: Actor, now: datetime) -> None:
    """Note that a person works on the case, and void what was found if it was reviewed already.

    Raises:
        FourEyesError: this person decided the case.
        IllegalTransitionError: the case is closed.
    """
    require_transaction()
    stand_on_side(case.id, ControlSide.WORKED, actor=actor, now=now)
    status = next_status(case.status, Event.EDIT)
    if case.status is ApplicationStatus.REVIEWED:
        void_review(case, actor=actor, now=now)
    case.status = status


def void_review(case: Application, *, actor: Actor, now: datetime, reason: str = "") -> None:
    """Void what was found, every approval given on it, and an emergency declared for it; all stay on record.

    The next review begins a new round, in which every step is taken anew.
    """
    require_transaction()
    given = [each.step for each in decision_queries.steps_taken(case)]
    add_decision(
        case, DecisionKind.VOIDED, digest=case.reviewed_digest or "0" * 64, actor=actor, now=now, reason=reason
    )
    case.reviewed_digest = case.reviewed_at = None
    refresh_due(case)
    audit.record(
        "application:void",
        subject_type="application",
        subject_id=case.id,
        actor=actor,
        detail={"round": case.review_round, "approvals": given, "reason": reason},
    )
    drop_emergency(case, actor=actor, now=now, cause="application:void")


def drop_emergency(case: Application, *, actor: Actor, now: datetime, cause: str) -> None:
    """Take back an emergency that was declared and not countersigned: what it was declared for has ended otherwise."""
    require_transaction()
    emergency = decision_queries.find_emergency(case.id)
    if emergency is None or emergency.countersigned_at is not None:
        return
    emergency.withdrawn_at = now
    audit.record(
        "emergency:withdraw",
        subject_type="emergency_approval",
        subject_id=emergency.id,
        actor=actor,
        detail={"application": case.number, "cause": cause},
    )


def stand_on_side(application_id: UUID, side: ControlSide, *, actor: Actor, now: datetime) -> None:
    """Put a person on one side of the case; the database's unique constraint is the last line behind this check.

    Raises:
        FourEyesError: the person stands on the other side.
    """
    assert actor.id is not None  # noqa: S101  only people work on cases
    standing = db.session.scalars(
        select(ControlAction).where(ControlAction.application_id == application_id, ControlAction.staff_id == actor.id)
    ).first()
    if standing is None:
        db.session.add(ControlAction(application_id=application_id, staff_id=actor.id, side=side, first_at=now))
    elif standing.side is not side:
        raise FourEyesError


def add_decision(  # noqa: PLR0913  each is a column
    case: Application,
    kind: DecisionKind,
    *,
    digest: str,
    actor: Actor,
    now: datetime,
    reason: str = "",
    step: str = "",
    confirmations: Sequence[str] = (),
) -> None:
    """Write a decision down, with the name of who decided (施行規則12(1)(i)ニ)."""
    db.session.add(
        Decision(
            application_id=case.id,
            kind=kind,
            round=case.review_round,
            step=step,
            confirmations=list(confirmations),
            digest=digest,
            reason=reason,
            decided_by=actor.id,
            decided_by_name=actor.name,
            decided_at=now,
        )
    )


def digest_of(case: Application) -> str:
    """The digest of the case as it is in the database now."""
    db.session.flush()
    return case_digest({**queries.reviewed_view(case), **decision_queries.decided_view(case)})


def refresh_due(case: Application) -> None:
    """Note on the case what runs out next; called by whoever changes its state, its notices or its review."""
    notice_due_on = db.session.scalar(
        select(DeficiencyNotice.due_on).where(
            DeficiencyNotice.application_id == case.id, DeficiencyNotice.status == NoticeStatus.OPEN
        )
    )
    reviewed_until = None
    if case.reviewed_at is not None:
        profile = decision_queries.get_profile(case.approval_profile_version)
        reviewed_until = review_valid_until(profile, day_in_tokyo(case.reviewed_at))
    case.due_on = next_due(
        received_on=case.received_on,
        is_open=case.closed_on is None,
        notice_due_on=notice_due_on,
        review_valid_until=reviewed_until,
    )


def refresh_search_key(case: Application) -> None:
    """Make the case findable by what it says now."""
    texts = [case.company.name, case.company.name_kana]  # the number is found by itself: registration.search
    texts += [text for applicant in case.applicants for text in (applicant.name, applicant.name_kana)]
    case.search_key = search_key(*texts)
