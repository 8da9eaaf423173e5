"""The same letters by LibreOffice: as a mail merge from a registered database, and as one document of all letters.

The pattern stands in the page header and the tables have names, which is quickest for Writer. Corners are square, and the
two fold marks are left out: as drawing objects in the header they alone would double the time of many letters.

`apt install libreoffice-writer-nogui`, and for the mail merge `libreoffice-base-nogui python3-uno`.
"""

import csv
import shutil
import struct
import subprocess
import tempfile
import zlib
from collections.abc import Mapping, Sequence
from html import escape
from importlib.resources import files
from pathlib import Path

from app.documents.page import qr_rows
from bench.letter_sheet import PATTERN, SAME, template, values
from mailings.letters.approval_notice import ApprovalNotice

PYTHON = "/usr/bin/python3"  # Debian's, to which python3-uno belongs
DOTS = 8  # of a QR code's module: 22 mm at about 200 dpi
LONGEST = 1800.0  # seconds


def missing() -> str:
    """What to install for Writer; empty: nothing."""
    return "" if shutil.which("soffice") else "apt install libreoffice-writer-nogui"


def missing_for_merge() -> str:
    """What to install for a mail merge: Writer, the driver that reads CSV as a database, and Python's way in."""
    advice = "apt install libreoffice-writer-nogui libreoffice-base-nogui python3-uno"
    office = shutil.which("soffice")
    if not office or not (Path(office).resolve().parent / "libflatlo.so").exists():
        return advice
    found = subprocess.run([PYTHON, "-c", "import uno"], capture_output=True, check=False)
    return "" if found.returncode == 0 else advice


def merged(letters: Sequence[ApprovalNotice]) -> bytes:
    """One record of a CSV database each, merged into one file by com.sun.star.text.MailMerge."""
    field = (
        '<text:database-display text:database-name="Letters" text:table-name="letters" text:table-type="table"'
        ' text:column-name="{0}">{0}</text:database-display>'
    )
    rows = values(letters)
    with tempfile.TemporaryDirectory(prefix="office") as name:
        place = Path(name)
        _picture(place / "0.png", letters[0].number)
        fields = {key: field.format(key) for key in rows[0]}
        (place / "letter.fodt").write_text(_document([fields]), "utf-8")
        with (place / "letters.csv").open("w", encoding="utf-8", newline="") as target:
            table = csv.DictWriter(target, list(rows[0]), quoting=csv.QUOTE_ALL)
            table.writeheader()
            table.writerows(rows)
        for number, each in enumerate(letters):
            _picture(place / f"{number}.png", each.number)
        _run([PYTHON, str(files("bench") / "office_merge.py"), name])
        (result,) = place.glob("merged*.pdf")
        return result.read_bytes()


def converted(letters: Sequence[ApprovalNotice]) -> bytes:
    """All letters written into one document, and that one converted."""
    with tempfile.TemporaryDirectory(prefix="office") as name:
        place = Path(name)
        for number, each in enumerate(letters):
            _picture(place / f"{number}.png", each.number)
        escaped = [{key: escape(value) for key, value in each.items()} for each in values(letters)]
        (place / "letters.fodt").write_text(_document(escaped), "utf-8")
        profile = f"-env:UserInstallation={(place / 'profile').as_uri()}"
        _run(["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", name, str(place / "letters.fodt")])
        return (place / "letters.pdf").read_bytes()


def _document(letters: Sequence[Mapping[str, str]]) -> str:
    head, letter, tail = template("letter.fodt").split("<!-- letter -->")
    pattern = "".join(f'<text:p text:style-name="pattern">{line}</text:p>' for line in PATTERN)
    same = {key: escape(value) for key, value in SAME.items()} | {"pattern": pattern}
    drawn = [
        letter.format_map({**same, **each, "start": "new" if number else "wide", "picture": str(number)})
        for number, each in enumerate(letters)
    ]
    return head.replace("{pattern}", pattern) + "".join(drawn) + tail


def _picture(path: Path, number: str) -> None:
    """The QR code as a PNG of one bit a dot."""
    rows = qr_rows(f"L1:{number}")
    side = len(rows) * DOTS
    lines = b"".join(_line(row) * DOTS for row in rows)
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(lines, 1)),
        (b"IEND", b""),
    )
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + b"".join(
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
            for kind, data in parts
        )
    )


def _line(row: str) -> bytes:
    light = "".join("0" if module == "1" else "1" for module in row for _ in range(DOTS))
    return b"\0" + int(light, 2).to_bytes(len(light) // 8, "big")


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[0]}: {done.stderr[-2000:]}")
