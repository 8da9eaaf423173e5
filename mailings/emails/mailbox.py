"""The mailbox to which mails come back: by IMAP, or a Maildir on this machine."""

import imaplib
import mailbox
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

TIMEOUT_SECONDS = 30
DONE = "CECTRUST-Done"  # folder of what was read and understood
Take = Callable[[bytes], bool]


def read_mailbox(url: str, take: Take) -> int:
    """Give each new message to `take`; what it understood goes into a folder of its own, the rest stays as read.

    A message is put away only after `take` is done with it: what breaks in between is given once more.

    Args:
        url: imaps://user:password@host/INBOX, or maildir:///path.
        take: says whether the message was for it.

    Returns:
        how many were taken.

    Raises:
        OSError, imaplib.IMAP4.error: the mailbox cannot be read now.
    """
    if url.startswith("maildir://"):
        return _read_maildir(Path(urlsplit(url).path), take)
    return _read_imap(url, take)


def _read_maildir(path: Path, take: Take) -> int:
    box = mailbox.Maildir(path, create=False)
    done = box.add_folder(DONE)
    count = 0
    for key in sorted(box.keys()):
        message = box.get_message(key)
        if "S" in message.get_flags():
            continue
        if take(box.get_bytes(key)):
            message.set_subdir("cur")
            message.add_flag("S")
            done.add(message)
            box.discard(key)
            count += 1
        else:
            message.set_subdir("cur")
            message.add_flag("S")
            box[key] = message
    box.close()
    return count


def _read_imap(url: str, take: Take) -> int:
    parts = urlsplit(url)
    host, user, password = parts.hostname or "", unquote(parts.username or ""), unquote(parts.password or "")
    folder = parts.path.strip("/") or "INBOX"
    if parts.scheme == "imaps":
        server: imaplib.IMAP4 = imaplib.IMAP4_SSL(
            host, parts.port or 993, ssl_context=ssl.create_default_context(), timeout=TIMEOUT_SECONDS
        )
    else:
        server = imaplib.IMAP4(host, parts.port or 143, timeout=TIMEOUT_SECONDS)
    with server:
        server.login(user, password)
        server.create(DONE)  # an error says that it is there already
        _ok(server.select(folder))
        _answer, found = server.uid("SEARCH", "UNSEEN")
        count = 0
        for uid in found[0].split():
            _answer, data = server.uid("FETCH", uid, "(BODY.PEEK[])")
            body = next((part[1] for part in data if isinstance(part, tuple)), b"")
            is_taken = take(body)
            server.uid("STORE", uid, "+FLAGS", r"(\Seen)")
            if is_taken:
                _ok(server.uid("COPY", uid, DONE))
                server.uid("STORE", uid, "+FLAGS", r"(\Deleted)")
                count += 1
        server.expunge()
        server.close()
    return count


def _ok(answer: tuple[str, Any]) -> None:
    if answer[0] != "OK":
        raise imaplib.IMAP4.error(str(answer[1])[:200])
