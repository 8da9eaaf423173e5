"""Mails that are refused, that come back, or that are signed: over a real SMTP server and real mailboxes."""

import mailbox
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import dkim
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from flask import Flask
from sqlalchemy import select

from app.core import clock
from app.core.db import db
from mailings import jobs
from mailings.errors import MailGivenUpError, MailServerError, SecretGoneError
from mailings.services.release_address import release_address, send_again
from mailings.services.send_email import send_email
from models.audit import AuditEntry
from models.emails import EmailAddress, OutgoingEmail
from models.enums import EmailAddressState, EmailStatus
from models.promises import Promise
from tests.factories.desk import staff_actor
from tests.unit.mailings.test_bounces import report

VALUES = {"name": "髙﨑 花子", "serial": "31ab", "not_before": "2026-11-26", "not_after": "2028-11-25"}


class Server:
    """Takes mails, or refuses recipients."""

    def __init__(self) -> None:
        self.answer = "250 OK"
        self.taken: list[tuple[str, bytes]] = []

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.taken.append((str(envelope.mail_from), bytes(envelope.original_content or b"")))
        return "250 OK"


@pytest.fixture
def server(app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    handler = Server()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    path = tmp_path / "dkim.pem"
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()))
    app.extensions["dkim_test_key"] = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    mailbox.Maildir(tmp_path / "bounces", create=True).close()
    settings = app.extensions["settings"].model_copy(
        update={
            "mail_url_given": f"smtp://127.0.0.1:{port}",
            "bounce_address": "bounce@cecsign.example",
            "bounce_mailbox": f"maildir://{tmp_path / 'bounces'}",
            "dkim_domain": "cecsign.example",
            "dkim_selector": "s2026",
            "dkim_key_file": str(path),
        }
    )
    monkeypatch.setitem(app.extensions, "settings", settings)
    yield handler
    controller.stop()


def send(recipient: str = "Holder@Example.jp", template: str = "certificate_issued") -> bool:
    return send_email(template, uuid4(), recipient, VALUES, now=clock.now())


def newest() -> OutgoingEmail:
    db.session.rollback()
    return db.session.scalars(select(OutgoingEmail).order_by(OutgoingEmail.sequence.desc())).first()


def address() -> EmailAddress | None:
    return db.session.scalars(select(EmailAddress)).first()


def comes_back(app: Flask, data: bytes) -> None:
    box = mailbox.Maildir(app.extensions["settings"].bounce_mailbox.removeprefix("maildir://"))
    box.add(mailbox.MaildirMessage(data))
    box.close()
    jobs.collect_bounces()


def test_a_mail_is_signed_and_its_return_address_names_it(app: Flask, server: Server) -> None:
    assert send()
    sender, data = server.taken[0]
    assert sender == f"bounce+{newest().id.hex}@cecsign.example"
    import base64  # noqa: PLC0415

    record = b"v=DKIM1; k=rsa; p=" + base64.b64encode(app.extensions["dkim_test_key"])
    assert dkim.verify(data, dnsfunc=lambda name, timeout=5: record)
    assert not dkim.verify(data.replace(b"Subject:", b"Subject: x"), dnsfunc=lambda name, timeout=5: record)


def test_an_unknown_mailbox_blocks_the_address_until_somebody_releases_it(app: Flask, server: Server) -> None:
    assert send()
    comes_back(app, report(verp=newest().id.hex))
    row = newest()
    assert (row.status, row.bounce[:5]) == (EmailStatus.BOUNCED, "5.1.1")
    assert (address().address, address().state) == ("holder@example.jp", EmailAddressState.BLOCKED)
    jobs.collect_bounces()  # the same mailbox again
    assert db.session.scalars(select(AuditEntry.event)).all().count("email:bounce") == 1

    assert not send()  # nothing goes to a blocked address
    held = newest()
    assert (held.status, held.last_error, len(server.taken)) == (EmailStatus.GIVEN_UP, "address-blocked", 1)
    held_id, subject = held.id, held.subject_id
    key = address().id
    db.session.rollback()
    assert release_address(key, actor=staff_actor("officer"), now=clock.now()) == 1
    assert address().state is EmailAddressState.GOOD
    assert db.session.get_one(OutgoingEmail, held_id).status is EmailStatus.WAITING
    promise = db.session.scalars(select(Promise).where(Promise.name == "mailings.jobs.email_certificate_issued")).one()
    assert promise.subject_id == subject


def test_a_full_mailbox_is_doubtful_after_three(app: Flask, server: Server) -> None:
    for count in range(3):
        assert send()
        comes_back(app, report(verp=newest().id.hex, status="5.2.2"))
        assert address().soft_bounces == count + 1
    assert address().state is EmailAddressState.DOUBTFUL
    assert send()  # it is tried all the same


def test_a_report_about_nothing_of_ours_shuts_nobody_out(app: Flask, server: Server) -> None:
    assert send()
    for made_up in (report(verp=uuid4().hex), report(verp="x")):
        comes_back(app, made_up)
    assert newest().status is EmailStatus.SENT
    assert address() is None


def test_a_delay_changes_nothing(app: Flask, server: Server) -> None:
    assert send()
    comes_back(app, report(verp=newest().id.hex, action="delayed", status="4.4.1"))
    assert newest().status is EmailStatus.SENT
    assert address() is None


def test_a_server_that_refuses_the_recipient_for_good_is_believed(app: Flask, server: Server) -> None:
    server.answer = "550 5.1.1 no such user"
    assert not send()
    assert newest().status is EmailStatus.GIVEN_UP
    assert "no such user" in newest().last_error
    assert address().state is EmailAddressState.BLOCKED


def test_a_server_that_says_later_is_asked_again_for_days(app: Flask, server: Server) -> None:
    server.answer = "450 4.2.1 greylisted"
    subject = uuid4()
    with pytest.raises(MailServerError):
        send_email("certificate_issued", subject, "a@example.jp", VALUES, now=clock.now())
    assert newest().status is EmailStatus.FAILED
    with pytest.raises(MailGivenUpError):
        send_email("certificate_issued", subject, "a@example.jp", VALUES, now=clock.now() + timedelta(days=5))
    assert newest().status is EmailStatus.GIVEN_UP
    assert address() is None  # not the address's fault
    send_again(newest().id, actor=staff_actor("officer"))
    assert newest().status is EmailStatus.WAITING


def test_a_secret_that_went_is_not_sent_again(app: Flask, server: Server) -> None:
    send_email("download_pin", uuid4(), "b@example.jp", {**VALUES, "application_number": "A"}, now=clock.now())
    comes_back(app, report(verp=newest().id.hex))
    with pytest.raises(SecretGoneError):
        send_again(newest().id, actor=staff_actor("officer"))
    db.session.rollback()


def test_an_address_that_is_none_is_given_up(app: Flask, server: Server) -> None:
    assert not send("no address")
    assert (newest().status, newest().last_error) == (EmailStatus.GIVEN_UP, "address-malformed")
