"""E-mails to send and sent. Written by mailings."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Identity, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, created, uuid_pk
from models.enums import EmailAddressState, EmailStatus


class OutgoingEmail(Base):
    """One e-mail, at most once per template, subject and recipient. Secrets are put in while sending, never stored."""

    __tablename__ = "outgoing_email"
    __table_args__ = (
        UniqueConstraint("template", "subject_id", "recipient"),
        CheckConstraint("(status IN ('sent', 'bounced')) = (sent_at IS NOT NULL)", name="sent_has_moment"),
        CheckConstraint("(status = 'bounced') = (bounced_at IS NOT NULL)", name="bounced_has_moment"),
        Index("ix_outgoing_email_status_sequence", "status", "sequence"),
        Index("ix_outgoing_email_recipient_sequence", "recipient", "sequence"),
        Index("ix_outgoing_email_message_id", "message_id"),
    )

    id: Mapped[uuid_pk]
    sequence: Mapped[int] = mapped_column(Identity(), unique=True)
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
    bounced_at: Mapped[datetime | None]
    bounce: Mapped[str] = mapped_column(default="", server_default="")  # status code and words of the report
    created_at: Mapped[created]


class EmailAddress(Base):
    """An address that mails came back from. An address without a row is good as far as anybody knows."""

    __tablename__ = "email_address"
    __table_args__ = (
        CheckConstraint("soft_bounces >= 0", name="bounces_not_negative"),
        CheckConstraint("address = lower(address)", name="address_in_lower_case"),
        Index("uq_email_address_address", "address", unique=True),
        Index("ix_email_address_changed_at_id", "changed_at", "id"),
        Index("ix_email_address_state_changed_at", "state", "changed_at"),
    )

    id: Mapped[uuid_pk]
    address: Mapped[str]
    state: Mapped[EmailAddressState] = mapped_column(default=EmailAddressState.GOOD)
    soft_bounces: Mapped[int] = mapped_column(default=0)  # since the last mail that stayed there
    reason: Mapped[str] = mapped_column(default="")  # status code and words of the last report
    changed_at: Mapped[datetime]
    released_by_name: Mapped[str] = mapped_column(default="")
    released_at: Mapped[datetime | None]
