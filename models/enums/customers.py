"""Accounts, contracts, invoices: what customers see. Values are what the database stores."""

from enum import StrEnum


class AccountStatus(StrEnum):
    """Life of a company account."""

    OPEN = "open"
    CANCELLED = "cancelled"


class CustomerKind(StrEnum):
    """The two kinds of ID on the site."""

    COMPANY_ID = "company_id"  # 企業ID
    USER_ID = "user_id"  # ユーザID


class ContractStatus(StrEnum):
    """Life of a contract case."""

    SEALING = "sealing"
    OPEN = "open"
    COMPLETED = "completed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class PartyStatus(StrEnum):
    """Where one party of a contract stands."""

    WAITING = "waiting"
    OPEN = "open"
    SIGNED = "signed"
    DECLINED = "declined"


class RevisionKind(StrEnum):
    """Why a revision of a contract's file exists."""

    SEALED = "sealed"
    SIGNED = "signed"


class SigningSessionStatus(StrEnum):
    """Life of one attempt to sign."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    EXPIRED = "expired"


class InvoiceStatus(StrEnum):
    """Life of an invoice."""

    ISSUED = "issued"
    SENT = "sent"
    PAID = "paid"
