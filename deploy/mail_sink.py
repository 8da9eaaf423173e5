"""A local SMTP server for development: every mail becomes a file under var/mail/, readable on the portal's outbox page."""

import asyncio
import signal
import time
from email import message_from_bytes
from itertools import count
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from app.core.settings import Settings


class FileHandler:
    """Writes each mail to a file of its own."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._number = count()

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's name
        """Take one mail; the answer is sent only when it lies on disk."""
        message = message_from_bytes(envelope.content or b"")
        message["X-Envelope-To"] = ", ".join(envelope.rcpt_tos)
        name = f"{time.time_ns()}-{next(self._number):06d}.eml"
        fresh = self._directory / f".{name}"
        fresh.write_bytes(message.as_bytes())
        fresh.rename(self._directory / name)
        return "250 OK"


async def serve() -> None:
    """Serve until a signal comes."""
    settings = Settings()
    directory = settings.var_dir / "mail"
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    controller = Controller(FileHandler(directory), hostname="127.0.0.1", port=settings.mail_sink_port)
    controller.start()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()
    controller.stop()


if __name__ == "__main__":
    asyncio.run(serve())
