"""Names print right, come back exactly, or are refused by name."""

import subprocess
from io import BytesIO

import pytest

from app.documents.canvas import open_canvas
from app.documents.chain import (
    CHAINS,
    DoesNotFitError,
    MissingGlyphError,
    fitting,
    missing,
    runs,
    width,
)
from app.documents.clusters import clusters
from app.documents.page import Page, qr_rows

NAMES = [
    pytest.param("𠮷田", id="beyond the BMP"),
    pytest.param("髙﨑", id="IBM extensions"),
    pytest.param("\ufa19谷", id="compatibility ideograph that NFC would destroy"),
    pytest.param("葛󠄀城", id="variation sequence of Adobe-Japan1"),
    pytest.param("葛󠄂城", id="variation sequence of Moji_Joho"),
    pytest.param("渡邉 SMITH", id="with Latin"),
]


def drawn(text: str, font: str = "mincho") -> bytes:
    target = BytesIO()
    canvas = open_canvas(target, title="t", author="a")
    Page(canvas).text(20, 40, text, font=font)
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def extracted(pdf: bytes) -> str:
    done = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode("utf-8").strip()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("font", CHAINS)
def test_a_name_comes_back_exactly(name: str, font: str) -> None:
    assert extracted(drawn(name, font)) == name


def test_every_font_is_embedded() -> None:
    done = subprocess.run(["pdffonts", "-"], input=drawn("葛󠄂城 abc"), capture_output=True, check=True)
    rows = done.stdout.decode().splitlines()[2:]
    assert rows
    assert all(row.split()[-5] == "yes" for row in rows), rows


def test_the_same_drawing_gives_the_same_bytes() -> None:
    assert drawn("𠮷田") == drawn("𠮷田")


@pytest.mark.parametrize(
    ("text", "sign", "code"),
    [
        pytest.param("外字\ue000太郎", "\ue000", "U+E000", id="private use"),
        pytest.param("山\u200b田", "\u200b", "U+200B", id="zero width"),
        pytest.param("山\u202e田", "\u202e", "U+202E", id="bidi"),
        pytest.param("辻\U000e01ef", "辻\U000e01ef", "U+8FBB U+E01EF", id="a sequence that no font has"),
    ],
)
def test_what_no_font_has_is_refused_by_name(text: str, sign: str, code: str) -> None:
    with pytest.raises(MissingGlyphError) as caught:
        runs("mincho", text)
    assert caught.value.fields == {"text": text, "character": sign, "code_points": code}
    assert missing(text) == [sign]


def test_a_whole_name_is_in_one_font_if_one_has_it() -> None:
    assert len(runs("mincho", "𠮷田花子")) == 1


def test_a_text_is_condensed_before_it_is_made_smaller() -> None:
    natural = width("mincho", "株式会社髙﨑建設", 12)
    assert fitting("mincho", "株式会社髙﨑建設", 12, natural) == (12, 1.0)
    assert fitting("mincho", "株式会社髙﨑建設", 12, natural * 0.7) == (12, pytest.approx(0.7))
    size, scale = fitting("mincho", "株式会社髙﨑建設", 12, natural * 0.4)
    assert (size, scale) == (pytest.approx(8.0), 0.6)
    with pytest.raises(DoesNotFitError):
        fitting("mincho", "株式会社髙﨑建設", 12, natural * 0.1)


def test_only_kana_are_composed() -> None:
    assert clusters("か\u3099神葛󠄀") == ["が", "神", "葛󠄀"]


def test_qr_is_square_with_its_finders() -> None:
    rows = qr_rows("L1:L-2026-000001")
    assert {len(row) for row in rows} == {len(rows)}
    assert rows[0].startswith("1111111") and rows[0].endswith("1111111") and rows[-1].startswith("1111111")


def test_a_printed_qr_reads_back(tmp_path) -> None:
    zxingcpp = pytest.importorskip("zxingcpp")
    image = pytest.importorskip("PIL.Image")
    target = BytesIO()
    canvas = open_canvas(target, title="t", author="a")
    Page(canvas).qr(166, 236, "L1:L-2026-000001", side=22)
    canvas.showPage()
    canvas.save()
    (tmp_path / "qr.pdf").write_bytes(target.getvalue())
    subprocess.run(["pdftoppm", "-r", "150", "-png", "-singlefile", "qr.pdf", "qr"], cwd=tmp_path, check=True)
    with image.open(tmp_path / "qr.png") as sheet:
        (code,) = zxingcpp.read_barcodes(sheet)
    assert code.text == "L1:L-2026-000001"
    left, right = code.position.top_left.x, code.position.top_right.x
    assert (left / 150 * 25.4, (right - left) / 150 * 25.4) == (pytest.approx(166, abs=0.5), pytest.approx(22, abs=0.7))
