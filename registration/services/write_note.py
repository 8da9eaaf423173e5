"""A remark that officers leave for each other."""

from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.db import db
from app.core.transaction import transaction
from models.judgements import CaseNote
from registration import queries
from registration.errors import CaseWorkError
from registration.rules.my_number import contains_my_number


def write_note(application_id: UUID, *, text: str, actor: Actor, now: datetime) -> None:
    """Add a note to a case, open or closed. It is no part of what is reviewed, and it stays.

    Raises:
        CaseWorkError: empty, or an individual number in it.
        NotFoundError: no such case.
    """
    text = text.strip()
    if not text:
        raise CaseWorkError("note-empty", field="text")
    if contains_my_number(text):
        raise CaseWorkError("note-my-number", field="text")
    with transaction():
        case = queries.get_case(application_id)
        assert actor.id is not None
        db.session.add(
            CaseNote(application_id=case.id, text=text, written_by=actor.id, written_by_name=actor.name, written_at=now)
        )
        audit.record("application:note", subject_type="application", subject_id=application_id, actor=actor)
