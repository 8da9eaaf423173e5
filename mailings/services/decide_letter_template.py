"""A second person puts a proposed wording in force, or rejects it."""

from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError, StaleError
from app.core.transaction import transaction
from mailings.case_letters import sender
from mailings.errors import LetterTextError
from mailings.letters.samples import render_sample
from mailings.rules.letter_texts import parse_texts
from mailings.template_queries import find_template, get_template
from models.enums import ProfileStatus
from models.stationery import LetterTemplate


def decide_letter_template(template_id: UUID, *, activate: bool, actor: Actor, now: datetime, reason: str = "") -> None:
    """Put a proposed wording in force for every letter that is printed from now on, or reject it.

    Args:
        template_id: the version.
        activate: False rejects it.
        actor: never who proposed it.
        now: the present moment.
        reason: of a rejection.

    Raises:
        LetterTextError: letter-text-own, letter-text-reason.
        StaleError: somebody decided it already.
        NotFoundError: there is no such version.
        MissingGlyphError, DoesNotFitError: it cannot be printed with the fonts and the sender of today.
    """
    event = "letter-template:activate" if activate else "letter-template:reject"
    try:
        with transaction():
            row = get_template(template_id, lock=True)
            if row.status is not ProfileStatus.PROPOSED:
                raise StaleError("letter template")
            if row.proposed_by == actor.id:
                raise LetterTextError("letter-text-own")
            if not activate and not reason.strip():
                raise LetterTextError("letter-text-reason", field="reason")
            if activate:
                _activate(row)
            else:
                row.status = ProfileStatus.REJECTED
            row.decided_by, row.decided_by_name, row.decided_at = actor.id, actor.name, now
            db.session.flush()
            audit.record(
                event,
                subject_type="letter_template",
                subject_id=row.id,
                actor=actor,
                detail={"kind": row.kind, "version": row.version, "reason": reason.strip()},
            )
    except DomainError as error:
        audit.attempt(
            event,
            subject_type="letter_template",
            subject_id=template_id,
            actor=actor,
            outcome="refused",
            error=error.code,
        )
        raise


def _activate(row: LetterTemplate) -> None:
    render_sample(row.kind, parse_texts(row.kind, row.content), sender())
    with db.session.no_autoflush:
        before = find_template(row.kind, ProfileStatus.ACTIVE, lock=True)
    if before is not None:
        before.status = ProfileStatus.RETIRED
        db.session.flush()  # one active version at a time, also for the index
    row.status = ProfileStatus.ACTIVE
