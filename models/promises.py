"""Work promised inside a transaction. Written by app.jobs."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, created, uuid_pk


class Promise(Base):
    """A job that will be done: the row is the promise, Redis only carries it."""

    __tablename__ = "promise"
    __table_args__ = (
        Index("ix_promise_open", "created_at", postgresql_where="done_at IS NULL"),
        Index("ix_promise_subject_id", "subject_id"),
    )

    id: Mapped[uuid_pk]
    name: Mapped[str]
    subject_id: Mapped[UUID]
    due_at: Mapped[datetime]
    handed_over_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None]
    done_at: Mapped[datetime | None]
    created_at: Mapped[created]
