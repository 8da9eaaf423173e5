"""What of the issue waits for an officer, asked at once: for the first page."""

from dataclasses import dataclass

from sqlalchemy import func, select

from app.core.db import db
from issuance.queries.contents import count_of_refused
from issuance.queries.stops import is_stopped
from models.enrolments import Enrolment


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many."""

    stopped: int
    refused: int


def count_waiting() -> Waiting:
    """Issues that stand still, and contents that were refused before the consent."""
    stopped = select(func.count()).select_from(Enrolment).where(is_stopped()).scalar_subquery()
    row = db.session.execute(select(stopped, count_of_refused().scalar_subquery())).one()
    return Waiting(row[0] or 0, row[1] or 0)
