"""Who did what on a case, and what was decided. Written by registration."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, uuid_pk
from models.applications import Application
from models.enums import ControlSide, DecisionKind


class ControlAction(Base):
    """Four eyes in the database: a person stands on one side of a case, for ever.

    Every edit of a checked field adds (case, person, worked); a decision adds (case, person, decided). The unique
    constraint makes the second side impossible for the same person.
    """

    __tablename__ = "control_action"
    __table_args__ = (UniqueConstraint("application_id", "staff_id"),)

    id: Mapped[uuid_pk]
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    side: Mapped[ControlSide]
    first_at: Mapped[datetime]


class Decision(Base):
    """A review finished, an approval, a refusal, or the voiding of one of them. Never changed, never removed."""

    __tablename__ = "decision"
    __table_args__ = (
        CheckConstraint("kind <> 'refused' OR reason <> ''", name="refusal_has_reason"),
        CheckConstraint("digest ~ '^[0-9a-f]{64}$'", name="digest_shape"),
        CheckConstraint("(kind IN ('approved', 'emergency_approved')) = (step <> '')", name="approval_has_step"),
        # In one round of review each step is taken once, and nobody takes two of them.
        Index(
            "uq_decision_step",
            "application_id",
            "round",
            "step",
            unique=True,
            postgresql_where="kind IN ('approved', 'emergency_approved')",
        ),
        Index(
            "uq_decision_approver",
            "application_id",
            "round",
            "decided_by",
            unique=True,
            postgresql_where="kind IN ('approved', 'emergency_approved')",
        ),
        Index("ix_decision_application_id_decided_at", "application_id", "decided_at"),
    )

    id: Mapped[uuid_pk]
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    kind: Mapped[DecisionKind]
    round: Mapped[int] = mapped_column(default=0, server_default="0")  # of review: application.review_round
    step: Mapped[str] = mapped_column(default="", server_default="")  # of the approval profile
    confirmations: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")  # ticked, by code
    digest: Mapped[str]  # SHA-256 of the canonical JSON of what was looked at
    reason: Mapped[str] = mapped_column(default="")
    decided_by: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    decided_by_name: Mapped[str]  # copied: 施行規則12(1)(i)ニ wants the name, also after the person has left
    decided_at: Mapped[datetime]

    application: Mapped[Application] = relationship(back_populates="decisions")
