"""What is charged under which code, and how charges become the lines of an invoice."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from models.enums import CustomerKind

CONTRACT_SERVICE = "contract_service"  # opening of a company ID, its first user ID included
USER_ID = "user_id"  # each further user ID
ETOKEN = "etoken"
ETOKEN_REPLACEMENT = "etoken_replacement"  # the holder lost or damaged the one before
CERTIFICATE = "certificate"
AGENT_DELIVERY = "agent_delivery"  # 代人受取: somebody else receives the letter
RESEND = "resend"  # the holder lost what was delivered: 再送実費
CODES = (CONTRACT_SERVICE, USER_ID, ETOKEN, ETOKEN_REPLACEMENT, CERTIFICATE, AGENT_DELIVERY, RESEND)


class ChargeLike(Protocol):
    """What a line needs to know of a charge."""

    code: str
    occurred_on: date
    description: str
    amount: int
    tax_percent: int


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """Equal charges of one day in one line. Amounts in yen without tax."""

    occurred_on: date
    code: str
    description: str
    quantity: int
    unit_amount: int
    tax_percent: int

    @property
    def amount(self) -> int:
        """Quantity times unit amount."""
        return self.quantity * self.unit_amount


def account_charge_code(kind: CustomerKind, *, is_first_user_id: bool) -> str | None:
    """The code under which opening an ID is charged, or None if it costs nothing.

    The service is charged with the company ID and includes the first user ID; further user IDs cost extra
    (guide p. 1: ユーザIDは複数保有することができる).
    """
    if kind is CustomerKind.COMPANY_ID:
        return CONTRACT_SERVICE
    return None if is_first_user_id else USER_ID


def lines_of(charges: Iterable[ChargeLike]) -> list[InvoiceLine]:
    """The lines of an invoice: by day, then in the order of the price list; equal charges of a day together."""
    counts: dict[tuple[date, str, str, int, int], int] = {}
    for charge in charges:
        key = (charge.occurred_on, charge.code, charge.description, charge.amount, charge.tax_percent)
        counts[key] = counts.get(key, 0) + 1
    return [
        InvoiceLine(
            occurred_on=day, code=code, description=description, quantity=n, unit_amount=amount, tax_percent=percent
        )
        for (day, code, description, amount, percent), n in sorted(
            counts.items(), key=lambda item: (item[0][0], _position(item[0][1]), *item[0][1:])
        )
    ]


def payment_due_on(issued_on: date) -> date:
    """The last day of the month after the invoice's."""
    first_of_next = issued_on.replace(day=1) + timedelta(days=32)
    return first_of_next.replace(day=monthrange(first_of_next.year, first_of_next.month)[1])


def invoice_number(year: int, sequence: int) -> str:
    """The number printed on the invoice."""
    return f"INV-{year}-{sequence:05d}"


def _position(code: str) -> int:
    return CODES.index(code) if code in CODES else len(CODES)
