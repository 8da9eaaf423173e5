"""代人受取 and 再送実費, from the envelope to the invoice: the price of the day of posting, tax once, and only what is to be paid."""

import subprocess
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from app import storage
from app.billing.documents.values import Issuer
from app.billing.rules.price_file import PriceLine
from app.billing.rules.tax import Rounding
from app.billing.services.issue_invoice import Period, issue_invoice
from app.billing.services.load_prices import load_prices
from app.core import clock
from app.core.actor import SYSTEM, Actor
from app.core.db import db
from app.jobs.runner import run
from mailings.rules.resending import ResendReason
from mailings.services.name_agent import name_agent
from mailings.services.post_letter import post_letter
from mailings.services.record_outcome import inspect_return, record_delivery, record_loss, record_return
from mailings.services.send_letter_again import send_letter_again
from models import Applicant, Application, Charge, Invoice, MailPiece
from models.enums import Inspection, MailPieceStatus
from models.promises import Promise
from tests.factories.desk import staff_actor
from tests.factories.mail import enclosed, item_number
from tests.integration.billing.conftest import Opened, opened  # noqa: F401  fixtures

pytestmark = pytest.mark.hsm
ISSUER = Issuer("株式会社サンプル認証", "T7000012050002", "〒105-0004 東京都港区新橋2-6-2", "03-0000-0000", ("銀行",))
LAST_WEEK, NOW_ON = timedelta(days=8), timedelta(days=0)


@pytest.fixture(autouse=True)
def _storage(signer_process: None) -> None:
    """Invoices are stored encrypted."""


@pytest.fixture
def clerk(app: Flask) -> Actor:
    return staff_actor("mailroom", name="小川 亮")


@pytest.fixture(autouse=True)
def _prices(app: Flask) -> None:
    """A price list, and dearer prices from today on."""
    old, new = date(2026, 4, 1), clock.today()
    words = {"agent_delivery": "代人受取手数料", "resend": "再送実費（本人限定受取郵便料金相当）", "etoken": "eToken"}
    amounts = {"etoken": (6500, 6500), "agent_delivery": (500, 605), "resend": (800, 913)}
    lines = [
        PriceLine(code, day, amount, 10, words[code], code)
        for code, both in amounts.items()
        for day, amount in zip((old, new), both, strict=True)
    ]
    load_prices(lines, actor=SYSTEM)


@pytest.fixture
def first(opened: Opened) -> UUID:  # noqa: F811  the fixture
    (piece,) = enclosed(application=db.session.get_one(Application, opened.application_id))
    return piece


def agent(piece: UUID, clerk: Actor) -> None:
    name_agent(piece, name="代人 次郎", address="東京都港区", papers_on=clock.today(), actor=clerk, now=clock.now())


def post(piece: UUID, clerk: Actor, place: int, ago: timedelta = NOW_ON) -> None:
    db.session.rollback()
    row = db.session.get_one(MailPiece, piece)
    row.status, row.printed_at = MailPieceStatus.ENCLOSED, row.printed_at or clock.now()
    db.session.commit()
    day = clock.today() - ago
    post_letter(piece, item_number=item_number(place), posted_on=day, actor=clerk, now=clock.now())


def lost_by_holder(piece: UUID, clerk: Actor) -> UUID:
    shown = {"delivered_on": clock.today(), "delivered_to": "本人", "shown_document": "passport"}
    record_delivery(piece, **shown, actor=clerk, now=clock.now())
    record_loss(piece, circumstances="転居のとき", actor=clerk, now=clock.now())
    return send_letter_again(piece, reason=ResendReason.LOST_BY_HOLDER, actor=clerk, now=clock.now())


def came_back(piece: UUID, clerk: Actor) -> UUID:
    record_return(piece, reason="retention", actor=clerk, now=clock.now())
    inspect_return(piece, inspection=Inspection.SEALED, witness="森 由美", actor=clerk, now=clock.now())
    return send_letter_again(piece, reason=ResendReason.RETENTION, actor=clerk, now=clock.now())


def keep_promises(times: int = 2) -> None:
    """Everything that billing was promised, as its worker does it; twice, as a worker that died might."""
    db.session.rollback()
    wanted = [str(row.id) for row in db.session.scalars(select(Promise).where(Promise.name.startswith("app.billing.")))]
    db.session.rollback()
    for promise in wanted * times:
        run(promise)


def charges() -> list[tuple[str, int, date]]:
    db.session.rollback()
    rows = db.session.scalars(select(Charge).order_by(Charge.occurred_on, Charge.code))
    return [(row.code, row.amount, row.occurred_on) for row in rows]


def test_agent_and_resend_reach_the_invoice_at_the_prices_of_their_days(
    first: UUID,
    opened: Opened,  # noqa: F811  the fixture
    clerk: Actor,
) -> None:
    agent(first, clerk)
    post(first, clerk, 1, LAST_WEEK)
    again = lost_by_holder(first, clerk)
    agent(again, clerk)
    post(again, clerk, 2)
    keep_promises()
    today, then = clock.today(), clock.today() - LAST_WEEK
    assert charges() == [
        ("agent_delivery", 500, then),
        ("etoken", 6500, then),
        ("agent_delivery", 605, today),
        ("resend", 913, today),
    ]
    db.session.rollback()
    issued = issue_invoice(
        opened.account_id,
        Period(then, today),
        expected_net=8518,
        issuer=ISSUER,
        rounding=Rounding.FLOOR,
        actor=clerk,
        now=clock.now(),
    )
    invoice = db.session.get_one(Invoice, issued)
    # 10 % of 8,518 is 851.8, cut off once for the rate.
    assert (invoice.net, invoice.tax, invoice.total) == (8518, 851, 9369)
    pdf = storage.get(invoice.pdf_sha256)
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    text = done.stdout.decode()
    for meant in (
        "代人受取手数料",
        "再送実費（本人限定受取郵便料金相当）",
        "500",
        "605",
        "913",
        "8,518",
        "851",
        "9,369",
    ):
        assert meant in text, meant


@pytest.mark.parametrize("reason", ["came_back", "lost_in_post", "ours"])
def test_what_is_not_the_holders_fault_costs_nothing(first: UUID, clerk: Actor, reason: str) -> None:
    post(first, clerk, 1, LAST_WEEK)
    if reason == "lost_in_post":
        record_loss(first, circumstances="郵便事故", actor=clerk, now=clock.now())
        again = send_letter_again(first, reason=ResendReason.LOST_IN_POST, actor=clerk, now=clock.now())
    elif reason == "ours":
        record_return(first, reason="unknown", actor=clerk, now=clock.now())
        inspect_return(first, inspection=Inspection.OPENED, witness="森 由美", actor=clerk, now=clock.now())
        again = send_letter_again(first, reason=ResendReason.OURS, actor=clerk, now=clock.now())
    else:
        again = came_back(first, clerk)
    post(again, clerk, 2)
    keep_promises()
    assert [(code, amount) for code, amount, _day in charges()] == [("etoken", 6500)]


def test_each_holder_of_a_case_is_charged_for_itself(opened: Opened, clerk: Actor) -> None:  # noqa: F811  the fixture
    case = db.session.get_one(Application, opened.application_id)
    db.session.add(Applicant(number=f"{case.number}-2", application_id=case.id, position=2, name="髙木 花"))
    db.session.commit()
    db.session.refresh(case)
    one, two = enclosed(application=case)
    for place, piece in enumerate((one, two)):
        agent(piece, clerk)
        post(piece, clerk, place)
    keep_promises()
    assert sorted(charges()) == [("agent_delivery", 605, clock.today())] * 2 + [("etoken", 6500, clock.today())] * 2
