"""The emergency procedure: an approval while the persons whom the profile asks for are absent. Written by registration.

Its own path with its own records and audit events (emergency:*), never a flag on the ordinary one. Four eyes stay.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, uuid_pk
from models.applications import Application


class EmergencyApproval(Base):
    """One use of the procedure: declared by one person, countersigned by another, looked at afterwards by a third."""

    __tablename__ = "emergency_approval"
    __table_args__ = (
        CheckConstraint("reason <> ''", name="has_reason"),
        CheckConstraint("countersigned_by <> declared_by", name="two_people"),
        CheckConstraint(
            "followed_up_by <> declared_by AND followed_up_by <> countersigned_by", name="followed_up_by_third"
        ),
        CheckConstraint("(countersigned_by IS NULL) = (countersigned_at IS NULL)", name="countersigned_has_moment"),
        CheckConstraint("(followed_up_by IS NULL) = (followed_up_at IS NULL)", name="followed_up_has_moment"),
        CheckConstraint("followed_up_at IS NULL OR finding <> ''", name="follow_up_has_finding"),
        Index("uq_emergency_approval_open", "application_id", unique=True, postgresql_where="withdrawn_at IS NULL"),
        Index("ix_emergency_approval_follow_up_due_on", "follow_up_due_on", postgresql_where="followed_up_at IS NULL"),
    )

    id: Mapped[uuid_pk]
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    digest: Mapped[str]  # of what was reviewed when it was declared
    reason: Mapped[str]
    declared_by: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    declared_by_name: Mapped[str]
    declared_at: Mapped[datetime]
    countersigned_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    countersigned_by_name: Mapped[str] = mapped_column(default="")
    countersigned_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    follow_up_due_on: Mapped[date]
    followed_up_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    followed_up_by_name: Mapped[str] = mapped_column(default="")
    followed_up_at: Mapped[datetime | None]
    finding: Mapped[str] = mapped_column(default="")

    application: Mapped[Application] = relationship()
