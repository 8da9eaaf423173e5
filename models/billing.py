"""Prices, charges and invoices. Written by app.billing."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, created, uuid_pk
from models.enums import InvoiceStatus


class Price(Base):
    """A price, valid from a day. All prices are configuration."""

    __tablename__ = "price"
    __table_args__ = (
        UniqueConstraint("code", "valid_from"),
        CheckConstraint("amount >= 0", name="amount_not_negative"),
        CheckConstraint("tax_percent IN (0, 8, 10)", name="tax_percent_known"),
    )

    id: Mapped[uuid_pk]
    code: Mapped[str]
    valid_from: Mapped[date]
    amount: Mapped[int]  # yen, without tax
    tax_percent: Mapped[int]
    description_ja: Mapped[str]
    description_en: Mapped[str]


class Charge(Base):
    """Something that costs a company ID money, written once when it happened, at the price of that day."""

    __tablename__ = "charge"
    __table_args__ = (
        UniqueConstraint("code", "subject_id"),
        CheckConstraint("amount >= 0", name="amount_not_negative"),
        Index("ix_charge_company_account_id_invoice_id", "company_account_id", "invoice_id"),
    )

    id: Mapped[uuid_pk]
    company_account_id: Mapped[UUID] = mapped_column(ForeignKey("company_account.id"))
    code: Mapped[str]
    subject_id: Mapped[UUID]  # customer, mail piece, certificate: what caused it
    occurred_on: Mapped[date]
    description: Mapped[str]
    amount: Mapped[int]  # yen, without tax
    tax_percent: Mapped[int]
    invoice_id: Mapped[UUID | None] = mapped_column(ForeignKey("invoice.id"))
    created_at: Mapped[created]


class Invoice(Base):
    """A 適格請求書 to one company ID. Immutable once issued; a correction is a new document."""

    __tablename__ = "invoice"
    __table_args__ = (
        CheckConstraint("period_from <= period_to", name="period_order"),
        CheckConstraint("total = net + tax", name="total_adds_up"),
        Index("uq_invoice_number", "number", unique=True),
        Index("ix_invoice_company_account_id", "company_account_id"),
        Index("ix_invoice_issued_on_id", "issued_on", "id"),
    )

    id: Mapped[uuid_pk]
    number: Mapped[str]  # gapless within the year
    company_account_id: Mapped[UUID] = mapped_column(ForeignKey("company_account.id"))
    period_from: Mapped[date]
    period_to: Mapped[date]
    issued_on: Mapped[date]
    due_on: Mapped[date]
    status: Mapped[InvoiceStatus] = mapped_column(default=InvoiceStatus.ISSUED)
    recipient: Mapped[dict[str, Any]] = mapped_column(JSONB)  # name, address, billing contact as on that day
    net: Mapped[int]
    tax: Mapped[int]
    total: Mapped[int]
    totals_by_rate: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    pdf_sha256: Mapped[str | None]
    sent_at: Mapped[datetime | None]
    created_at: Mapped[created]

    charges: Mapped[list[Charge]] = relationship(order_by="Charge.occurred_on, Charge.id")
