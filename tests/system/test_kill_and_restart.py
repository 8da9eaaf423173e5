"""`kill -9` of any process in the middle of the work: afterwards nothing is lost, doubled or stuck."""

import os
import signal
from contextlib import suppress

import psutil
import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from app.audit.verify import verify_chain
from app.core import clock
from app.core.actor import Actor
from app.core.db import db
from issuance.services.check_pin import check_pin
from issuance.services.open_enrolment import open_enrolment
from issuance.services.register_tokens import register_tokens
from mailings.services.enclose import enclose
from mailings.services.post_letter import post_letter
from mailings.services.record_outcome import record_delivery
from models.accounts import Customer
from models.billing import Charge
from models.certificates import Certificate
from models.emails import OutgoingEmail
from models.enums import CertificateStatus, EmailStatus, PinKind, TokenStatus
from models.mail_pieces import MailPiece
from models.promises import Promise
from models.tokens import Token
from tests.factories.desk import FIELDS, approved_case, staff_actor
from tests.integration.test_main_line import Story, make_csr
from tests.system.running import RunningSystem, wait_until
from tests.tour.desk import PIN
from tests.tour.mailbox import Mailbox

pytestmark = [pytest.mark.system, pytest.mark.timeout(900)]

VICTIMS = ("issuance", "worker", "clock", "signer", "redis", "postgres", "mail")
INCOMING = ("35685969384", "30684874522", "40493739646", "35600000015", "35600000026", "35600000030", "35600000041")
OUTGOING = ("10012000106", "10012000110", "10012000121", "10012000132", "10012000143", "10012000154", "10012000165")


def kill_9(system: RunningSystem, name: str) -> None:
    """Kill the process itself, not its keeper: the keeper starts it again, as in an installation."""
    keeper = psutil.Process(system.processes[name].pid)
    for child in keeper.children(recursive=True):
        with suppress(ProcessLookupError):
            os.kill(child.pid, signal.SIGKILL)


def settled() -> bool:
    """Whether every promise is kept."""
    try:
        db.session.rollback()
        return db.session.scalar(select(func.count()).select_from(Promise).where(Promise.done_at.is_(None))) == 0
    except OperationalError:
        db.session.remove()
        return False


def count(model: type, *criteria: object) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model).where(*criteria)) or 0


class LiveStory(Story):
    """A holder's way through a running installation: what others do there is not done here."""

    def __init__(self, app: Flask, number: int) -> None:
        self.app = app
        self.outgoing = OUTGOING[number - 1]
        register_tokens(
            [f"SN-{number}"], model="eToken", batch="", actor=self.person("mailroom", number), now=clock.now()
        )
        FIELDS["birth_date"] = (
            f"昭和60年4月{number}日"  # another person each time: a second live certificate asks for a reason
        )
        case = approved_case(item_number=INCOMING[number - 1])
        self.applicant, self.number = case.applicants[0].id, case.applicants[0].number
        self.mailroom = self.person("mailroom", 100 + number)
        self.csr = make_csr()
        db.session.rollback()

    @staticmethod
    def person(role: str, number: int) -> Actor:
        return staff_actor(role, email=f"{role}{number}@example.jp", name=f"{role} {number}")

    def find_letter(self) -> None:
        db.session.rollback()
        self.piece = db.session.scalars(select(MailPiece.id).where(MailPiece.applicant_id == self.applicant)).one()

    def deliver(self) -> None:
        self.print()
        enclose(self.letter.number, self.token.serial_number, actor=self.mailroom, now=clock.now())
        today = clock.today()
        post_letter(self.piece, item_number=self.outgoing, posted_on=today, actor=self.mailroom, now=clock.now())
        record_delivery(
            self.piece,
            delivered_on=today,
            delivered_to="本人",
            shown_document="licence",
            actor=self.mailroom,
            now=clock.now(),
        )

    def try_open(self) -> str:
        """The ダウンロードPIN, read from the mail as the holder does."""
        secret = check_pin(self.number, self.pin, PinKind.APPLICATION, now=clock.now()).id
        db.session.rollback()
        open_enrolment(secret, now=clock.now())
        return self.number


def test_any_process_may_die_at_any_moment(system: RunningSystem) -> None:
    from wsgi import create_worker  # noqa: PLC0415

    app = create_worker(system.settings())
    with app.app_context():
        for number, victim in enumerate(VICTIMS, start=1):
            one_case(system, app, victim, number)
        report = verify_chain()
        assert report.is_intact, report
        db.session.remove()
        db.engine.dispose()
    app.extensions["signer"].close()
    app.extensions["redis"].close()


def one_case(system: RunningSystem, app: Flask, victim: str, number: int) -> None:
    """Steps 4 to 6 for one case, with two deaths of one process in between."""
    story = LiveStory(app, number)  # the approval has just promised letter, token, IDs, e-mails
    kill_9(system, victim)
    wait_until(settled, f"everything is done after {victim} died at the approval", seconds=120)
    assert count(MailPiece) == number
    assert count(Customer) == 1 + number  # one company ID, a user ID for each case
    assert count(OutgoingEmail, OutgoingEmail.template == "login") == 1 + 2 * number
    story.find_letter()
    story.deliver()
    kill_9(system, victim)
    wait_until(settled, f"everything is done after {victim} died at the delivery", seconds=120)
    wait_until(story.try_open, "the signing process answers again", seconds=60)
    text = Mailbox(system.var / "mail").wait_for("holder@example.jp", story.number)
    download = PIN.search(text)[0]
    wait_until(settled, "the download PIN has gone", seconds=60)
    enrolment = wait_until(lambda: story.request(download, story.csr), "the request is taken", seconds=60)
    kill_9(system, victim)
    wait_until(settled, f"everything is done after {victim} died at the issuance", seconds=150)
    assert enrolment is not None
    assert count(Certificate) == count(Certificate, Certificate.status == CertificateStatus.ACTIVE) == number
    assert count(Token, Token.status == TokenStatus.ACTIVE) == number
    assert count(Charge) == 3 * number
    assert count(OutgoingEmail, OutgoingEmail.status != EmailStatus.SENT) == 0
    assert len(list((system.var / "mail").glob("*.eml"))) == count(OutgoingEmail)
