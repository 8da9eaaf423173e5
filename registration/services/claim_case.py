"""An officer takes a case."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update

from app import audit
from app.core.actor import Actor
from app.core.clock import to_tokyo
from app.core.db import db
from app.core.errors import NotFoundError
from app.core.transaction import transaction
from models.applications import Application
from models.staff import StaffUser
from registration.errors import CaseTakenError, CaseWorkError


def claim_case(application_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Take a case that nobody has, by compare and swap: of two who try at once one wins, and the other is told who.

    Taking a case that one has already changes nothing.

    Raises:
        CaseTakenError: somebody else has it.
        CaseWorkError: it is on hold, or closed.
        NotFoundError: there is none.
    """
    with transaction():
        swap = (
            update(Application)
            .where(
                Application.id == application_id,
                Application.claimed_by.is_(None),
                Application.closed_on.is_(None),
                Application.held_at.is_(None),
            )
            .values(claimed_by=actor.id, claimed_at=now)
            .returning(Application.id)
            .execution_options(synchronize_session=False)
        )
        if db.session.scalar(swap) is not None:
            audit.record("application:claim", subject_type="application", subject_id=application_id, actor=actor)
            return
        _explain(application_id, actor)


def _explain(application_id: UUID, actor: Actor) -> None:
    row = db.session.execute(
        select(
            Application.claimed_by,
            Application.claimed_at,
            Application.closed_on,
            Application.held_reason,
            StaffUser.name,
        )
        .outerjoin(StaffUser, StaffUser.id == Application.claimed_by)
        .where(Application.id == application_id)
    ).first()
    if row is None:
        raise NotFoundError("application")
    claimed_by, claimed_at, closed_on, held_reason, name = row
    if closed_on is not None:
        raise CaseWorkError("case-is-closed")
    if claimed_by == actor.id:
        return
    if claimed_by is not None:
        raise CaseTakenError(name, to_tokyo(claimed_at).strftime("%m-%d %H:%M") if claimed_at else "")
    raise CaseWorkError("case-on-hold", reason=held_reason)
