"""Codes of charges, lines of an invoice, due day, number."""

from dataclasses import dataclass
from datetime import date

import pytest

from app.billing.rules.charges import (
    CONTRACT_SERVICE,
    ETOKEN,
    USER_ID,
    account_charge_code,
    invoice_number,
    lines_of,
    payment_due_on,
)
from models.enums import CustomerKind


@dataclass
class Made:
    code: str
    occurred_on: date
    amount: int
    description: str = "x"
    tax_percent: int = 10


@pytest.mark.parametrize(
    ("kind", "first", "code"),
    [
        pytest.param(CustomerKind.COMPANY_ID, False, CONTRACT_SERVICE, id="the service comes with the company ID"),
        pytest.param(CustomerKind.USER_ID, True, None, id="the first user ID is included"),
        pytest.param(CustomerKind.USER_ID, False, USER_ID, id="further user IDs cost extra"),
    ],
)
def test_what_opening_an_id_is_charged_as(kind: CustomerKind, first: bool, code: str | None) -> None:
    assert account_charge_code(kind, is_first_user_id=first) == code


def test_equal_charges_of_a_day_share_a_line() -> None:
    day, later = date(2026, 11, 3), date(2026, 11, 4)
    lines = lines_of(
        [
            Made(ETOKEN, later, 6500),
            Made(ETOKEN, day, 6500),
            Made(CONTRACT_SERVICE, day, 30000),
            Made(ETOKEN, day, 6500),
            Made(ETOKEN, day, 6000),
        ]
    )
    assert [(line.occurred_on, line.code, line.quantity, line.amount) for line in lines] == [
        (day, CONTRACT_SERVICE, 1, 30000),
        (day, ETOKEN, 1, 6000),
        (day, ETOKEN, 2, 13000),
        (later, ETOKEN, 1, 6500),
    ]


@pytest.mark.parametrize(
    ("issued_on", "due_on"),
    [
        (date(2026, 11, 1), date(2026, 12, 31)),
        (date(2026, 11, 30), date(2026, 12, 31)),
        (date(2026, 12, 31), date(2027, 1, 31)),
        (date(2027, 1, 31), date(2027, 2, 28)),
        (date(2028, 1, 31), date(2028, 2, 29)),
    ],
)
def test_payment_is_due_at_the_end_of_the_next_month(issued_on: date, due_on: date) -> None:
    assert payment_due_on(issued_on) == due_on


def test_number_carries_the_year() -> None:
    assert invoice_number(2026, 321) == "INV-2026-00321"
    assert invoice_number(2026, 123456) == "INV-2026-123456"
