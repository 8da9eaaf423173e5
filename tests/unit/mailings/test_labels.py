"""Labels: the bars are read back from the printed picture, and lie in Japan Post's tolerances."""

import re
import subprocess
from dataclasses import dataclass
from io import BytesIO
from statistics import fmean

import pytest
from PIL import Image

from app.documents.chain import MissingGlyphError
from app.documents.customer_barcode import encode
from app.documents.postal_places import barcode_of
from mailings.letters.labels import SHEETS, Label, render
from mailings.letters.layout import Addressee

DPI = 600
MM = DPI / 25.4
PLACES = [
    ("105-0004", "東京都港区新橋2-6-2", "新橋ビル 604号室", "1050004", "2-6-2-604"),
    ("317-0055", "茨城県日立市宮田町六丁目7番14号", "", "3170055", "6-7-14"),
    ("602-8054", "京都府京都市上京区丁子風呂町１０４番地", "", "6028054", "104"),
]


@dataclass
class Read:
    """What a reader finds in the picture, in millimetres."""

    bars: str
    pitch: float
    width: float
    long: float
    timing: float


def picture(pdf: bytes, corner: tuple[float, float], width: float, height: float) -> Image.Image:
    """A label at 600 dpi: 255 where it is dark."""
    x, y = (round(value * MM) for value in corner)
    crop = ["-x", str(x), "-y", str(y), "-W", str(round(width * MM)), "-H", str(round(height * MM))]
    command = ["pdftoppm", "-r", str(DPI), "-gray", "-singlefile", *crop, "-"]
    done = subprocess.run(command, input=pdf, capture_output=True, check=True)
    return Image.open(BytesIO(done.stdout)).point(lambda shade: 255 * (shade < 128))


def part(dark: Image.Image, top: float, bottom: float) -> Image.Image:
    """A strip of it, in pixels from the top."""
    return dark.crop((0, round(top), dark.width, round(bottom)))


def read(dark: Image.Image) -> Read:
    """Find the bars in the lower part of a label and tell their kinds by where they begin and end."""
    strip = part(dark, dark.height - 7.6 * MM, dark.height)
    columns, _rows = strip.getprojection()
    spans = [found.span() for found in re.finditer(b"\x01+", bytes(columns))]
    boxes = [strip.crop((left, 0, right, strip.height)).getbbox() for left, right in spans]
    ends = [(box[1], box[3]) for box in boxes if box]
    top, bottom = min(begin for begin, _end in ends), max(end for _begin, end in ends)
    slack = (bottom - top) / 6
    kinds = {(True, True): "1", (True, False): "2", (False, True): "3", (False, False): "4"}
    bars = "".join(kinds[begin - top < slack, bottom - end < slack] for begin, end in ends)

    def length(kind: str) -> float:
        return fmean(end - begin for (begin, end), each in zip(ends, bars, strict=True) if each == kind) / MM

    return Read(
        bars,
        (spans[-1][0] - spans[0][0]) / (len(spans) - 1) / MM,
        fmean(right - left for left, right in spans) / MM,
        length("1"),
        length("4"),
    )


def label(postal_code: str, address: str, building: str, name: str = "𠮷田 太郎") -> Label:
    addressee = Addressee("株式会社髙﨑建設", "", name, postal_code, address, building)
    return Label(addressee, barcode_of(postal_code, address, building).bars)


@pytest.mark.parametrize("per_sheet", [12, 24])
@pytest.mark.parametrize("place", PLACES)
def test_the_bars_come_back_from_the_sheet(per_sheet: int, place: tuple[str, str, str, str, str]) -> None:
    sheet = SHEETS[per_sheet]
    pdf = render([label(*place[:3])], per_sheet, start=per_sheet)  # the last label of the sheet
    dark = picture(pdf, sheet.corner(per_sheet - 1), sheet.width, sheet.height)
    found = read(dark)
    assert found.bars == encode(place[3], place[4])
    unit = sheet.unit
    assert 0.95 * unit <= found.pitch <= 1.30 * unit
    assert 0.5 * unit <= found.width <= 0.7 * unit
    assert abs(found.long - 3.6 * unit) < 0.05
    assert 1.05 * unit <= found.timing <= 1.35 * unit
    box = part(dark, dark.height - 7.6 * MM, dark.height).getbbox()
    assert box is not None
    assert box[0] >= 2 * MM and dark.width - box[2] >= 2 * MM, "2 mm free on either side"
    assert 7.6 * MM - box[3] >= 2 * MM, "and below"
    bars_top = dark.height - (3 + 3.6 * unit) * MM
    assert part(dark, bars_top - 2 * MM, bars_top - 2).getbbox() is None, "and above"


def test_sheets_follow_and_begin_where_labels_are_left() -> None:
    pdf = render([label(*PLACES[0][:3], name=f"見本 {number}郎") for number in range(1, 15)], 12, start=12)
    pages = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    ).stdout.decode()
    first, second, third, _end = pages.split("\f")
    assert first.count("様") == 1 and second.count("様") == 12 and third.count("様") == 1


def test_a_name_that_no_font_has_is_refused() -> None:
    with pytest.raises(MissingGlyphError):
        render([label(*PLACES[0][:3], name="渡\u9089\U000e0101")], 24)


@pytest.mark.parametrize(
    ("postal_code", "address", "reason"),
    [
        ("105-000", "東京都港区新橋2-6-2", "postal-code-format"),
        ("999-9999", "東京都港区新橋2-6-2", "postal-code-unknown"),
        ("100-0000", "東京都千代田区一番町1", "postal-code-catch-all"),
        ("105-0004", "東京都港区芝公園2-6-2", "postal-code-elsewhere"),
    ],
)
def test_why_there_are_no_bars(postal_code: str, address: str, reason: str) -> None:
    assert barcode_of(postal_code, address).reason == reason
    assert not barcode_of(postal_code, address).bars


def test_the_place_gives_no_number() -> None:
    """一番町 is a place: its numeral is not the number of a house."""
    assert barcode_of("102-0082", "東京都千代田区一番町12番").bars == encode("1020082", "12")
