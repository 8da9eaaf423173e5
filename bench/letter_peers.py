"""The same letters by other engines, where they are installed: the same texts, table, pattern and QR code (bench/sheets).

`pip install typst weasyprint` into a virtual environment of its own. LibreOffice's part is bench/letter_office.py.
"""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from html import escape
from importlib.util import find_spec
from pathlib import Path

from bench import letter_office
from bench.letter_sheet import PATTERN, SAME, qr_svg, template, values
from mailings.letters.approval_notice import ApprovalNotice

Engine = Callable[[Sequence[ApprovalNotice]], bytes]


def _typst(letters: Sequence[ApprovalNotice]) -> bytes:
    import typst  # type: ignore[import-not-found]  # noqa: PLC0415  only where the peer is installed

    differing = [each | {"qr": qr_svg(each["number"])} for each in values(letters)]
    return typst.compile(
        template("letter.typ").encode(),
        sys_inputs={"letters": json.dumps(differing), "same": json.dumps(SAME | {"pattern": PATTERN})},
        font_paths=["/usr/share/fonts/truetype"],
    )


def _weasyprint(letters: Sequence[ApprovalNotice]) -> bytes:
    import weasyprint  # type: ignore[import-not-found]  # noqa: PLC0415  only where the peer is installed

    same = {key: escape(value) for key, value in SAME.items()} | {"pattern": "\n".join(PATTERN)}
    sheet, differing = template("letter.html"), values(letters)
    pages = "".join(
        sheet.format_map(same | {key: escape(value) for key, value in each.items()} | {"qr": qr_svg(each["number"])})
        for each in differing
    )
    return weasyprint.HTML(string=f"<style>{template('letter.css')}</style>{pages}").write_pdf()


# Name, what makes the letters, at which two sizes, and what is missing on this machine.
PEERS: tuple[tuple[str, Engine, tuple[int, int], Callable[[], str]], ...] = (
    ("typst", _typst, (100, 1000), lambda: "" if find_spec("typst") else "pip install typst"),
    ("LibreOffice mail merge", letter_office.merged, (50, 200), letter_office.missing_for_merge),
    ("LibreOffice one document", letter_office.converted, (100, 1000), letter_office.missing),
    ("WeasyPrint", _weasyprint, (50, 200), lambda: "" if find_spec("weasyprint") else "pip install weasyprint"),
)


def rates(
    make: Callable[[int], list[ApprovalNotice]], only: str = "", where: Path | None = None
) -> Iterator[tuple[str, int, float]]:
    """Name, number of letters, and letters per second of processor time, of each engine, at two sizes.

    What the start and one letter take is not counted, its own process's least of all. An engine that is missing says
    what to install.
    """
    for name, engine, sizes, missing in PEERS:
        if only.lower() not in name.lower():
            continue
        if advice := missing():
            print(f"  peer: {name} is not measured: {advice}")
            continue
        engine(make(1))
        first = _seconds(engine, make(1))[0]
        for count in sizes:
            took, data = _seconds(engine, make(count))
            if where is not None:
                (where / f"{name.replace(' ', '-')}-{count}.pdf").write_bytes(data)
            yield name, count, count / max(took - first, 1e-6)


def _seconds(engine: Engine, letters: Sequence[ApprovalNotice]) -> tuple[float, bytes]:
    before = os.times()
    data = engine(letters)
    after = os.times()
    return sum(after[:4]) - sum(before[:4]), data
