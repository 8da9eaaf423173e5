"""Company IDs, user IDs and their one-time password links. Written by app.accounts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, created, uuid_pk
from models.companies import Company
from models.enums import AccountStatus, CustomerKind
from models.signs_in import SignsIn


class CompanyAccount(Base):
    """A 企業ID: one per company or department; sees the contracts of its user IDs and is what gets invoiced."""

    __tablename__ = "company_account"
    __table_args__ = (
        Index("uq_company_account_application_id", "application_id", unique=True),
        Index("ix_company_account_company_id", "company_id"),
    )

    id: Mapped[uuid_pk]
    company_id: Mapped[UUID] = mapped_column(ForeignKey("company.id"))
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))  # the application that opened it
    department: Mapped[str] = mapped_column(default="")
    status: Mapped[AccountStatus] = mapped_column(default=AccountStatus.OPEN)
    created_at: Mapped[created]

    company: Mapped[Company] = relationship()
    customers: Mapped[list["Customer"]] = relationship(back_populates="company_account", order_by="Customer.login_id")


class Customer(SignsIn, Base):
    """One sign-in of the site: the company ID itself, or one of its user IDs."""

    __tablename__ = "customer"
    __table_args__ = (
        CheckConstraint("kind = 'company_id' OR login_id LIKE 'U%'", name="user_id_letter"),
        CheckConstraint("kind = 'user_id' OR login_id LIKE 'C%'", name="company_id_letter"),
        Index("uq_customer_login_id", "login_id", unique=True),
        Index("uq_customer_fs_uniquifier", "fs_uniquifier", unique=True),
        Index("ix_customer_company_account_id", "company_account_id"),
        Index("ix_customer_name", "name", postgresql_ops={"name": "text_pattern_ops"}),
        Index(
            "uq_customer_company_id",
            "company_account_id",
            unique=True,
            postgresql_where="kind = 'company_id'",
        ),
        Index("uq_customer_applicant_id", "applicant_id", unique=True),
    )

    id: Mapped[uuid_pk]
    sequence: Mapped[int] = mapped_column(Identity(start=10000001), unique=True)
    login_id: Mapped[str]  # C10000001 or U10000002
    kind: Mapped[CustomerKind]
    company_account_id: Mapped[UUID] = mapped_column(ForeignKey("company_account.id"))
    applicant_id: Mapped[UUID | None] = mapped_column(ForeignKey("applicant.id"))  # form 6's applicant
    name: Mapped[str]
    email: Mapped[str]
    password: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str]
    failed_sign_ins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    created_at: Mapped[created]

    company_account: Mapped[CompanyAccount] = relationship(back_populates="customers")


class PasswordLink(Base):
    """A one-time link that sets a password. Only its hash is kept, and a sealed copy until the e-mail has gone."""

    __tablename__ = "password_link"
    __table_args__ = (
        Index("uq_password_link_token_sha256", "token_sha256", unique=True),
        Index("ix_password_link_customer_id", "customer_id"),
    )

    id: Mapped[uuid_pk]
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.id"))
    recipient: Mapped[str]  # e-mail address of the contact person (form 4) or of the user-ID applicant (form 6)
    token_sha256: Mapped[str]
    sealed_value: Mapped[bytes | None]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    created_at: Mapped[created]

    customer: Mapped[Customer] = relationship()

    @property
    def seal_context(self) -> bytes:
        """What the sealed value is bound to: it opens for this link only."""
        return f"password_link:{self.id}".encode()
