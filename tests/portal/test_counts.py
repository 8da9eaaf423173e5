"""Every number of the dashboard and of the mailroom is that of the list behind its link, and nothing is counted for ever."""

import re
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from admin.views import posting_lists
from app.core import clock
from app.core.db import db
from app.core.transaction import transaction
from mailings.rules.outcomes import read_outcomes
from mailings.services.post_letter import post_letter
from mailings.services.prepare_letter import add_piece
from mailings.services.record_outcome import record_delivery, record_notice, record_return
from mailings.services.take_outcomes import take_outcomes
from models.applications import Applicant
from models.enums import (
    ApplicationStatus,
    LetterKind,
    MailPieceStatus,
    OutcomeSource,
    Posting,
    PrintRunStatus,
    TokenStatus,
)
from models.mail_pieces import MailPiece, PrintRun
from models.notices import CaseLetter
from tests.factories.accounts import make_application
from tests.factories.desk import staff_actor
from tests.factories.mail import enclosed, item_number
from tests.factories.staff import make_staff, sign_in
from tests.factories.tokens import token_in

CARD = re.compile(r'<a class="card count[^"]*" href="([^"]+)"><b[^>]*>([^<]+)</b><span>([^<]+)</span></a>')
COUNTED = re.compile(r"Entries: (\d+)")


@pytest.fixture
def work(portal: Flask) -> None:
    """Letters, cases and runs in every state in which they stand for a while."""
    clerk = staff_actor("mailroom", email="second@example.jp", name="佐々木 望")
    pieces = enclosed("一", "二", "三", "四", "五", "六")
    today, now = clock.today(), clock.now()
    for place, (piece, days) in enumerate(zip(pieces[1:], (0, 12, 12, 3, 2), strict=True), start=1):
        day = today - timedelta(days=days)
        post_letter(piece, item_number=item_number(place), posted_on=day, actor=clerk, now=now)
    record_notice(pieces[2], notified_on=today - timedelta(days=9), keep_days=10, actor=clerk, now=now)
    record_return(pieces[3], reason="retention", actor=clerk, now=now)
    record_delivery(pieces[4], delivered_on=today, delivered_to="本人", shown_document="passport", actor=clerk, now=now)
    lines = read_outcomes(f"{item_number(77)}\t{today:%Y/%m/%d}\t保管", today).lines
    take_outcomes(lines, source=OutcomeSource.PASTED, keep_days=10, actor=clerk, now=now)
    case = make_application("花\U00030ede", "髙木 花", services=("certificate",))
    ids = [applicant.id for applicant in case.applicants]
    db.session.commit()
    with transaction():
        for each in ids:
            add_piece(db.session.get_one(Applicant, each), now=now)
    for status, days in (
        (ApplicationStatus.RECEIVED, 0),
        (ApplicationStatus.IN_REVIEW, -1),
        (ApplicationStatus.REVIEWED, 4),
    ):
        make_application("待 太郎", status=status).due_on = today + timedelta(days=days)
    ordinary = CaseLetter(
        kind=LetterKind.WITHDRAWAL_NOTICE,
        application_id=case.id,
        issued_on=today,
        posting=Posting.ORDINARY,
        recipient_company="株式会社髙﨑建設",
        recipient_address="茨城県日立市",
        written_by_name="審査 花子",
        written_at=now,
    )
    db.session.add(ordinary)
    for status in (PrintRunStatus.STOPPED, PrintRunStatus.PRINTED, PrintRunStatus.CLOSED):
        closed_at = now if status is PrintRunStatus.CLOSED else None
        run = PrintRun(
            operator_id=clerk.id,
            operator_name="a",
            witness_name="b",
            status=status,
            started_at=now,
            closed_at=closed_at,
        )
        db.session.add(run)
    db.session.flush()
    db.session.add(
        MailPiece(
            number="L-2026-009999",
            kind=LetterKind.WITHDRAWAL_NOTICE,
            posting=Posting.ORDINARY,
            letter_id=ordinary.id,
            application_id=case.id,
            status=MailPieceStatus.POSTED,
            posted_on=today,
        )
    )
    db.session.commit()
    token_in(TokenStatus.IN_STOCK, serial="FREE-1")


def person(portal: Flask, role: str) -> FlaskClient:
    make_staff(role, email=f"{role}@example.jp", name="小川 亮")
    return sign_in(portal, f"{role}@example.jp")


def page(client: FlaskClient, path: str) -> str:
    bare, _, anchor = unescape(path).partition("#")
    answer = client.get(f"{bare}{'&' if '?' in bare else '?'}lang=en")
    assert answer.status_code == 200, path
    text = answer.get_data(as_text=True).split("<main", 1)[1]
    return text.split(f'id="{anchor}"', 1)[1].split("</table>", 1)[0] if anchor else text


def listed(client: FlaskClient, path: str) -> int:
    """How many rows stand behind a link."""
    text = page(client, path)
    if found := COUNTED.search(text):
        return int(found[1])
    if "/posting-lists/" in path:
        return sum(map(int, re.findall(r"on no list: (\d+)", text)))
    return len(re.findall(r"<tr data-|<tr><td><code>", text))


@pytest.mark.parametrize(
    ("role", "path"), [("mailroom", "/mailroom/"), ("mailroom", "/"), ("auditor", "/"), ("officer", "/")]
)
def test_each_number_is_that_of_its_list(portal: Flask, work: None, role: str, path: str) -> None:
    client = person(portal, role)
    cards = {unescape(word): (href, int(count)) for href, count, word in CARD.findall(page(client, path))}
    assert len(cards) >= 6 and sum(count > 0 for _href, count in cards.values()) >= 5
    numbers = {word: count for word, (_href, count) in cards.items()}
    assert numbers == {word: listed(client, href) for word, (href, _count) in cards.items()}


def test_ordinary_mail_is_not_on_its_way_for_ever(portal: Flask, work: None) -> None:
    numbers = {word: int(count) for _href, count, word in CARD.findall(page(person(portal, "mailroom"), "/"))}
    assert numbers["On the way"] == 3  # of four that were posted and are not back


def test_whoever_may_not_see_certificates_sees_no_number_of_them(portal: Flask, work: None) -> None:
    words = [word for _href, _count, word in CARD.findall(page(person(portal, "mailroom"), "/"))]
    assert "Tokens in stock" in words and "Valid certificates" not in words


def test_the_menu_says_where_work_waits(portal: Flask, work: None) -> None:
    client = person(portal, "mailroom")
    menu = client.get("/?lang=en").get_data(as_text=True).split("<main", 1)[0]
    entries = {
        unescape(name.strip()): unescape(said)
        for name, said in re.findall(
            r'<a href="[^"]+"[^>]*>([^<]+)<span class="waits" aria-hidden="true">[^<]+</span><span class="unseen">([^<]+)</span></a>',
            menu,
        )
    }
    assert entries == {
        "Mailroom": "2 waiting",
        "Printing runs": "2 waiting",
        "Post envelopes": "1 waiting",
        "Delivery results": "1 waiting",
        "Envelopes after posting": "2 waiting",
    }
    menu = client.get("/?lang=ja").get_data(as_text=True).split("<main", 1)[0]
    assert "2件待ち" in menu


def test_nothing_waits_in_the_menu_of_somebody_who_only_reads(portal: Flask, work: None) -> None:
    client = person(portal, "auditor")
    menu = client.get("/?lang=en").get_data(as_text=True).split("<main", 1)[0]
    assert "waiting</span>" not in menu


def test_an_error_page_asks_the_database_for_nothing_of_the_menu(portal: Flask, work: None) -> None:
    client = person(portal, "mailroom")
    menu = client.get("/no-such-page/?lang=en").get_data(as_text=True).split("<main", 1)[0]
    assert "Post envelopes" in menu and "waiting</span>" not in menu


def test_days_without_a_list_add_up_however_many_they_are(
    portal: Flask, work: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting_lists, "MOST_DAYS", 1)
    client = person(portal, "mailroom")
    text = page(client, "/posting-lists/")
    assert text.count("on no list:") == 2 and "On 3 earlier days and on no list: 4" in text
    assert listed(client, "/posting-lists/") == 5
