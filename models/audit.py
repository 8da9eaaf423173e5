"""The audit chain. Written by app.audit only; the database refuses UPDATE and DELETE."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DDL, BigInteger, Index, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, uuid_pk

NOT_DONE = "outcome <> 'done'"  # refused or failed


class AuditEntry(Base):
    """One event. Its hash covers its content and the hash of the entry before it."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_subject_id_seq", "subject_id", "seq"),
        Index("ix_audit_entry_event_seq", "event", "seq", postgresql_ops={"event": "text_pattern_ops"}),
        Index("ix_audit_entry_actor_id_seq", "actor_id", "seq"),
        Index("ix_audit_entry_actor_name_seq", "actor_name", "seq"),
        Index("ix_audit_entry_not_done", "seq", postgresql_where=NOT_DONE),
    )

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    event: Mapped[str]  # subject:action
    outcome: Mapped[str]  # done, or attempted and refused
    subject_type: Mapped[str]
    subject_id: Mapped[str]
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID | None]
    actor_name: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB)
    previous_hash: Mapped[str]
    hash: Mapped[str]


class AuditHead(Base):
    """The single row that holds the chain's end; locking it puts the writers in order without gaps."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str]


class AuditAnchor(Base):
    """The chain's end at a moment, signed in the HSM and time-stamped: what the table cannot be rewritten behind."""

    __tablename__ = "audit_anchor"

    id: Mapped[uuid_pk]
    seq: Mapped[int] = mapped_column(BigInteger, unique=True)
    hash: Mapped[str]
    at: Mapped[datetime]
    signature: Mapped[bytes]
    key_label: Mapped[str]
    time_stamp: Mapped[bytes]


APPEND_ONLY = (
    """
    CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
    END $$
    """,
    """
    CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION refuse_change()
    """,
    """
    CREATE TRIGGER audit_anchor_append_only BEFORE UPDATE OR DELETE ON audit_anchor
    FOR EACH ROW EXECUTE FUNCTION refuse_change()
    """,
)

for _statement in APPEND_ONLY:
    event.listen(Base.metadata, "after_create", DDL(_statement.replace("%", "%%")))
