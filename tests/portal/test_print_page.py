"""The page for printing: what it offers beside runs of the printer, and what it says when a print breaks off."""

import os

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core import clock
from app.core.db import db
from app.core.transaction import transaction
from mailings.printing import one_time
from mailings.services.prepare_letter import add_piece
from models.applications import Applicant
from models.enums import MailPieceStatus, PrintRunStatus
from models.mail_pieces import MailPiece, PrintRun
from tests.factories.accounts import make_application
from tests.factories.mail import piece_row
from tests.factories.mailroom_pages import other_clerk, send, text_of
from tests.factories.staff import form_token, make_staff, sign_in


@pytest.fixture
def client(portal: Flask) -> FlaskClient:
    make_staff("mailroom", email="mailroom@example.jp", name="小川 亮")
    return sign_in(portal, "mailroom@example.jp")


@pytest.fixture
def due(portal: Flask) -> list:
    case = make_application("髙﨑 一郎", "髙木 花", "葛󠄀城 葵", services=("certificate",))
    ids = [applicant.id for applicant in case.applicants]
    db.session.commit()
    with transaction():
        return [add_piece(db.session.get_one(Applicant, each), now=clock.now()).id for each in ids]


def in_run(piece, status: PrintRunStatus) -> None:
    clerk = other_clerk()
    run = PrintRun(operator_id=clerk.id, operator_name="a", witness_name="b", status=status, started_at=clock.now())
    db.session.add(run)
    db.session.flush()
    db.session.get_one(MailPiece, piece).print_run_id = run.id
    db.session.commit()


def test_what_the_printer_is_about_to_print_is_not_offered_again(client: FlaskClient, due: list) -> None:
    in_run(due[0], PrintRunStatus.PRINTING)
    page = text_of(client.get("/mailroom/print/"))
    assert str(due[0]) not in page and str(due[1]) in page


def test_what_lies_in_a_run_that_stands_still_is_marked_and_not_ticked(
    client: FlaskClient, due: list, portal: Flask
) -> None:
    in_run(due[0], PrintRunStatus.STOPPED)
    page = text_of(client.get("/mailroom/print/?lang=en"))
    assert page.count(" checked") == 2 and "in a run that stands still" in page
    portal.extensions["settings"] = portal.extensions["settings"].model_copy(
        update={"printer_url": "ipp://127.0.0.1:1/"}
    )
    answer = send(client, "/mailroom/print/", piece=[str(each) for each in due], witness="山本 次郎", to="printer")
    assert answer.status_code == 422
    assert f"Letter {piece_row(due[0]).number} is in a printing run that is not finished." in text_of(answer)


def test_nothing_is_ticked_again_by_itself(client: FlaskClient, due: list) -> None:
    answer = send(client, "/mailroom/print/", witness="山本 次郎")
    assert answer.status_code == 422
    assert "Choose at least one letter." in text_of(answer) and " checked" not in text_of(answer)


def test_a_print_that_breaks_off_says_what_to_do(
    client: FlaskClient, due: list, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(one_time, "print_letters", lambda *_given, **_named: os._exit(1))  # killed
    answer = send(client, "/mailroom/print/", piece=str(due[0]), witness="山本 次郎")
    assert answer.status_code == 422
    assert "The print broke off." in text_of(answer) and "山本 次郎" in text_of(answer)


def test_a_run_whose_sheets_are_all_spoiled_can_be_closed(client: FlaskClient, due: list) -> None:
    in_run(due[0], PrintRunStatus.PRINTED)
    piece = db.session.get_one(MailPiece, due[0])
    run, piece.status = piece.print_run_id, MailPieceStatus.SPOILED
    db.session.get_one(PrintRun, run).spoiled_count = 1
    db.session.commit()
    token = form_token(client, "/print-runs/")
    assert client.post(f"/print-runs/{run}/close/", data={"csrf_token": token}).status_code == 302
    db.session.expire_all()
    assert db.session.get_one(PrintRun, run).status is PrintRunStatus.CLOSED
