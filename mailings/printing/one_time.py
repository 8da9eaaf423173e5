"""The browser's print, in a process of its own: the one that serves people never holds a PIN, nor the sheets."""

from collections.abc import Sequence
from datetime import datetime
from typing import BinaryIO
from uuid import UUID

from app.core.actor import Actor
from app.core.apart import apart
from app.core.errors import DomainError
from app.documents.chain import load_faces
from app.security.gate import BusyError
from mailings.pins import PinMaker
from mailings.services.print_letters import print_letters


def print_apart(
    piece_ids: Sequence[UUID], *, witness: str, pins: PinMaker, actor: Actor, now: datetime
) -> tuple[UUID, BinaryIO]:
    """Print letters as `print_letters` does, with its arguments and errors.

    Returns:
        key of the run, and the PDF as an anonymous file, to be sent once and closed.

    Raises:
        ApartError: the process ended in the middle. Letters that are marked as printed are declared spoiled.
    """
    load_faces()

    def work(file: BinaryIO) -> UUID:
        run_id, pdf = print_letters(piece_ids, witness=witness, pins=pins, actor=actor, now=now)
        file.write(pdf)
        return run_id

    return apart(work, passes=(DomainError, BusyError))
