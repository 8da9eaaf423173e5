"""A real IMAP server for tests: Dovecot on loopback, one mailbox, one password. Needs root, as a package's server does."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OWNER = "mail"
CONFIGURATION = """
base_dir = {d}/run
state_dir = {d}/state
log_path = {d}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
first_valid_uid = 1
mail_location = maildir:{d}/home/mail
passdb {{
  driver = static
  args = password=secret
}}
userdb {{
  driver = static
  args = uid={owner} gid={owner} home={d}/home
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
"""


@contextmanager
def running_imap(directory: Path) -> Iterator[str]:
    """The server, for as long as the block lasts. Gives the mailbox's address.

    Args:
        directory: short, empty, and passable for other users.
    """
    home = directory / "home"
    for path in (directory / "run", directory / "state", home):
        path.mkdir()
    shutil.chown(home, OWNER, OWNER)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    conf = directory / "dovecot.conf"
    conf.write_text(CONFIGURATION.format(d=directory, port=port, owner=OWNER))
    process = subprocess.Popen(
        ["dovecot", "-F", "-c", str(conf)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(port, directory / "log")
        yield f"imap://127.0.0.1:{port}/INBOX".replace("//", "//bounce:secret@", 1)
    finally:
        process.terminate()
        process.wait(10)


def _wait(port: int, log: Path) -> None:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(log.read_text() if log.exists() else "dovecot did not start")
