"""Companies and their contact persons, as the papers show them. Written by registration."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, created, uuid_pk
from models.enums import ContactRole


class Company(Base):
    """A company that applied. Names and addresses stand exactly as typed from the papers."""

    __tablename__ = "company"
    __table_args__ = (
        CheckConstraint("corporate_number IS NULL OR corporate_number ~ '^[0-9]{13}$'", name="corporate_number_shape"),
        Index("ix_company_name_id", "name", "id"),
        Index("uq_company_corporate_number", "corporate_number", unique=True),
    )

    id: Mapped[uuid_pk]
    name: Mapped[str]
    name_kana: Mapped[str] = mapped_column(default="")
    name_romaji: Mapped[str] = mapped_column(default="")
    corporate_number: Mapped[str | None]
    postal_code: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    representative_title: Mapped[str] = mapped_column(default="")
    representative_name: Mapped[str] = mapped_column(default="")
    created_at: Mapped[created]

    contacts: Mapped[list["ContactPerson"]] = relationship(back_populates="company", order_by="ContactPerson.role")


class ContactPerson(Base):
    """A contact of form 4: whom we ask, or whom we send invoices to."""

    __tablename__ = "contact_person"
    __table_args__ = (UniqueConstraint("company_id", "role"),)

    id: Mapped[uuid_pk]
    company_id: Mapped[UUID] = mapped_column(ForeignKey("company.id"))
    role: Mapped[ContactRole]
    name: Mapped[str]
    department: Mapped[str] = mapped_column(default="")
    email: Mapped[str]
    phone: Mapped[str] = mapped_column(default="")
    postal_code: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")

    company: Mapped[Company] = relationship(back_populates="contacts")
