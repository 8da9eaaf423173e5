"""Prices, charges and invoices. Written by app.billing."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DDL, CheckConstraint, ForeignKey, Index, UniqueConstraint, event
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
        CheckConstraint("sequence > 0", name="sequence_positive"),
        UniqueConstraint("year", "sequence"),
        Index("uq_invoice_number", "number", unique=True),
        Index("ix_invoice_company_account_id", "company_account_id"),
        Index("ix_invoice_issued_on_id", "issued_on", "id"),
    )

    id: Mapped[uuid_pk]
    number: Mapped[str]  # INV-2026-00001, from year and sequence
    year: Mapped[int]
    sequence: Mapped[int]  # gapless within the year
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
    pdf_sha256: Mapped[str]
    sent_at: Mapped[datetime | None]
    created_at: Mapped[created]

    charges: Mapped[list[Charge]] = relationship(order_by="Charge.occurred_on, Charge.id")


class InvoiceAddressee(Base):
    """Whom an open invoice goes to after an approved change. The issued invoice itself never changes."""

    __tablename__ = "invoice_addressee"
    __table_args__ = (UniqueConstraint("invoice_id", "application_id"),)

    id: Mapped[uuid_pk]
    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoice.id"))
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))  # the change that was approved
    recipient: Mapped[dict[str, Any]] = mapped_column(JSONB)  # name, address, billing contact from then on
    created_at: Mapped[created]

    invoice: Mapped[Invoice] = relationship()


# 電子帳簿保存法施行規則4条1項3号: what was issued can be neither corrected nor deleted.
ISSUED_STAYS = (
    """
    CREATE OR REPLACE FUNCTION keep_charge() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' AND OLD.invoice_id IS NULL
            AND to_jsonb(NEW) - 'invoice_id' = to_jsonb(OLD) - 'invoice_id' THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'a charge stays as it was made';
    END $$
    """,
    """
    CREATE OR REPLACE FUNCTION keep_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE'
            AND to_jsonb(NEW) - 'status' - 'sent_at' = to_jsonb(OLD) - 'status' - 'sent_at' THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'an issued invoice stays as it is';
    END $$
    """,
    """
    CREATE TRIGGER charge_stays BEFORE UPDATE OR DELETE ON charge
    FOR EACH ROW EXECUTE FUNCTION keep_charge()
    """,
    """
    CREATE TRIGGER invoice_stays BEFORE UPDATE OR DELETE ON invoice
    FOR EACH ROW EXECUTE FUNCTION keep_invoice()
    """,
)

for _statement in ISSUED_STAYS:
    event.listen(Base.metadata, "after_create", DDL(_statement))
