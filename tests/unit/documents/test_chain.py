"""Names print right, come back exactly, or are refused by name."""

import subprocess
from io import BytesIO

import pikepdf
import pytest
from reportlab.pdfbase.ttfonts import TTFontFace

from app.documents.canvas import open_canvas
from app.documents.chain import (
    CHAINS,
    DoesNotFitError,
    MissingGlyphError,
    _font,
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


def test_documents_drawn_in_turns_keep_their_own_codes() -> None:
    targets = BytesIO(), BytesIO()
    first, second = (open_canvas(target, title="t", author="a") for target in targets)
    for line, (one, other) in enumerate(zip("山川田中", "鈴木佐藤", strict=True)):
        Page(first).text(20, 40 + line * 10, one)
        Page(second).text(20, 40 + line * 10, other)
    for canvas in (first, second):
        canvas.showPage()
        canvas.save()
    assert ["".join(extracted(target.getvalue()).split()) for target in targets] == ["山川田中", "鈴木佐藤"]


def test_more_characters_than_one_subset_holds() -> None:
    target = BytesIO()
    canvas = open_canvas(target, title="t", author="a")
    signs = [sign for sign in map(chr, range(0x4E00, 0x6000)) if _font("Mincho").prints(sign)][:700]
    lines = ["".join(signs[start : start + 35]) for start in range(0, 700, 35)]
    lines += [line[::-1] for line in lines] + ["".join(signs[::35])]  # known by then, one of many subsets
    for number, line in enumerate(lines):
        Page(canvas).text(20, 20 + number * 6, line)
    canvas.showPage()
    canvas.save()
    assert extracted(target.getvalue()).split() == lines


@pytest.mark.parametrize("name", ["Mincho", "PGothicBold", "IPAmj"])
def test_a_subset_is_the_one_that_reportlab_cuts(name: str) -> None:
    face = _font(name).face
    codes = [
        *range(0x20, 0x7F),
        *range(0xC0, 0x100),
        *map(ord, "山川髙﨑々〆"),
    ]  # letters with accents are of several parts
    ours = face.makeSubset(codes)
    face.__class__ = TTFontFace
    try:
        theirs = face.makeSubset(codes)
    finally:
        face.__class__ = type(_font("Gothic").face)
    assert ours == theirs


def test_a_page_with_a_link_has_its_link_and_its_text() -> None:
    target = BytesIO()
    canvas = open_canvas(target, title="t", author="a")
    Page(canvas).text(20, 40, "一")
    canvas.showPage()
    Page(canvas).text(20, 40, "二")
    canvas.linkURL("https://www.example.jp", (0, 0, 100, 100))
    canvas.showPage()
    canvas.save()
    with pikepdf.open(target) as pdf:
        assert [len(page.get("/Annots", [])) for page in pdf.pages] == [0, 1]
    assert extracted(target.getvalue()).split() == ["一", "二"]


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
