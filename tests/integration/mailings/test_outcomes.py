"""What becomes of posted envelopes: imported twice without harm, warned of, inspected, sent again, and who pays."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from app.core import clock
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError, IllegalTransitionError
from mailings.errors import WitnessError
from mailings.rules.outcomes import read_outcomes
from mailings.rules.resending import ResendReason
from mailings.services.name_agent import name_agent
from mailings.services.post_letter import post_letter
from mailings.services.record_outcome import (
    inspect_return,
    record_delivery,
    record_loss,
    record_notice,
    record_return,
)
from mailings.services.send_letter_again import send_letter_again
from mailings.services.settle_outcome import settle_outcome
from mailings.services.take_outcomes import Taken, take_outcomes
from mailings.services.warn_kept import email_kept_letter, warn_kept
from models.enums import Inspection, MailPieceStatus, OutcomeSource
from models.mail_pieces import MailPiece
from models.posting import DeliveryOutcome
from models.promises import Promise
from tests.factories.desk import staff_actor
from tests.factories.mail import enclosed, item_number, piece_row
from tests.integration.mailings.test_emails import Sink, sink  # noqa: F401  a real SMTP server

KEEP = 10


@pytest.fixture
def clerk(app: Flask) -> Actor:
    return staff_actor("mailroom", name="小川 亮")


@pytest.fixture
def piece(clerk: Actor) -> UUID:
    (found,) = enclosed()
    day = clock.today() - timedelta(days=8)
    post_letter(found, item_number=item_number(1), posted_on=day, actor=clerk, now=clock.now())
    return found


def take(clerk: Actor, *lines: str) -> Taken:
    read = read_outcomes("\n".join(lines), clock.today())
    assert not read.unread
    return take_outcomes(read.lines, source=OutcomeSource.PASTED, keep_days=KEEP, actor=clerk, now=clock.now())


def line(place: int, status: str, days_ago: int = 0) -> str:
    day = clock.today() - timedelta(days=days_ago)
    return f"{item_number(place)}\t{day:%Y/%m/%d} 10:15\t{status}\t日立郵便局"


def promised(job: str) -> int:
    db.session.rollback()
    return len(db.session.scalars(select(Promise.id).where(Promise.name == job)).all())


def test_lines_bring_a_piece_on_and_the_same_again_changes_nothing(piece: UUID, clerk: Actor) -> None:
    lines = (line(1, "お届け済み"), line(1, "引受", 8), line(1, "保管", 3))
    assert take(clerk, *lines) == Taken(settled=3, waiting=0, known=0)
    row = piece_row(piece)
    assert (row.status, row.delivered_on, row.delivered_to) == (MailPieceStatus.DELIVERED, clock.today(), None)
    assert row.notified_on == clock.today() - timedelta(days=3)
    assert row.kept_until == row.notified_on + timedelta(days=KEEP)
    db.session.rollback()
    assert take(clerk, *lines) == Taken(settled=0, waiting=0, known=3)
    record_delivery(
        piece, delivered_on=clock.today(), delivered_to="本人", shown_document="passport", actor=clerk, now=clock.now()
    )
    assert piece_row(piece).delivered_to == "本人"
    with pytest.raises(IllegalTransitionError):
        record_delivery(
            piece, delivered_on=clock.today(), delivered_to="別人", shown_document="", actor=clerk, now=clock.now()
        )


def test_what_matches_nothing_or_contradicts_waits_for_somebody(piece: UUID, clerk: Actor) -> None:
    take(clerk, line(1, "お届け済み", 1))
    assert take(clerk, line(9, "お届け済み"), line(1, "差出人に返送済み")) == Taken(settled=0, waiting=2, known=0)
    assert piece_row(piece).status is MailPieceStatus.DELIVERED
    db.session.rollback()
    waiting = {row.item_number: row.id for row in db.session.scalars(select(DeliveryOutcome)) if row.settled_at is None}
    db.session.rollback()
    number = piece_row(piece).number
    db.session.rollback()

    def settle(place: int, letter: str, note: str) -> None:
        settle_outcome(
            waiting[item_number(place)], letter=letter, note=note, keep_days=KEEP, actor=clerk, now=clock.now()
        )

    with pytest.raises(DomainError, match="outcome-note"):
        settle(9, "", " ")
    with pytest.raises(DomainError, match="outcome-contradiction"):
        settle(1, number, "")
    settle(1, number, "窓口に確認、配達が正しい")
    settle(9, "", "他社の番号")
    with pytest.raises(IllegalTransitionError):
        settle(9, "", "もう一度")


def test_holder_and_company_are_reminded_on_each_day_of_warning_once(
    piece: UUID,
    clerk: Actor,
    sink: Sink,  # noqa: F811  the fixture
) -> None:
    notified = clock.today() - timedelta(days=5)
    record_notice(piece, notified_on=notified, keep_days=KEEP, actor=clerk, now=clock.now())
    early = clock.now() - timedelta(days=1)
    assert warn_kept(warn_days=(7, 5), now=early) == 0
    assert [warn_kept(warn_days=(7, 5), now=clock.now()) for _ in range(3)] == [1, 0, 0]
    assert promised("mailings.jobs.email_kept_letter") == 1
    for _ in range(2):
        email_kept_letter(piece, now=clock.now())
    assert len(sink.taken) == 2
    holder, company = sink.taken
    assert "𠮷田 太郎 様" in holder and "131-12-38301" in holder and "あと5日" in holder
    assert "連絡 葵" in company and "𠮷田 太郎 様" in company
    later = clock.now() + timedelta(days=3)
    assert warn_kept(warn_days=(7, 5), now=later) == 1
    assert warn_kept(warn_days=(7, 5), now=clock.now() + timedelta(days=6)) == 0  # it has gone back
    take(clerk, line(1, "お届け済み"))
    email_kept_letter(piece, now=later)
    assert len(sink.taken) == 2


def test_what_came_back_is_inspected_by_two_before_another_letter_goes_out(piece: UUID, clerk: Actor) -> None:
    record_return(piece, reason="retention", actor=clerk, now=clock.now())
    with pytest.raises(DomainError, match="return-not-inspected"):
        send_letter_again(piece, reason=ResendReason.RETENTION, actor=clerk, now=clock.now())
    for alone in ("", clerk.name):
        with pytest.raises(WitnessError):
            inspect_return(piece, inspection=Inspection.SEALED, witness=alone, actor=clerk, now=clock.now())
    inspect_return(piece, inspection=Inspection.SEALED, witness="森 由美", actor=clerk, now=clock.now())
    with pytest.raises(DomainError, match="resend-reason"):
        send_letter_again(piece, reason=ResendReason.LOST_BY_HOLDER, actor=clerk, now=clock.now())
    new = send_letter_again(piece, reason=ResendReason.RETENTION, actor=clerk, now=clock.now())
    row = piece_row(new)
    assert (row.status, row.replaces_id, row.resend_reason) == (MailPieceStatus.PREPARED, piece, "retention")
    with pytest.raises(IllegalTransitionError):
        send_letter_again(piece, reason=ResendReason.RETENTION, actor=clerk, now=clock.now())
    post_again(new, clerk)
    assert promised("app.billing.jobs.charge_resend") == 0


def test_only_what_the_holder_lost_is_charged(piece: UUID, clerk: Actor) -> None:
    record_delivery(
        piece, delivered_on=clock.today(), delivered_to="本人", shown_document="passport", actor=clerk, now=clock.now()
    )
    with pytest.raises(IllegalTransitionError):
        send_letter_again(piece, reason=ResendReason.LOST_BY_HOLDER, actor=clerk, now=clock.now())
    record_loss(piece, circumstances="転居のとき", actor=clerk, now=clock.now())
    with pytest.raises(DomainError, match="resend-reason"):
        send_letter_again(piece, reason=ResendReason.LOST_IN_POST, actor=clerk, now=clock.now())
    new = send_letter_again(piece, reason=ResendReason.LOST_BY_HOLDER, actor=clerk, now=clock.now())
    post_again(new, clerk)
    assert promised("app.billing.jobs.charge_resend") == 1


def post_again(piece: UUID, clerk: Actor) -> None:
    """Printed, enclosed and posted in one go."""
    name_agent(piece, name="代人", address="東京都", papers_on=clock.today(), actor=clerk, now=clock.now())
    db.session.rollback()
    row = db.session.get_one(MailPiece, piece)
    row.status, row.printed_at = MailPieceStatus.ENCLOSED, clock.now()
    db.session.commit()
    post_letter(piece, item_number=item_number(50), posted_on=clock.today(), actor=clerk, now=clock.now())
