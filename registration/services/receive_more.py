"""Papers came later: after a deficiency notice, or because the company noticed itself what was missing."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from app import audit
from app.core.actor import Actor
from app.core.clock import day_in_tokyo
from app.core.db import db
from app.core.errors import NotFoundError
from app.core.transaction import transaction
from models.applications import Application, Envelope
from models.enums import Arrival
from models.papers import Paper
from models.sheets import Sheet, SheetUse
from registration import queries
from registration.rules.required_papers import SHARED_KINDS
from registration.services.notice_steps import papers_came
from registration.services.reception_steps import ReceptionError, envelope_known, new_envelope
from registration.services.sharing import lock_cases
from registration.services.sheet_steps import forget, new_sheet, use_sheet
from registration.services.steps import refresh_due, work_on


def receive_more(  # noqa: PLR0913  what came, when and how
    application_id: UUID,
    *,
    papers: Sequence[UUID],
    received_on: date,
    arrived_by: Arrival,
    actor: Actor,
    now: datetime,
    item_number: str | None = None,
) -> None:
    """Take papers into a case: each gets a new sheet, whose freshness is measured on the day on which it came itself.

    The sheet that fulfilled a paper before stays on record and on its shelf. What was read from it and found on it is
    forgotten: the new one must be recorded and checked. Another open case of the same company and envelope that shared the
    old sheet, or that lacks the same certificate, gets the new sheet as well.

    Args:
        application_id: the case.
        papers: ids of its papers that came.
        received_on: day on which they came.
        arrived_by: registered mail, ordinary mail or by hand.
        actor: reception or an officer.
        now: the present moment.
        item_number: digits, for registered mail.

    Raises:
        ReceptionError: no-paper, received-in-future, received-before-case, item-number-needed, envelope-known.
        NotFoundError: a paper is not one of this case.
        FourEyesError, IllegalTransitionError: not this person, or not any more.
    """
    if not papers:
        raise ReceptionError("no-paper", field="papers")
    if received_on > day_in_tokyo(now):
        raise ReceptionError("received-in-future", field="received_on")
    if arrived_by is Arrival.REGISTERED_MAIL and not item_number:
        raise ReceptionError("item-number-needed", field="item_number")
    with transaction():
        lock_cases(_siblings(application_id))
        case = queries.case_for_update(application_id)
        if received_on < case.received_on:
            raise ReceptionError("received-before-case", field="received_on", day=case.received_on)
        chosen = [paper for paper in case.papers if paper.id in set(papers)]
        if len(chosen) != len(set(papers)):
            raise NotFoundError("paper")
        work_on(case, actor=actor, now=now)
        number = item_number if arrived_by is Arrival.REGISTERED_MAIL else None
        envelope_id = _envelope(case, chosen, number, received_on, arrived_by, actor)
        for paper in chosen:
            _replace(case, paper, envelope_id, received_on, actor=actor, now=now)
        papers_came(case, papers, received_on, actor=actor, now=now)
        refresh_due(case)
        audit.record(
            "application:receive-more",
            subject_type="application",
            subject_id=application_id,
            actor=actor,
            detail={
                "papers": [paper.kind for paper in chosen],
                "item_number": number,
                "arrived_by": arrived_by,
                "received_on": received_on,
            },
        )


def _siblings(application_id: UUID) -> list[UUID]:
    """The case and the others of its company and envelope."""
    case = db.session.get(Application, application_id)
    if case is None:
        raise NotFoundError("application")
    return list(
        db.session.scalars(
            select(Application.id).where(
                Application.envelope_id == case.envelope_id, Application.company_id == case.company_id
            )
        )
    )


def _envelope(  # noqa: PLR0913, PLR0917  what stands on it, and for whom it is
    case: Application,
    chosen: list[Paper],
    item_number: str | None,
    received_on: date,
    arrived_by: Arrival,
    actor: Actor,
) -> UUID:
    """A new envelope, or the one out of which this company was given other papers on the same day."""
    known = db.session.scalar(
        select(Envelope.id).where(Envelope.item_number == item_number, Envelope.received_on == received_on)
    )
    if known is None or item_number is None:
        return new_envelope(item_number=item_number, received_on=received_on, actor=actor, arrived_by=arrived_by)
    served = select(SheetUse.application_id).join(Sheet).where(Sheet.envelope_id == known)
    users = db.session.scalars(select(Application).where(Application.id.in_(served))).all()
    opened = db.session.scalar(select(Application.id).where(Application.envelope_id == known).limit(1))
    taken = any(paper.sheet is not None and paper.sheet.envelope_id == known for paper in chosen)
    if opened or taken or any(user.company_id != case.company_id for user in users):
        raise envelope_known(item_number)
    return known


def _replace(
    case: Application, paper: Paper, envelope_id: UUID, received_on: date, *, actor: Actor, now: datetime
) -> None:
    old = paper.sheet_id
    sheet = new_sheet(envelope_id, paper.kind, received_on=received_on, actor=actor, now=now)
    others = _also(case, paper, old)
    _fulfil(case, paper, sheet, now=now)
    for other in others:
        work_on(other.application, actor=actor, now=now)
        _fulfil(other.application, other, sheet, now=now)
        papers_came(other.application, [other.id], received_on, actor=actor, now=now)
        audit.record(
            "paper:share",
            subject_type="application",
            subject_id=other.application_id,
            actor=actor,
            detail={"paper": other.kind, "received_in": case.number, "sheet": sheet.number},
        )


def _fulfil(case: Application, paper: Paper, sheet: Sheet, *, now: datetime) -> None:
    forget(paper)
    use_sheet(case, paper, sheet, now=now)


def _also(case: Application, paper: Paper, old: UUID | None) -> list[Paper]:
    if paper.kind not in SHARED_KINDS:
        return []
    return list(
        db.session.scalars(
            select(Paper)
            .join(Application, Application.id == Paper.application_id)
            .where(
                Application.id != case.id,
                Application.envelope_id == case.envelope_id,
                Application.company_id == case.company_id,
                Application.closed_on.is_(None),
                Paper.kind == paper.kind,
                Paper.sheet_id.is_(None) if old is None else Paper.sheet_id == old,
            )
        )
    )
