"""Who needs a letter and what the post said of it locks the letter first: two who do it the other way round block each other."""

from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.core import clock
from app.core.db import db
from mailings.rules.outcomes import read_outcomes
from mailings.services.settle_outcome import settle_outcome
from mailings.services.take_outcomes import take_outcomes
from models.enums import OutcomeSource
from models.mail_pieces import MailPiece
from models.posting import DeliveryOutcome
from tests.factories.desk import staff_actor
from tests.factories.mail import enclosed, item_number


def test_an_outcome_is_free_while_its_letter_is_waited_for(app: Flask) -> None:
    clerk = staff_actor("mailroom", name="小川 亮")
    (piece,) = enclosed()
    number = db.session.get_one(MailPiece, piece).number
    db.session.rollback()
    read = read_outcomes(f"{item_number(9)}\t{clock.today():%Y/%m/%d}\t保管", clock.today())
    take_outcomes(read.lines, source=OutcomeSource.PASTED, keep_days=10, actor=clerk, now=clock.now())
    outcome = db.session.scalars(select(DeliveryOutcome.id)).one()
    db.session.rollback()

    def settle() -> None:
        with app.app_context():
            settle_outcome(outcome, letter=number, note="x", keep_days=10, actor=clerk, now=clock.now())
            db.session.remove()

    with db.engine.connect() as rival, db.engine.connect() as watcher:
        rival.execute(text("SELECT 1 FROM mail_piece WHERE id = :id FOR UPDATE"), {"id": piece})
        waiting = Thread(target=settle)
        waiting.start()
        for _time in range(200):
            blocked = watcher.scalar(text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"))
            watcher.rollback()
            if blocked:
                break
            waiting.join(0.02)
        else:
            pytest.fail("nobody waits for the letter")
        # An exchange of numbers has the letter, and now takes up what waits under its number.
        rival.execute(text("SELECT 1 FROM delivery_outcome WHERE id = :id FOR UPDATE NOWAIT"), {"id": outcome})
        rival.rollback()
        waiting.join(30)
    assert db.session.get_one(DeliveryOutcome, outcome).settled_at is not None
