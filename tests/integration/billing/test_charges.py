"""Charges: once, at the price of the day, to the right company ID; and they stay as they were made."""

from datetime import date
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.exc import InternalError, ProgrammingError

from app.billing import jobs
from app.billing.errors import NoCompanyAccountError, NoPriceError, PriceDiffersError
from app.billing.rules.price_file import PriceLine
from app.billing.services.charge_account import charge_account
from app.billing.services.charge_token import charge_token
from app.billing.services.load_prices import load_prices
from app.core.actor import SYSTEM
from app.core.db import db
from app.core.errors import NotFoundError
from models import Charge, CompanyAccount, Customer, MailPiece
from models.enums import MailPieceStatus
from tests.integration.billing.conftest import OPENED_ON, Opened


def charges() -> list[tuple[str, int, date]]:
    return [
        (charge.code, charge.amount, charge.occurred_on)
        for charge in db.session.scalars(select(Charge).order_by(Charge.created_at, Charge.id))
    ]


def posted_piece(opened: Opened, *, posted: bool = True) -> MailPiece:
    piece = MailPiece(
        id=uuid4(),
        number="L-2026-000001",
        applicant_id=opened.applicant_id,
        application_id=opened.application_id,
        status=MailPieceStatus.POSTED if posted else MailPieceStatus.ENCLOSED,
        item_number="31520123456" if posted else None,
        posted_on=date(2026, 11, 5) if posted else None,
    )
    db.session.add(piece)
    db.session.commit()
    return piece


def test_the_company_id_is_charged_once_on_the_day_in_japan(opened: Opened, prices: dict[str, int]) -> None:
    jobs.charge_account(str(opened.company_id))
    jobs.charge_account(str(opened.company_id))
    assert charges() == [("contract_service", 30000, OPENED_ON)]


def test_the_first_user_id_is_included_and_the_second_is_not(opened: Opened, prices: dict[str, int]) -> None:
    jobs.charge_account(str(opened.first_user_id))
    jobs.charge_account(str(opened.second_user_id))
    assert charges() == [("user_id", 3333, OPENED_ON)]


def test_a_missing_price_is_named_and_nothing_is_written(opened: Opened) -> None:
    with pytest.raises(NoPriceError) as caught:
        charge_account(opened.company_id)
    assert caught.value.fields == {"price_code": "contract_service", "on": OPENED_ON}
    assert charges() == []


def test_a_token_is_charged_when_posted(opened: Opened, prices: dict[str, int]) -> None:
    piece = posted_piece(opened)
    jobs.charge_token(str(piece.id))
    jobs.charge_token(str(piece.id))
    assert charges() == [("etoken", 6500, date(2026, 11, 5))]


def test_a_token_not_posted_is_not_charged(opened: Opened, prices: dict[str, int]) -> None:
    piece = posted_piece(opened, posted=False)
    with pytest.raises(NotFoundError):
        charge_token(piece.id)
    assert charges() == []


def test_without_a_company_id_the_charge_waits(opened: Opened, prices: dict[str, int]) -> None:
    piece = posted_piece(opened)
    db.session.execute(db.delete(Customer))
    db.session.execute(db.delete(CompanyAccount))
    db.session.commit()
    with pytest.raises(NoCompanyAccountError):
        charge_token(piece.id)


def test_a_new_price_leaves_old_charges(opened: Opened, prices: dict[str, int]) -> None:
    charge_account(opened.company_id)
    added = load_prices([PriceLine("contract_service", OPENED_ON, 99999, 10, "新", "new")], actor=SYSTEM)
    assert added == 1
    charge_account(opened.company_id)
    assert charges() == [("contract_service", 30000, OPENED_ON)]


def test_the_price_of_the_day_is_the_latest_that_has_begun(opened: Opened, prices: dict[str, int]) -> None:
    load_prices(
        [
            PriceLine("contract_service", date(2026, 11, 3), 31000, 10, "改定", "revised"),
            PriceLine("contract_service", date(2026, 11, 4), 32000, 10, "再改定", "revised again"),
        ],
        actor=SYSTEM,
    )
    charge_account(opened.company_id)
    assert charges() == [("contract_service", 31000, OPENED_ON)]


def test_loading_the_same_prices_again_adds_none_and_another_price_is_refused(prices: dict[str, int]) -> None:
    same = PriceLine("etoken", date(2026, 4, 1), 6500, 10, "x", "x")
    assert load_prices([same], actor=SYSTEM) == 0
    with pytest.raises(PriceDiffersError):
        load_prices([PriceLine("etoken", date(2026, 4, 1), 6600, 10, "x", "x")], actor=SYSTEM)


def test_the_command_loads_the_example(app: Flask) -> None:
    runner = app.test_cli_runner()
    first = runner.invoke(args=["billing", "load-prices", "app/billing/prices.example.csv"])
    again = runner.invoke(args=["billing", "load-prices", "app/billing/prices.example.csv"])
    assert (first.exit_code, first.output) == (0, "7 prices added.\n")
    assert again.output == "0 prices added.\n"


@pytest.mark.parametrize("change", [{"amount": 1}, {"description": "別の品名"}, {"occurred_on": date(2026, 1, 1)}])
def test_the_database_refuses_to_change_a_charge(
    opened: Opened, prices: dict[str, int], change: dict[str, object]
) -> None:
    charge_account(opened.company_id)
    with pytest.raises((InternalError, ProgrammingError), match="a charge stays as it was made"):
        db.session.execute(update(Charge).values(**change))
    db.session.rollback()
    with pytest.raises((InternalError, ProgrammingError), match="a charge stays as it was made"):
        db.session.execute(db.delete(Charge))
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Charge)) == 1
