"""What a change application changes, old beside new. Written by registration."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, uuid_pk
from models.applications import Application


class CompanyChange(Base):
    """One field of a company's record: as it stood when the case was taken up, as form 1 wants it, and when it was applied."""

    __tablename__ = "company_change"
    __table_args__ = (
        UniqueConstraint("application_id", "field"),
        CheckConstraint("old_value <> new_value", name="changes_something"),
    )

    id: Mapped[uuid_pk]
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    field: Mapped[str]  # name, address, representative_name, contact_email, …
    old_value: Mapped[str]
    new_value: Mapped[str]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    recorded_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]

    application: Mapped[Application] = relationship(back_populates="changes")
