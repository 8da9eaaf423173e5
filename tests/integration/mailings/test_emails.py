"""E-mails over a real SMTP server: once each, tried again after a refusal, and no secret in the table."""

import socket
from collections.abc import Iterator
from email import message_from_bytes, policy
from uuid import uuid4

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask
from sqlalchemy import select, text

from app.core import clock
from app.core.db import db
from mailings.errors import MailServerError
from mailings.services.send_email import send_email
from models.emails import OutgoingEmail
from models.enums import EmailStatus

SECRET = "ZZZZ-ZZZZ-ZZZZ-ZZZZ"
VALUES = {"name": "𠮷田 太郎", "application_number": "A-2026-000001-1"}


class Sink:
    """Takes mails, or refuses them."""

    def __init__(self) -> None:
        self.refusing = False
        self.taken: list[str] = []
        self.ids: list[str] = []

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        message = message_from_bytes(envelope.content, policy=policy.default)
        self.ids.append(message["Message-ID"])
        if self.refusing:
            return "451 later"
        self.taken.append(message.get_content())
        return "250 OK"


@pytest.fixture
def sink(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sink]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    handler = Sink()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    settings = app.extensions["settings"].model_copy(update={"mail_url_given": f"smtp://127.0.0.1:{port}"})
    monkeypatch.setitem(app.extensions, "settings", settings)
    yield handler
    controller.stop()


def send(subject) -> bool:  # noqa: ANN001
    return send_email("download_pin", subject, "holder@example.jp", VALUES, now=clock.now(), open_secret=lambda: SECRET)


def rows() -> list[OutgoingEmail]:
    db.session.rollback()
    return list(db.session.scalars(select(OutgoingEmail)))


def test_a_mail_goes_out_once(sink: Sink) -> None:
    subject = uuid4()
    assert [send(subject), send(subject)] == [True, False]
    assert len(sink.taken) == 1 and SECRET in sink.taken[0] and "𠮷田 太郎" in sink.taken[0]
    (row,) = rows()
    assert (row.status, row.attempts) == (EmailStatus.SENT, 1)


def test_a_refused_mail_is_tried_again_under_the_same_message_id(sink: Sink) -> None:
    subject, sink.refusing = uuid4(), True
    with pytest.raises(MailServerError):
        send(subject)
    (row,) = rows()
    assert (row.status, row.attempts, row.sent_at) == (EmailStatus.FAILED, 1, None)
    sink.refusing = False
    assert send(subject)
    assert len(sink.taken) == 1
    assert len(sink.ids) == 2 and len(set(sink.ids)) == 1


def test_no_table_holds_the_secret(sink: Sink, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"):
        send(uuid4())
        sink.refusing = True
        with pytest.raises(MailServerError):
            send(uuid4())
    db.session.rollback()
    for table in db.session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all():
        assert not [row for row in db.session.scalars(text(f"SELECT t::text FROM {table} t")) if "ZZZZ" in row], table
    assert "ZZZZ" not in caplog.text
