"""Printing runs on the portal: what to do when it stands still, what to shred, and closing only when the counts agree."""

from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core import clock
from app.core.db import db
from app.core.transaction import transaction
from mailings.services.prepare_letter import add_piece
from models.applications import Applicant
from models.enums import MailPieceStatus, PrintRunStatus
from models.mail_pieces import MailPiece, PrintRun
from tests.factories.accounts import make_application
from tests.factories.staff import make_staff, sign_in


@pytest.fixture
def client(portal: Flask) -> FlaskClient:
    make_staff("mailroom", email="mailroom@example.jp", name="小川 亮")
    return sign_in(portal, "mailroom@example.jp")


def run_of(*statuses: MailPieceStatus, status: PrintRunStatus, reason: str = "") -> UUID:
    application = make_application(*(f"髙﨑 {number}郎" for number in range(len(statuses))), services=("certificate",))
    ids = [applicant.id for applicant in application.applicants]
    operator = make_staff("mailroom", email="other@example.jp", name="森 由美")
    operator_id = operator if isinstance(operator, UUID) else operator.id
    run = PrintRun(
        id=uuid4(),
        operator_id=operator_id,
        operator_name="森 由美",
        witness_name="山本 次郎",
        status=status,
        printer="ipp://127.0.0.1:9/ipp/print",
        stop_reason=reason,
        piece_count=len(ids),
        started_at=clock.now(),
    )
    db.session.add(run)
    db.session.commit()
    run_id = run.id
    with transaction():
        pieces = [add_piece(db.session.get_one(Applicant, each), now=clock.now()) for each in ids]
        for number, (piece, wanted) in enumerate(zip(pieces, statuses, strict=True)):
            piece.print_run_id, piece.status = run_id, wanted
            piece.printed_at = piece.sheet_out_at = clock.now() if wanted is not MailPieceStatus.PREPARED else None
            if wanted is MailPieceStatus.POSTED:
                piece.item_number = f"1000000000{number}"
    return run_id


def act(client: FlaskClient, run: UUID, what: str) -> str:
    page = client.get(f"/print-runs/{run}/?lang=ja").get_data(as_text=True)
    token = page.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    answer = client.post(f"/print-runs/{run}/{what}/", data={"csrf_token": token}, follow_redirects=True)
    return answer.get_data(as_text=True)


def status(run: UUID) -> PrintRunStatus:
    db.session.rollback()
    return db.session.get_one(PrintRun, run, populate_existing=True).status


def test_a_run_that_stands_still_says_what_to_do_and_goes_on(client: FlaskClient) -> None:
    run = run_of(
        MailPieceStatus.PRINTED,
        MailPieceStatus.SPOILED,
        MailPieceStatus.PREPARED,
        status=PrintRunStatus.STOPPED,
        reason="media-jam-error",
    )
    spoiled = db.session.query(MailPiece.number).filter(MailPiece.status == MailPieceStatus.SPOILED).scalar()
    page = client.get(f"/print-runs/{run}/?lang=ja").get_data(as_text=True)
    assert "紙詰まりです" in page
    assert f'裁断してください（封入時にも拒否されます）。</p><p class="num">{spoiled}' in page
    act(client, run, "resume")
    assert status(run) is PrintRunStatus.PRINTING
    assert "print_run.js" in client.get(f"/print-runs/{run}/").get_data(as_text=True)
    act(client, run, "stop")
    assert status(run) is PrintRunStatus.STOPPED


def test_a_run_closes_only_when_the_counts_agree(client: FlaskClient) -> None:
    uneven = run_of(MailPieceStatus.POSTED, MailPieceStatus.ENCLOSED, status=PrintRunStatus.PRINTED)
    assert "締められません。全2通のうち" in act(client, uneven, "close")
    assert status(uneven) is PrintRunStatus.PRINTED


def test_an_even_run_closes(client: FlaskClient) -> None:
    even = run_of(MailPieceStatus.POSTED, MailPieceStatus.POSTED, status=PrintRunStatus.PRINTED)
    assert "締め済（枚数一致）" in act(client, even, "close")
    assert status(even) is PrintRunStatus.CLOSED
    assert "締め済（枚数一致）" in client.get("/print-runs/?lang=ja").get_data(as_text=True)


def test_whoever_only_reads_has_no_buttons(portal: Flask) -> None:
    run = run_of(MailPieceStatus.PREPARED, status=PrintRunStatus.STOPPED, reason="media-empty")
    make_staff("auditor", email="auditor@example.jp")
    page = sign_in(portal, "auditor@example.jp").get(f"/print-runs/{run}/?lang=en").get_data(as_text=True)
    assert "The paper has run out" in page
    assert "<button" not in page.split('id="run"', 1)[1].split("</main>", 1)[0]
