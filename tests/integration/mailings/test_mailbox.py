"""The mailbox to which mails come back, on a real IMAP server: each message once, what is no report stays."""

import imaplib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from mailings.emails.mailbox import DONE, read_mailbox
from tests.factories.imap_server import running_imap
from tests.unit.mailings.test_bounces import report

PERSON = b"From: a@example.jp\r\nSubject: question\r\n\r\nHello\r\n"


@pytest.fixture
def url() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="im", dir="/tmp", ignore_cleanup_errors=True) as name:  # noqa: S108
        Path(name).chmod(0o755)
        with running_imap(Path(name)) as address:
            yield address


def login(url: str) -> imaplib.IMAP4:
    parts = urlsplit(url)
    server = imaplib.IMAP4("127.0.0.1", parts.port)
    server.login("bounce", "secret")
    return server


def count(url: str, folder: str) -> int:
    with login(url) as server:
        _answer, data = server.select(folder, readonly=True)
        return int(data[0])


def test_reports_are_put_away_and_the_rest_stays(url: str) -> None:
    with login(url) as server:
        for message in (report(), PERSON):
            server.append("INBOX", "", imaplib.Time2Internaldate(1_790_000_000), message)
    seen: list[bytes] = []

    def take(data: bytes) -> bool:
        seen.append(data)
        return b"delivery-status" in data

    assert read_mailbox(url, take) == 1
    assert len(seen) == 2
    assert (count(url, "INBOX"), count(url, DONE)) == (1, 1)
    assert read_mailbox(url, take) == 0  # nothing is new
    assert len(seen) == 2


def test_what_breaks_in_between_is_given_once_more(url: str) -> None:
    with login(url) as server:
        server.append("INBOX", "", imaplib.Time2Internaldate(1_790_000_000), report())

    def broken(_data: bytes) -> bool:
        raise RuntimeError("database away")

    with pytest.raises(RuntimeError):
        read_mailbox(url, broken)
    assert read_mailbox(url, lambda _data: True) == 1


def test_a_wrong_password_is_an_error(url: str) -> None:
    with pytest.raises(imaplib.IMAP4.error):
        read_mailbox(url.replace("secret", "wrong"), lambda _data: True)
