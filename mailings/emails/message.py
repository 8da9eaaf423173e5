"""From a text to the bytes that go to the SMTP server: headers, envelope sender, DKIM signature."""

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, parseaddr
from functools import lru_cache
from pathlib import Path
from uuid import UUID

import dkim

from app.core.settings import Settings

SIGNED_HEADERS = [
    b"From",
    b"To",
    b"Subject",
    b"Date",
    b"Message-ID",
    b"Auto-Submitted",
    b"Content-Type",
    b"MIME-Version",
]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A mail as it goes out. `data` may hold a secret: it never shows."""

    sender: str  # of the envelope
    recipient: str
    data: bytes

    def __repr__(self) -> str:
        return f"Prepared({self.recipient})"


def prepare(
    row_id: UUID, recipient: str, subject: str, body: str, *, message_id: str, now: datetime, settings: Settings
) -> Prepared:
    """The bytes of a mail.

    Args:
        row_id: of the outgoing e-mail; stands in the envelope sender, so that what comes back is recognised.
        recipient: address.
        subject: one line.
        body: text.
        message_id: the same at every try: a mailbox that got it twice shows it once.
        now: the present moment.
        settings: of the installation.

    Raises:
        ValueError: the address is none.
    """
    name, address = parseaddr(settings.mail_from)
    message = EmailMessage()
    message["From"] = formataddr((name, address))
    message["To"] = Address(addr_spec=recipient)
    message["Subject"] = subject
    message["Message-ID"] = message_id
    message["Date"] = format_datetime(now)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body, cte="base64")
    data = message.as_bytes(policy=SMTP)
    if settings.dkim_domain:
        data = _signature(data, settings) + data
    return Prepared(envelope_sender(row_id, settings) or address, recipient, data)


def envelope_sender(row_id: UUID, settings: Settings) -> str:
    """The return address of one mail (VERP); empty without BOUNCE_ADDRESS."""
    local, _at, domain = settings.bounce_address.partition("@")
    return f"{local}+{row_id.hex}@{domain}" if domain else ""


def _signature(data: bytes, settings: Settings) -> bytes:
    """The DKIM-Signature header (RFC 6376), relaxed/relaxed."""
    header: bytes = dkim.sign(
        data,
        settings.dkim_selector.encode(),
        settings.dkim_domain.encode(),
        _key(settings.dkim_key_file),
        canonicalize=(b"relaxed", b"relaxed"),
        include_headers=SIGNED_HEADERS,
    )
    return header


@lru_cache(maxsize=2)
def _key(path: str) -> bytes:
    return Path(path).read_bytes()
