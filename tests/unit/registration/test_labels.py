"""Labels for sheets: read back by another decoder, without a name."""

import subprocess
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from models.enums import PaperKind
from registration.labels import KINDS, Label, render

DAY = date(2026, 11, 24)


def labels(count: int) -> list[Label]:
    kinds = list(PaperKind)
    return [Label(f"S-2026-{n:06d}", kinds[n % 10], "A-2026-000007", n % 2, DAY) for n in range(1, count + 1)]


def pages(pdf: bytes, tmp_path: Path) -> list[Image.Image]:
    (tmp_path / "labels.pdf").write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", "200", "-png", "labels.pdf", "page"], cwd=tmp_path, check=True)
    return [Image.open(BytesIO(path.read_bytes())) for path in sorted(tmp_path.glob("page*.png"))]


@pytest.mark.parametrize(("count", "skip", "sheets"), [(1, 0, [1]), (24, 0, [24]), (25, 0, [24, 1]), (10, 20, [4, 6])])
def test_a_scanner_reads_every_label(tmp_path: Path, count: int, skip: int, sheets: list[int]) -> None:
    drawn = pages(render(labels(count), skip=skip), tmp_path)
    read = [[found.text for found in zxingcpp.read_barcodes(page)] for page in drawn]
    assert [len(each) for each in read] == sheets
    assert {text for each in read for text in each} == {label.number for label in labels(count)}


def test_every_kind_has_a_name() -> None:
    assert set(KINDS) == set(PaperKind)
