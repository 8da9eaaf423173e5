"""Inner steps that several services share; each runs in the caller's transaction."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.core.actor import Actor
from app.core.db import db
from app.core.search import search_key
from app.core.transaction import require_transaction
from models.applications import Application
from models.decisions import ControlAction, Decision
from models.enums import ApplicationStatus, ControlSide, DecisionKind, NoticeStatus
from models.notices import DeficiencyNotice
from registration import queries
from registration.errors import FourEyesError
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
    before = case.status
    case.status = next_status(before, Event.EDIT)
    if before is ApplicationStatus.REVIEWED:
        add_decision(case, DecisionKind.VOIDED, digest=case.reviewed_digest or "0" * 64, actor=actor, now=now)
        case.reviewed_digest = case.reviewed_at = None


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
    return case_digest(queries.reviewed_view(case))


def refresh_due(case: Application) -> None:
    """Note on the case what runs out next; called by whoever changes its state, its notices or its review."""
    notice_due_on = db.session.scalar(
        select(DeficiencyNotice.due_on).where(
            DeficiencyNotice.application_id == case.id, DeficiencyNotice.status == NoticeStatus.OPEN
        )
    )
    case.due_on = next_due(received_on=case.received_on, is_open=case.closed_on is None, notice_due_on=notice_due_on)


def refresh_search_key(case: Application) -> None:
    """Make the case findable by what it says now."""
    texts = [case.company.name, case.company.name_kana]  # the number is found by itself: registration.search
    texts += [text for applicant in case.applicants for text in (applicant.name, applicant.name_kana)]
    case.search_key = search_key(*texts)
