"""Somebody proposes another wording of a letter; nothing is printed in it until a second person puts it in force."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from app import audit
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError
from app.core.transaction import transaction
from mailings.case_letters import sender
from mailings.errors import LetterTextError
from mailings.letters.samples import render_sample
from mailings.rules.letter_texts import parse_texts
from mailings.template_queries import find_template, last_version, wording_in_force
from models.enums import LetterKind, ProfileStatus
from models.stationery import LetterTemplate


def propose_letter_template(
    kind: LetterKind, content: Mapping[str, Any], *, reason: str, actor: Actor, now: datetime
) -> UUID:
    """Store a wording as proposed. It is drawn with invented data first: what does not fit is refused.

    Args:
        kind: of the letter.
        content: texts by name, as `mailings.letters.texts.BUILT_IN` has them.
        reason: why; whoever decides and whoever audits reads it.
        actor: who proposes.
        now: the present moment.

    Returns:
        key of the version.

    Raises:
        LetterTextError: a text is missing, empty, too long, or has other braces; letter-text-reason,
            letter-text-unchanged, letter-text-open.
        MissingGlyphError, DoesNotFitError: a text cannot be printed.
    """
    try:
        with transaction():
            return _propose(kind, content, reason.strip(), actor, now)
    except DomainError as error:
        audit.attempt(
            "letter-template:propose",
            subject_type="letter_template",
            subject_id=kind.value,
            actor=actor,
            outcome="refused",
            error=error.code,
        )
        raise


def _propose(kind: LetterKind, content: Mapping[str, Any], reason: str, actor: Actor, now: datetime) -> UUID:
    texts = parse_texts(kind, content)
    render_sample(kind, texts, sender())
    if not reason:
        raise LetterTextError("letter-text-reason", field="reason")
    if find_template(kind, ProfileStatus.PROPOSED):
        raise LetterTextError("letter-text-open")
    active = wording_in_force(kind)
    if texts == dict(active.texts):
        raise LetterTextError("letter-text-unchanged", version=active.version)
    assert actor.id is not None
    row = LetterTemplate(
        kind=kind,
        version=last_version(kind) + 1,
        content=texts,
        reason=reason,
        proposed_by=actor.id,
        proposed_by_name=actor.name,
        proposed_at=now,
    )
    db.session.add(row)
    try:
        db.session.flush()
    except IntegrityError as error:  # somebody else proposed in this moment
        raise LetterTextError("letter-text-open") from error
    audit.record(
        "letter-template:propose",
        subject_type="letter_template",
        subject_id=row.id,
        actor=actor,
        detail={"kind": kind, "version": row.version, "content": texts, "reason": reason},
    )
    return row.id
