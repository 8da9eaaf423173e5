"""Envelopes, applications and applicants. Written by registration."""

from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Identity, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, created, uuid_pk
from models.companies import Company
from models.enums import ApplicationKind, ApplicationStatus, Arrival

if TYPE_CHECKING:
    from models.changes import CompanyChange
    from models.decisions import Decision
    from models.judgements import Judgement
    from models.papers import Paper


BARE_NAME = "translate(name, ' \u3000', '')"  # without spaces: for comparison alone
NOTHING_DUE = date(9999, 12, 31)


class Envelope(Base):
    """One item as it came over the counter: 簡易書留, or a sheet sent later by other means."""

    __tablename__ = "envelope"
    __table_args__ = (
        CheckConstraint("item_number ~ '^[0-9]{11,12}$'", name="item_number_digits"),
        CheckConstraint(
            "(arrived_by = 'registered_mail') = (item_number IS NOT NULL)", name="registered_mail_has_item_number"
        ),
        Index("uq_envelope_item_number", "item_number", unique=True),
    )

    id: Mapped[uuid_pk]
    arrived_by: Mapped[Arrival] = mapped_column(default=Arrival.REGISTERED_MAIL, server_default="registered_mail")
    item_number: Mapped[str | None]  # digits only, as Japan Post counts them
    received_on: Mapped[date]
    received_by: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[created]

    applications: Mapped[list["Application"]] = relationship(back_populates="envelope")


class Application(Base):
    """One company's application: the case that officers review and an approver decides."""

    __tablename__ = "application"
    __table_args__ = (
        CheckConstraint("cardinality(services) > 0", name="has_service"),
        CheckConstraint("(status = 'approved') = (approved_at IS NOT NULL)", name="approved_has_moment"),
        CheckConstraint("(kind = 'change') = (cardinality(change_items) > 0)", name="change_says_what"),
        CheckConstraint(
            "(held_at IS NULL) = (held_by IS NULL) AND (held_at IS NULL) = (held_reason = '')", name="hold_has_reason"
        ),
        CheckConstraint(
            "(status IN ('approved', 'refused', 'withdrawn', 'expired')) = (closed_on IS NOT NULL)",
            name="closed_has_day",
        ),
        Index("uq_application_number", "number", unique=True),
        Index("ix_application_status_received_on_id", "status", "received_on", "id"),
        Index("ix_application_received_on_id", "received_on", "id"),
        Index("ix_application_open_received_on_id", "received_on", "id", postgresql_where="closed_on IS NULL"),
        Index("ix_application_due_on_id", "due_on", "id", postgresql_where="closed_on IS NULL"),
        Index("ix_application_claimed_by", "claimed_by", "due_on", "id", postgresql_where="closed_on IS NULL"),
        Index(
            "ix_application_search_key", text("to_tsvector('simple'::regconfig, search_key)"), postgresql_using="gin"
        ),
    )

    id: Mapped[uuid_pk]
    sequence: Mapped[int] = mapped_column(Identity(), unique=True)
    number: Mapped[str]  # A-2026-000001, made from the sequence
    kind: Mapped[ApplicationKind] = mapped_column(default=ApplicationKind.NEW)
    status: Mapped[ApplicationStatus] = mapped_column(default=ApplicationStatus.RECEIVED)
    services: Mapped[list[str]] = mapped_column(ARRAY(Text))
    envelope_id: Mapped[UUID] = mapped_column(ForeignKey("envelope.id"), index=True)
    company_id: Mapped[UUID] = mapped_column(ForeignKey("company.id"), index=True)
    received_on: Mapped[date]
    change_items: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    profile_version: Mapped[int] = mapped_column(default=1)  # version of the checklist, frozen on the case
    approval_profile_version: Mapped[int] = mapped_column(default=1, server_default="1")  # frozen on the case as well
    review_round: Mapped[int] = mapped_column(default=0, server_default="0")  # how often a review was finished
    version: Mapped[int] = mapped_column(default=1)
    claimed_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    claimed_at: Mapped[datetime | None]
    held_at: Mapped[datetime | None]
    held_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    held_reason: Mapped[str] = mapped_column(default="", server_default="")
    due_on: Mapped[date] = mapped_column(default=NOTHING_DUE, server_default="9999-12-31")  # what runs out next
    reviewed_digest: Mapped[str | None]  # SHA-256 of what the reviewer saw
    reviewed_at: Mapped[datetime | None]
    approved_at: Mapped[datetime | None]
    closed_on: Mapped[date | None]  # day of the decision, of the withdrawal, or on which it lapsed
    search_key: Mapped[str] = mapped_column(Text, default="")  # folded names of company and applicants
    created_at: Mapped[created]

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads this class attribute

    envelope: Mapped[Envelope] = relationship(back_populates="applications")
    company: Mapped[Company] = relationship()
    applicants: Mapped[list["Applicant"]] = relationship(back_populates="application", order_by="Applicant.position")
    papers: Mapped[list["Paper"]] = relationship(back_populates="application", order_by="Paper.position")
    decisions: Mapped[list["Decision"]] = relationship(back_populates="application", order_by="Decision.decided_at")
    judgements: Mapped[list["Judgement"]] = relationship(back_populates="application", order_by="Judgement.code")
    changes: Mapped[list["CompanyChange"]] = relationship(back_populates="application", order_by="CompanyChange.field")


class Applicant(Base):
    """One natural person of an application: certificate holder, user-ID applicant, or both."""

    __tablename__ = "applicant"
    __table_args__ = (
        UniqueConstraint("application_id", "position"),
        Index("uq_applicant_number", "number", unique=True),
        Index("ix_applicant_bare_name", text(BARE_NAME)),
    )

    id: Mapped[uuid_pk]
    number: Mapped[str]  # A-2026-000001-1: the application number printed on the approval notice
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    position: Mapped[int]
    name: Mapped[str]  # exactly as typed from the 住民票; never normalised
    name_kana: Mapped[str] = mapped_column(default="")
    name_romaji: Mapped[str] = mapped_column(default="")  # the applicant's own spelling
    certificate_name: Mapped[str] = mapped_column(default="", server_default="")  # with substitutes; empty: the name
    former_surname: Mapped[str] = mapped_column(default="", server_default="")  # 旧氏 of the 住民票
    common_name: Mapped[str] = mapped_column(default="", server_default="")  # 通称 of the 住民票
    birth_date: Mapped[date | None]
    postal_code: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")  # 住民票 address as written
    building: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")  # of form 5: where the ダウンロードPIN goes
    user_id_email: Mapped[str] = mapped_column(default="")  # of form 6
    wants_certificate: Mapped[bool] = mapped_column(default=True)
    wants_user_id: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[created]

    application: Mapped[Application] = relationship(back_populates="applicants")
