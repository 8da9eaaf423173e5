"""What a scanner read of a delivery: serial numbers, one on a line, each perhaps with its SO-PIN. Pure."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

SERIAL = re.compile(r"[0-9A-Za-z](?:[0-9A-Za-z-]{0,38}[0-9A-Za-z])?")  # case and chip show no other characters
SO_PIN = re.compile(r"[!-+\--:<-~]{4,64}")  # printable ASCII without comma and semicolon
SEPARATOR = re.compile(r"[,;\t]")


@dataclass(frozen=True, slots=True)
class Scanned:
    """One line: a token, and the supplier's SO-PIN of it if there is one."""

    serial: str
    so_pin: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Reading:
    """All lines, and what is wrong with them, by name. A line that is wrong may hold an SO-PIN: only its number is told."""

    tokens: tuple[Scanned, ...] = ()
    wrong_lines: tuple[int, ...] = ()  # of no serial number's form, counted from 1
    wrong_so_pins: tuple[str, ...] = ()  # serial numbers whose SO-PIN has a wrong form
    twice: tuple[str, ...] = ()  # serial numbers that stand more than once


def read_scanned(text: str) -> Reading:
    """Take a scan apart: one token a line, `serial` or `serial,SO-PIN` (comma, semicolon or tab). Empty lines count nothing."""
    tokens, wrong_lines, wrong_pins = [], [], []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        serial, *more = (part.strip() for part in SEPARATOR.split(line.strip()))
        if not SERIAL.fullmatch(serial) or len(more) > 1:
            wrong_lines.append(number)
            continue
        if more and not SO_PIN.fullmatch(more[0]):
            wrong_pins.append(serial)
        tokens.append(Scanned(serial, more[0] if more else ""))
    counted = Counter(each.serial for each in tokens)
    twice = tuple(serial for serial, count in counted.items() if count > 1)
    return Reading(tuple(tokens), tuple(wrong_lines), tuple(wrong_pins), twice)


@dataclass(frozen=True, slots=True)
class Difference:
    """How a scan differs from its delivery note."""

    declared: int
    scanned: int
    missing: tuple[str, ...]  # on the note, not scanned
    extra: tuple[str, ...]  # scanned, not on the note

    def __bool__(self) -> bool:
        return self.declared != self.scanned or bool(self.missing or self.extra)


def compare_with_note(scanned: Sequence[str], count: int, note: Sequence[str] = ()) -> Difference:
    """Compare what was scanned with the delivery note.

    Args:
        scanned: serial numbers, each once.
        count: how many tokens the note declares.
        note: serial numbers that the note names; empty if it names none.
    """
    if not note:
        return Difference(count, len(scanned), (), ())
    wanted, there = set(note), set(scanned)
    return Difference(
        count,
        len(scanned),
        tuple(each for each in dict.fromkeys(note) if each not in there),
        tuple(each for each in scanned if each not in wanted),
    )
