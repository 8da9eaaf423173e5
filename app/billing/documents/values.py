"""What an invoice says."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from app.billing.rules.charges import InvoiceLine
from app.billing.rules.tax import Rounding, Totals


@dataclass(frozen=True, slots=True)
class Issuer:
    """The qualified-invoice issuer (適格請求書発行事業者) and where to pay."""

    name: str
    registration_number: str  # T and 13 digits
    address: str
    phone: str
    bank_lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recipient:
    """The company ID that is charged, care of its billing contact (form 4)."""

    login_id: str
    company_name: str
    postal_code: str
    address: str
    department: str
    contact_name: str
    email: str

    def as_json(self) -> dict[str, Any]:
        """To be kept with the invoice, since contacts change."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class InvoiceDocument:
    """Everything that is printed on a 適格請求書 (消費税法57条の4第1項1号–6号)."""

    number: str
    issued_on: date
    due_on: date
    period_from: date
    period_to: date
    issuer: Issuer
    recipient: Recipient
    lines: list[InvoiceLine]
    totals: Totals
    rounding: Rounding
