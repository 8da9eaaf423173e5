"""E-mails to send and sent. Written by mailings."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, created, uuid_pk
from models.enums import EmailStatus


class OutgoingEmail(Base):
    """One e-mail, at most once per template, subject and recipient. Secrets are put in while sending, never stored."""

    __tablename__ = "outgoing_email"
    __table_args__ = (
        UniqueConstraint("template", "subject_id", "recipient"),
        CheckConstraint("(status = 'sent') = (sent_at IS NOT NULL)", name="sent_has_moment"),
        Index("ix_outgoing_email_status_id", "status", "id"),
    )

    id: Mapped[uuid_pk]
    template: Mapped[str]
    subject_id: Mapped[UUID]  # what the e-mail is about: password link, PIN, contract party, …
    recipient: Mapped[str]
    language: Mapped[str] = mapped_column(default="ja")
    parameters: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)  # nothing secret
    message_id: Mapped[str]
    status: Mapped[EmailStatus] = mapped_column(default=EmailStatus.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None]
    sent_at: Mapped[datetime | None]
    created_at: Mapped[created]
