"""Looking for a PIN in bytes: plain and grouped, in any width of characters, as base64, as hexadecimal, and inside of anything deflated."""

import base64
import os
import re
import subprocess
import zlib
from collections.abc import Iterator
from pathlib import Path

from issuance.rules.pins import format_pin

DEFLATED = re.compile(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08")
LONGEST = 1 << 20  # of what one deflated stream becomes
PIECE, PAGE = 1 << 26, 4096


class Traces:
    """What gives a PIN away. Half of it is enough to count."""

    def __init__(self, pin: str) -> None:
        grouped = format_pin(pin)
        halves = [pin[:8], pin[8:], grouped[:9], grouped[10:]]
        self.plain = [half.encode() for half in halves]
        self._seen: set[tuple[int, int]] = set()  # of core dumps
        self.all = sorted({form for half in self.plain for form in _forms(half)})

    def found_in(self, data: bytes) -> list[str]:
        """What of it lies in these bytes. UTF-16 and UTF-32 are plain text without their NULs."""
        found = self._grep(data.translate(None, b"\0"))
        view = memoryview(data)
        for match in DEFLATED.finditer(data):
            text = _inflated(view[match.start() : match.start() + LONGEST]).translate(None, b"\0")
            found += [f"deflated {trace.decode()}" for trace in self.plain if trace in text]
        return found

    def _grep(self, data: bytes) -> list[str]:
        done = subprocess.run(
            ["grep", "-aoF", *(part for trace in self.all for part in ("-e", trace.decode()))],
            input=data, capture_output=True, check=False, env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
        )  # fmt: skip
        assert done.returncode in {0, 1}, done.stderr
        return done.stdout.decode().split("\n")[:-1]

    def in_file(self, path: Path) -> list[str]:
        """The same for a file, in pieces that overlap."""
        found: list[str] = []
        with path.open("rb") as file:
            tail = b""
            while piece := file.read(PIECE):
                found += self.found_in(tail + piece)
                tail = piece[-65536:]
        return found

    def in_core(self, path: Path) -> list[str]:
        """The same for a core dump; what other dumps had too (libraries, shared memory) is searched once.

        Two pages that were seen side by side need not be read again; a PIN or a deflated sheet is shorter than they are.
        """
        found: list[str] = []
        data = path.read_bytes()
        pages = [hash(data[start : start + PAGE]) for start in range(0, len(data), PAGE)]
        pairs = list(zip(pages, [*pages[1:], 0], strict=True))
        begin = None
        for number, pair in enumerate([*pairs, None]):
            is_new = pair is not None and pair not in self._seen
            if is_new and begin is None:
                begin = number
            elif not is_new and begin is not None:
                found += self.found_in(data[begin * PAGE : (number + 1) * PAGE])
                begin = None
        if not found:
            self._seen.update(pairs)
        return found

    def in_tree(self, *directories: Path, but: tuple[Path, ...] = (), since: float = 0.0) -> dict[str, list[str]]:
        """Every file that has it, by name. What goes away meanwhile is passed over."""
        hits = {}
        for path in _files(directories, but):
            try:
                if path.stat().st_mtime >= since and (found := self.in_file(path)):
                    hits[str(path)] = found
            except (FileNotFoundError, PermissionError):
                continue
        return hits


def _inflated(data: memoryview) -> bytes:
    """As far as it goes; nothing if it is no deflated stream."""
    stream, parts = zlib.decompressobj(47), []  # zlib's or gzip's header
    try:
        for start in range(0, len(data), 4096):
            parts.append(stream.decompress(data[start : start + 4096], LONGEST))
            if stream.eof:
                break
    except zlib.error:
        pass
    return b"".join(parts)


def _forms(half: bytes) -> Iterator[bytes]:
    yield half
    yield half.hex().encode()
    yield half.hex().upper().encode()
    for before in range(3):  # base64 of a text in whose middle it stands
        whole = base64.b64encode(b"\0" * before + half)
        first, last = (before * 8 + 5) // 6, (before + len(half)) * 8 // 6
        yield whole[first:last]
        yield whole[first:last].replace(b"+", b"-").replace(b"/", b"_")


def _files(directories: tuple[Path, ...], but: tuple[Path, ...]) -> Iterator[Path]:
    """Every file below; a directory that goes away meanwhile ends there."""
    for directory in directories:
        below = (Path(place, name) for place, _folders, names in os.walk(directory) for name in names)
        for path in [directory] if directory.is_file() else below:
            if not any(path.is_relative_to(left_out) for left_out in but) and path.is_file() and not path.is_symlink():
                yield path
