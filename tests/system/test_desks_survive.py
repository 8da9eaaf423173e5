"""The portal dies by `kill -9` in the middle of decisions, of printing and of posting; the site in the middle of enrolling.

Everything is done over HTTP as people do it. Who got no answer looks what became of it and does what the page then offers:
decide again, print again, or declare the sheet spoiled that never came out of the printer.
"""

import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
import requests
from flask import Flask
from sqlalchemy import func, select

from app.audit.verify import verify_chain
from app.billing.rules.charges import ETOKEN
from app.core import clock
from app.core.db import db
from app.core.settings import ROOT
from issuance.services.check_pin import check_pin
from issuance.services.register_tokens import register_tokens
from models.applications import Application
from models.audit import AuditEntry
from models.billing import Charge
from models.certificates import Certificate
from models.decisions import Decision
from models.enums import (
    ApplicationStatus,
    CertificateStatus,
    DecisionKind,
    MailPieceStatus,
    PinKind,
    PinStatus,
    TokenStatus,
)
from models.mail_pieces import MailPiece, MailPieceEvent
from models.pin_secrets import PinSecret
from models.tokens import Token
from registration.services.finish_review import finish_review
from tests.factories.desk import receive, staff_actor, work_through
from tests.system.desk_over_http import Browser
from tests.system.running import RunningSystem, wait_until
from tests.system.test_kill_and_restart import count, settled
from tests.tour.checks import pdf_text
from tests.tour.desk import MODULE, PIN
from tests.tour.mailbox import Mailbox
from tests.tour.user_token import UserToken, make_token

pytestmark = [pytest.mark.system, pytest.mark.timeout(900)]

INCOMING = ("35685969384", "30684874522", "40493739646", "35600000015")
OUTGOING = ("10012000106", "10012000110", "10012000121", "10012000132")
FRACTIONS = (0.15, 0.4, 0.65, 0.9)  # of the time that the same work took before: where the process dies
WITNESS = "山本 次郎"
WEIGHED = {"grams": "86", "shape": "定形外(規格内)", "restricted_kind": "basic", "payment": "account"}


def test_the_desks_go_on_where_they_were(system: RunningSystem, tmp_path: Path) -> None:
    from wsgi import create_worker  # noqa: PLC0415

    app = create_worker(system.settings())
    with app.app_context():
        holder = make_token(tmp_path / "holder", "holder")
        mailroom = staff_actor("mailroom", email="stock@example.jp", name="倉庫 係")
        register_tokens(
            [holder.serial, *(f"SN-{number}" for number in range(1, 12))],
            model="eToken 5110", batch="", actor=mailroom, now=clock.now(),
        )  # fmt: skip
        Desks(system, app, holder).play()
        report = verify_chain()
        assert report.is_intact, report
        db.session.remove()
        db.engine.dispose()
    app.extensions["signer"].close()
    app.extensions["redis"].close()


class Desks:
    """Approver, mailroom and holder in front of the running installation."""

    def __init__(self, system: RunningSystem, app: Flask, holder: UserToken) -> None:
        self.system, self.app, self.holder = system, app, holder
        self.approver, self.mailroom = Browser(system.portal_url), Browser(system.portal_url)
        self.approver.sign_in("shonin")
        self.mailroom.sign_in("hasso")
        self.sheets: dict[UUID, str] = {}  # letter -> text of the sheet that came out
        self.took = 0.5

    def play(self) -> None:
        for item_number, fraction in zip(INCOMING, FRACTIONS, strict=True):
            self.approve(reviewed_case(item_number), fraction)
        wait_until(settled, "what the approvals promised", seconds=120)
        pieces = list(db.session.scalars(select(MailPiece.id).order_by(MailPiece.sequence)))
        assert len(pieces) == len(INCOMING)
        wait_until(lambda: count(Token, Token.status == TokenStatus.RESERVED) == len(pieces), "tokens are set aside")
        letters = [self.print(piece, fraction) for piece, fraction in zip(pieces, FRACTIONS, strict=True)]
        self.check_sheets(letters)
        for number, (piece, fraction) in enumerate(zip(letters, FRACTIONS, strict=True)):
            self.send(piece, OUTGOING[number], fraction)
        self.check_post(letters)
        self.enrol()

    def hit(self, victim: str, fraction: float, act: Callable[[], requests.Response]) -> requests.Response | None:
        """Do something, and kill the process at this fraction of the time it takes. None: no answer came."""
        answers: list[requests.Response] = []

        def ask() -> None:
            try:
                answers.append(act())
            except requests.RequestException:
                return

        thread = threading.Thread(target=ask)
        thread.start()
        time.sleep(self.took * fraction)
        self.system.kill_and_start(victim)
        thread.join()
        self.system.wait_for_web()
        return answers[0] if answers else None

    def timed(self, act: Callable[[], requests.Response]) -> requests.Response:
        began = time.monotonic()
        answer = act()
        self.took = max(time.monotonic() - began, 0.05)
        return answer

    def approve(self, case: UUID, fraction: float) -> None:
        path = f"/approval/{case}/approve/"
        form = self.approver.filled(path)
        self.hit("portal", fraction, lambda: self.approver.press(path, form))
        if status_of(case) is ApplicationStatus.REVIEWED:
            self.timed(lambda: self.approver.submit(path))
        assert status_of(case) is ApplicationStatus.APPROVED
        assert count(Decision, Decision.application_id == case, Decision.kind == DecisionKind.APPROVED) == 1
        assert audited("application:approve", case) == 1

    def print(self, piece: UUID, fraction: float) -> UUID:
        """Until the sheet is in somebody's hands. Returns the letter, which is another one if the first was lost."""
        path = "/mailroom/print/"
        form = self.mailroom.filled(path, witness=WITNESS) | {"piece": str(piece)}
        answer = self.hit("portal", fraction, lambda: self.mailroom.press(path, form))
        if is_sheet(answer):
            self.sheets[piece] = pdf_text(answer.content, layout=True)
            return piece
        if letter(piece).status is MailPieceStatus.PRINTED:
            self.mailroom.submit(f"/mailroom/{piece}/spoil/", witness=WITNESS, reason="stream")
            assert letter(piece).status is MailPieceStatus.SPOILED
            wait_until(settled, "the letter that replaces it", seconds=120)
            db.session.rollback()
            piece = db.session.scalars(select(MailPiece.id).where(MailPiece.replaces_id == piece)).one()
            wait_until(lambda: count(Token, Token.mail_piece_id == piece) == 1, "its token is set aside")
        form = self.mailroom.filled(path, witness=WITNESS) | {"piece": str(piece)}
        answer = self.timed(lambda: self.mailroom.press(path, form))
        assert is_sheet(answer), answer.text
        self.sheets[piece] = pdf_text(answer.content, layout=True)
        again = self.mailroom.press(path, form)  # the same once more, as a person in doubt would
        assert not is_sheet(again)
        return piece

    def check_sheets(self, letters: list[UUID]) -> None:
        """One live PIN for each holder, the one on the sheet; every other one destroyed; each piece printed once."""
        for piece in letters:
            applicant = letter(piece).applicant_id
            number, pin = re.search(r"A-\d{4}-\d{6}-\d", self.sheets[piece])[0], PIN.search(self.sheets[piece])[0]
            statuses = list(db.session.scalars(select(PinSecret.status).where(PinSecret.applicant_id == applicant)))
            assert statuses.count(PinStatus.ISSUED) == 1
            spoiled = count(MailPiece, MailPiece.applicant_id == applicant, MailPiece.status == MailPieceStatus.SPOILED)
            assert statuses.count(PinStatus.DESTROYED) == spoiled == len(statuses) - 1
            assert check_pin(number, pin, PinKind.APPLICATION, now=clock.now()).applicant_id == applicant
        db.session.rollback()
        printed = select(MailPieceEvent.mail_piece_id).where(MailPieceEvent.status == MailPieceStatus.PRINTED)
        events = list(db.session.scalars(printed))
        assert len(events) == len(set(events))

    def send(self, piece: UUID, item_number: str, fraction: float) -> None:
        """Enclose, post, deliver: each with a death, each again if it did not happen."""
        serial = db.session.scalars(select(Token.serial_number).where(Token.mail_piece_id == piece)).one()
        steps = (
            ("/mailroom/enclose/", {"letter_code": f"L1:{letter(piece).number}", "token_serial": serial}, "enclosed"),
            (
                f"/mailroom/{piece}/post/",
                {"item_number": item_number, "item_number_again": item_number, **WEIGHED},
                "posted",
            ),
            (f"/mailroom/{piece}/delivery/", {}, "delivered"),
        )
        for path, typed, state in steps:
            form = self.mailroom.filled(path, **typed)
            self.hit("portal", fraction, lambda path=path, form=form: self.mailroom.press(path, form))
            if letter(piece).status != state:
                self.timed(lambda path=path, typed=typed: self.mailroom.submit(path, **typed))
            assert letter(piece).status == state

    def check_post(self, letters: list[UUID]) -> None:
        wait_until(settled, "what posting and delivery promised", seconds=120)
        assert [letter(piece).item_number for piece in letters] == list(OUTGOING)
        for event in ("letter:enclose", "letter:post", "letter:deliver"):
            assert [audited(event, piece) for piece in letters] == [1] * len(letters), event
        assert count(Token, Token.status == TokenStatus.HELD) == len(letters)
        assert count(Charge, Charge.code == ETOKEN) == len(letters)

    def enrol(self) -> None:
        """Step 6 on the site, which dies at the consent and under the client."""
        token = db.session.scalars(select(Token).where(Token.serial_number == self.holder.serial)).one()
        sheet = self.sheets[token.mail_piece_id]
        number, pin = re.search(r"A-\d{4}-\d{6}-\d", sheet)[0], PIN.search(sheet)[0]
        browser = Browser(self.system.site_url)
        self.timed(lambda: browser.submit("/enrol/", number=number, pin=pin))
        form = browser.filled("/enrol/consent")
        self.hit("site", 0.5, lambda: browser.press("/enrol/consent", form))
        if not count(PinSecret, PinSecret.kind == PinKind.DOWNLOAD):
            browser.submit("/enrol/consent")
        wait_until(settled, "the download PIN has gone", seconds=60)
        assert count(PinSecret, PinSecret.kind == PinKind.DOWNLOAD) == 1
        secret = self.system.var / "download-pin"
        secret.write_text(PIN.search(Mailbox(self.system.var / "mail").wait_for("holder@example.jp", number))[0])
        for seconds in (0.8, 1.6, None):  # the last one in peace
            if self.client(number, secret, seconds) == 0:
                break
        wait_until(settled, "the certificate", seconds=120)
        assert count(Certificate) == count(Certificate, Certificate.status == CertificateStatus.ACTIVE) == 1
        assert count(Token, Token.status == TokenStatus.ACTIVE) == 1

    def client(self, number: str, secret: Path, dies_after: float | None) -> int:
        arguments = ("--server", self.system.site_url, "--application-number", number, "--module", MODULE)
        client = subprocess.Popen(
            [sys.executable, "-m", "app.client", "enrol", *arguments, "--key", "p-256",
             "--download-pin-file", str(secret), "--pin-file", str(self.holder.pin_file)],
            cwd=ROOT, env=self.holder.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        if dies_after is not None:
            time.sleep(dies_after)
            self.system.kill_and_start("site")
            self.system.wait_for_web()
        return client.wait(120)


def reviewed_case(item_number: str) -> UUID:
    reception, officer = (
        staff_actor(role, email=f"{role}-{item_number}@example.jp") for role in ("reception", "officer")
    )
    case = receive(reception, item_number=item_number)
    work_through(case, officer)
    finish_review(case, actor=officer, now=clock.now())
    db.session.rollback()
    return case


def status_of(case: UUID) -> ApplicationStatus:
    db.session.rollback()
    return db.session.get_one(Application, case, populate_existing=True).status


def letter(piece: UUID) -> MailPiece:
    db.session.rollback()
    return db.session.get_one(MailPiece, piece, populate_existing=True)


def is_sheet(answer: requests.Response | None) -> bool:
    return answer is not None and answer.headers["content-type"] == "application/pdf"


def audited(event: str, subject: UUID) -> int:
    """How often this is on record as done."""
    db.session.rollback()
    query = select(func.count()).where(
        AuditEntry.event == event, AuditEntry.subject_id == str(subject), AuditEntry.outcome == "done"
    )
    return db.session.scalar(query) or 0
