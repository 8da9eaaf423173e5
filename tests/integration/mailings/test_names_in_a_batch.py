"""Names that cannot be printed wait for an officer, each by its characters; the rest of the batch is printed."""

import csv
import subprocess
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.core import clock
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import IllegalTransitionError
from app.documents.chain import missing
from app.documents.clusters import code_points
from issuance.services.application_pin import ApplicationPins
from mailings import queries
from mailings.errors import BlockedPieceError
from mailings.services.check_again import check_again
from mailings.services.prepare_letter import prepare_letter
from mailings.services.print_letters import print_letters
from models.applications import Applicant
from models.audit import AuditEntry
from models.enums import MailPieceStatus
from models.mail_pieces import MailPiece
from models.pin_secrets import PinSecret
from tests.factories.accounts import make_application
from tests.factories.desk import staff_actor
from tests.factories.mail import piece_row

pytestmark = pytest.mark.hsm
NAMES = Path(__file__).parents[2] / "vectors" / "data" / "names.csv"
with NAMES.open(encoding="utf-8", newline="") as file:
    VALUES = [row["value"] for row in csv.DictReader(file)]
TOO_LONG = "ヴィルヘルミーナ・アレクサンドラ" * 8


@pytest.fixture
def clerk(app: Flask, authority: None) -> Actor:
    return staff_actor("mailroom", name="小川 亮")


def test_the_rest_of_the_batch_prints(clerk: Actor) -> None:
    refused = [value for value in VALUES if missing(value)]
    good = [value for value in VALUES if not missing(value)][:12]
    case = make_application(*(name for pair in zip(good, [*refused, TOO_LONG] * 2, strict=False) for name in pair))
    ids = [applicant.id for applicant in case.applicants]
    db.session.rollback()
    for applicant_id in ids:
        prepare_letter(applicant_id, now=clock.now())
    names = {row.id: row.name for row in db.session.scalars(select(Applicant))}
    pieces = db.session.scalars(select(MailPiece)).all()
    for piece in pieces:
        name = names[piece.applicant_id] if piece.applicant_id else ""
        reason = piece.blocked_reason or ""
        if signs := missing(name):
            assert all(code_points(sign) in reason for sign in signs), name
        else:
            assert reason.startswith(name) is (name == TOO_LONG), name
    due = [
        piece.id for piece in queries.list_pieces(MailPieceStatus.PREPARED, with_pin=True) if not piece.blocked_reason
    ]
    assert len(due) == len(good)
    db.session.rollback()
    _run, pdf = print_letters(due, witness="森 由美", pins=ApplicationPins(), actor=clerk, now=clock.now())
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True)
    assert done.stdout.decode().count("\f") == len(good)
    db.session.rollback()
    states = db.session.execute(select(MailPiece.status, MailPiece.blocked_reason.is_(None))).all()
    assert set(map(tuple, states)) == {(MailPieceStatus.PRINTED, True), (MailPieceStatus.PREPARED, False)}
    assert len(db.session.scalars(select(PinSecret.id)).all()) == len(good)


def test_a_blocked_letter_is_printed_once_its_name_can_be(clerk: Actor) -> None:
    """The officer decided how the name is written: looked at again, it is in the next batch. Not before."""
    (applicant,) = make_application("渡\u9089\U000e01ef 一").applicants
    applicant_id = applicant.id
    db.session.rollback()
    piece = prepare_letter(applicant_id, now=clock.now())
    with pytest.raises(BlockedPieceError, match="piece-blocked"):
        check_again(piece, actor=clerk, now=clock.now())
    db.session.get_one(Applicant, applicant_id).name = "渡\u9089 一"
    db.session.commit()
    check_again(piece, actor=clerk, now=clock.now())
    assert piece_row(piece).blocked_reason is None
    db.session.rollback()
    with pytest.raises(IllegalTransitionError):
        check_again(piece, actor=clerk, now=clock.now())
    print_letters([piece], witness="森 由美", pins=ApplicationPins(), actor=clerk, now=clock.now())
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "letter:unblock")).one()
    assert "U+9089 U+E01EF" in entry.detail["was"]
