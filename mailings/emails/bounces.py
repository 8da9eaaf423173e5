"""Reading what comes back: delivery status notifications (RFC 3464, RFC 3461), and which mail they are about. Pure."""

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from uuid import UUID

# Permanent by their class, passing by their nature: a full mailbox, a mail too long, a policy of the day (RFC 3463).
PASSING = ("5.2.2", "5.2.3", "5.3.4", "5.7.")
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_VERP = re.compile(r"\+([0-9a-f]{32})@", re.IGNORECASE)
MOST_WORDS = 200


@dataclass(frozen=True, slots=True)
class Bounce:
    """One recipient's part of a report."""

    row_id: UUID | None  # of the mail, from the return address
    message_id: str | None  # of the mail, from its returned headers
    action: str  # failed, delayed, delivered, relayed, expanded
    status: str  # RFC 3463, e.g. 5.1.1
    words: str  # of the other server

    @property
    def is_failure(self) -> bool:
        """Whether the mail will not arrive."""
        return self.action == "failed"

    @property
    def is_permanent(self) -> bool:
        """Whether the address itself is wrong."""
        return self.is_failure and self.status.startswith("5") and not self.status.startswith(PASSING)


def read_bounces(data: bytes) -> list[Bounce]:
    """The reports in a message; empty if it is none, such as the answer of a person or an absence notice.

    Args:
        data: the message as it lies in the mailbox.
    """
    message = message_from_bytes(data, policy=policy.default)
    row_id = _row_of(message)
    report = next((part for part in message.walk() if part.get_content_type() == "message/delivery-status"), None)
    if report is None:
        return []
    message_id = _original_id(message)
    blocks = report.get_payload()
    if not isinstance(blocks, list):
        return []
    return [
        Bounce(row_id, message_id, str(block["Action"]).strip().lower(), _status(block), _words(block))
        for block in blocks
        if isinstance(block, Message) and block["Final-Recipient"] and block["Action"]
    ]


def _row_of(message: EmailMessage) -> UUID | None:
    for name in ("Delivered-To", "X-Original-To", "Envelope-To", "To"):
        for value in message.get_all(name, []):
            if found := _VERP.search(str(value)):
                return UUID(found[1])
    return None


def _original_id(message: EmailMessage) -> str | None:
    """Message-ID of the mail that came back: in its headers, which the report carries as its third part."""
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "message/rfc822":
            inner = part.get_payload()
            first = inner[0] if isinstance(inner, list) and inner else None
            found = first["Message-ID"] if isinstance(first, Message) else None
        elif kind == "text/rfc822-headers":
            headers = part.get_payload(decode=True)
            text = headers if isinstance(headers, bytes) else b""
            found = message_from_bytes(text + b"\n", policy=policy.default)["Message-ID"]
        else:
            continue
        if found:
            return str(found).strip()
    return None


def _status(block: Message) -> str:
    found = _STATUS.search(str(block["Status"] or "")) or _STATUS.search(str(block["Diagnostic-Code"] or ""))
    return found[1] if found else "5.0.0" if str(block["Action"]).strip().lower() == "failed" else "4.0.0"


def _words(block: Message) -> str:
    text = str(block["Diagnostic-Code"] or "").partition(";")[2] or str(block["Diagnostic-Code"] or "")
    return " ".join(text.split())[:MOST_WORDS]
