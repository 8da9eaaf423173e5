"""Reading the development mail sink, as the recipients would read their mailboxes."""

import re
import time
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

LINK = re.compile(r"https?://\S+")


class MailNotFoundError(AssertionError):
    """No such mail came in time."""


class Mailbox:
    """Mails of everybody in one directory of .eml files."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def messages(self, recipient: str | None = None) -> list[EmailMessage]:
        """Every mail (to one recipient), the oldest first."""
        files = sorted(self.directory.glob("**/*.eml"), key=lambda path: (path.stat().st_mtime_ns, path.name))
        found = []
        for path in files:
            message = message_from_bytes(path.read_bytes(), policy=policy.default)
            if recipient is None or recipient in str(message["To"]):
                found.append(message)
        return found

    def wait_for(self, recipient: str, containing: str, *, seconds: float = 60) -> str:
        """Text of the newest mail to the recipient that contains this. Raises MailNotFoundError."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for message in reversed(self.messages(recipient)):
                text = body_of(message)
                if containing in text or containing in str(message["Subject"]):
                    return text
            time.sleep(0.3)
        raise MailNotFoundError(f"no mail to {recipient} containing {containing!r} in {seconds:.0f} s")


def body_of(message: EmailMessage) -> str:
    """The plain text of a mail."""
    part = message.get_body(("plain",))
    return str(part.get_content()) if part else ""


def link_in(text: str) -> str:
    """The first link of a mail."""
    found = LINK.search(text)
    if found is None:
        raise MailNotFoundError("the mail has no link")
    return found.group().rstrip(".。")
