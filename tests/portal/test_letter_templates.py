"""The wording of letters: proposed by one, put in force by another, looked at without a PIN."""

import subprocess
from datetime import timedelta
from typing import NoReturn

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core import clock
from app.core.actor import Actor, ActorKind
from app.core.db import db
from mailings.errors import LetterTextError
from mailings.letters.texts import BUILT_IN
from mailings.services.decide_letter_template import decide_letter_template
from mailings.services.propose_letter_template import propose_letter_template
from mailings.template_queries import wording_in_force
from models.enums import LetterKind, ProfileStatus
from models.stationery import LetterTemplate
from tests.factories.staff import form_token, make_staff, sign_in

PROPOSE = "/letter-templates/approval_notice/propose/?lang=ja"
NEW_NOTE = "※ 封筒が開いていたときは、使わずにヘルプデスクへお電話ください。"
CHANGED = {**BUILT_IN[LetterKind.APPROVAL_NOTICE], "note_2": NEW_NOTE}


class NoPins:
    """A maker of PINs that nobody may ask."""

    def __getattr__(self, name: str) -> NoReturn:
        raise AssertionError(name)


@pytest.fixture
def mailroom(portal: Flask) -> FlaskClient:
    make_staff("mailroom", email="mailroom@example.jp", name="小川 亮")
    portal.extensions["application_pins"] = NoPins()
    return sign_in(portal, "mailroom@example.jp")


def send(client: FlaskClient, address: str, data: dict[str, str]) -> tuple[int, str]:
    answer = client.post(address, data={**data, "csrf_token": form_token(client, address)})
    db.session.rollback()
    return answer.status_code, answer.get_data(as_text=True)


def text_of(pdf: bytes) -> str:
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode()


def someone(role: str, name: str) -> Actor:
    person = make_staff(role, email=f"{role}-{name.encode().hex()[:8]}@example.jp", name=name)
    actor = Actor(ActorKind.STAFF, person.id, person.name)
    db.session.commit()
    return actor


def test_one_proposes_and_another_puts_it_in_force(portal: Flask, mailroom: FlaskClient) -> None:
    make_staff("approver", email="approver@example.jp", name="森 由美")
    assert send(mailroom, PROPOSE, {**CHANGED, "reason": "言い方"})[0] == 302
    row = db.session.query(LetterTemplate).one()
    row_id = row.id
    assert (row.version, row.status, row.proposed_by_name) == (2, ProfileStatus.PROPOSED, "小川 亮")
    assert wording_in_force(LetterKind.APPROVAL_NOTICE).version == 1
    address = f"/letter-templates/{row_id}/decide/"
    assert mailroom.get(address).status_code == 403
    approver = sign_in(portal, "approver@example.jp")
    assert send(approver, address, {"verdict": "activate"})[0] == 302
    wording = wording_in_force(LetterKind.APPROVAL_NOTICE)
    assert (wording.version, wording.texts["note_2"]) == (2, NEW_NOTE)
    page = approver.get("/letter-templates/?lang=ja").get_data(as_text=True)
    assert "小川 亮" in page and "森 由美" in page


@pytest.mark.parametrize("kind", list(LetterKind))
def test_a_sample_asks_no_maker_of_pins(mailroom: FlaskClient, kind: LetterKind) -> None:
    answer = mailroom.get(f"/letter-templates/{kind.value}/preview.pdf")
    assert answer.mimetype == "application/pdf"
    text = text_of(answer.data)
    assert "見本" in text
    assert "{" not in text, "every brace is filled in"


def test_the_form_can_only_look(mailroom: FlaskClient) -> None:
    data = {**CHANGED, "to": "preview", "csrf_token": form_token(mailroom, PROPOSE)}
    answer = mailroom.post(PROPOSE, data=data)
    assert answer.mimetype == "application/pdf"
    assert "お電話ください" in text_of(answer.data)
    assert not db.session.query(LetterTemplate).count()


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [
        ("note_1", "", "文面が空です"),
        ("note_1", "あ" * 1001, "文字を超えています"),
        ("note_1", "{pin}", "差込みがすべて必要"),
        ("note_1", "見本\U000e0101", "U+672C U+E0101"),
        ("body", "長" * 400, "収まりません"),
        ("step_2", "長" * 80, "収まりません"),
        ("note_3", "長" * 200, "収まりません"),
    ],
)
def test_what_cannot_be_printed_is_refused_with_words(mailroom: FlaskClient, name: str, typed: str, words: str) -> None:
    status, page = send(mailroom, PROPOSE, {**CHANGED, name: typed, "reason": "見本"})
    assert status == 422
    assert words in page
    assert NEW_NOTE in page, "what was typed stays"
    assert not db.session.query(LetterTemplate).count()


def test_a_letter_of_three_pages_is_refused(portal: Flask) -> None:
    texts = dict(BUILT_IN[LetterKind.REVOCATION_NOTICE])
    texts["opening"] = texts["asks"] = "長" * 900 + "{site}"
    status, page = 0, ""
    make_staff("mailroom", email="mailroom@example.jp", name="小川 亮")
    texts["opening"] = ("長" * 40 + "\n") * 24
    texts["asks"] = ("長" * 40 + "\n") * 23 + "{site}"
    texts["unknown"] = ("長" * 40 + "\n") * 23 + "{phone}{desk_hours}"
    client = sign_in(portal, "mailroom@example.jp")
    status, page = send(client, "/letter-templates/revocation_notice/propose/?lang=ja", {**texts, "reason": "見本"})
    assert status == 422 and "収まりません" in page


def test_nobody_decides_alone_and_nothing_is_decided_twice(portal: Flask) -> None:
    proposer, approver = someone("mailroom", "小川 亮"), someone("approver", "森 由美")
    now = clock.now()
    first = propose_letter_template(LetterKind.APPROVAL_NOTICE, CHANGED, reason="見本", actor=proposer, now=now)
    with pytest.raises(LetterTextError, match="letter-text-open"):
        propose_letter_template(LetterKind.APPROVAL_NOTICE, CHANGED, reason="見本", actor=approver, now=now)
    with pytest.raises(LetterTextError, match="letter-text-own"):
        decide_letter_template(first, activate=True, actor=proposer, now=now)
    with pytest.raises(LetterTextError, match="letter-text-reason"):
        decide_letter_template(first, activate=False, actor=approver, now=now)
    decide_letter_template(first, activate=True, actor=approver, now=now)
    with pytest.raises(LetterTextError, match="letter-text-unchanged"):
        propose_letter_template(LetterKind.APPROVAL_NOTICE, CHANGED, reason="見本", actor=approver, now=now)
    back = dict(BUILT_IN[LetterKind.APPROVAL_NOTICE])
    second = propose_letter_template(LetterKind.APPROVAL_NOTICE, back, reason="見本", actor=approver, now=now)
    decide_letter_template(second, activate=True, actor=proposer, now=now + timedelta(minutes=1))
    db.session.rollback()
    found = {row.version: row.status for row in db.session.query(LetterTemplate)}
    assert found == {2: ProfileStatus.RETIRED, 3: ProfileStatus.ACTIVE}
