"""Staff of the authority: the portal's user base. Written by app.security."""

from datetime import datetime

from sqlalchemy import ARRAY, CheckConstraint, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, created, uuid_pk
from models.signs_in import SignsIn


class StaffUser(SignsIn, Base):
    """One person who may sign in to the portal, with the roles that say what for."""

    __tablename__ = "staff"
    __table_args__ = (
        CheckConstraint("cardinality(roles) > 0 OR NOT active", name="active_has_role"),
        Index("uq_staff_email", "email", unique=True),
        Index("uq_staff_fs_uniquifier", "fs_uniquifier", unique=True),
    )

    id: Mapped[uuid_pk]
    email: Mapped[str]
    name: Mapped[str]
    password: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str]
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    must_change_password: Mapped[bool] = mapped_column(default=False)  # the present one was made by somebody else
    failed_sign_ins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    created_at: Mapped[created]
