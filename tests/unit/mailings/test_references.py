"""Every letter against a picture of it, and its text against the text that was meant.

The pictures lie in `references/`. To renew them after a change that is meant:
`RENEW_REFERENCES=1 python -m pytest tests/unit/mailings/test_references.py`, then look at each before it is committed.
"""

import os
import subprocess
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from PIL import Image, ImageChops

from app.documents.envelopes import NAGA3
from mailings.letters import calibration, labels
from mailings.letters.approval_notice import Sender
from mailings.letters.layout import Addressee
from mailings.letters.samples import Who, render_sample
from mailings.letters.texts import BUILT_IN
from mailings.rules.stationery import SKEW
from models.enums import LetterKind

REFERENCES = Path(__file__).parent / "references"
DPI = 50
MOST_DIFFERENT, SHADE = 0.0005, 64  # of the pixels may differ by more than this shade: anti-aliasing alone
SENDER = Sender("株式会社サンプル認証", "〒105-0004 東京都港区新橋2-6-2", "03-0000-0000", "https://www.example.jp")
LABEL = labels.Label(
    Addressee("株式会社見本商事", "", "見本 太郎", "105-0004", "東京都港区新橋2-6-2"),
    "13" + "144" * 21 + "31",
)
LONG = Who(
    company="特定建設共同企業体髙﨑・葛󠄀城・神谷総合土木建築工業株式会社",
    department="総務本部法務コンプライアンス推進部電子契約推進室",
    name="葛󠄀城ヴィルヘルミーナ・アレクサンドラ　明日香",
    name_kana="カツラギ　ヴィルヘルミーナ・アレクサンドラ　アスカ",
    postal_code="602-8570",
    address="京都府京都市上京区今出川通烏丸東入上る玄武町六百一番地の十二",
    building="メゾン・ド・グランパレス今出川烏丸アネックス東棟　1204号室",
)
CROWDED = (LetterKind.APPROVAL_NOTICE, LetterKind.DEFICIENCY_NOTICE, LetterKind.RESEND_NOTICE, LetterKind.INVOICE_COVER)
DOCUMENTS = {
    **{kind.value: render_sample(kind, BUILT_IN[kind], SENDER) for kind in LetterKind},
    **{f"{kind.value}-long": render_sample(kind, BUILT_IN[kind], SENDER, LONG) for kind in CROWDED},
    "calibration": calibration.render(NAGA3, "見本", SKEW),
    "labels-12": labels.render([LABEL] * 3, 12, 2),
    "labels-24": labels.render([LABEL] * 4, 24, 3),
}


def pictures(pdf: bytes) -> list[Image.Image]:
    """Each page in grey, at 50 dpi."""
    with TemporaryDirectory() as folder:
        command = ["pdftoppm", "-r", str(DPI), "-gray", "-png", "-", f"{folder}/page"]
        subprocess.run(command, input=pdf, check=True)
        return [Image.open(BytesIO(path.read_bytes())).convert("L") for path in sorted(Path(folder).iterdir())]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_it_looks_as_it_did(name: str) -> None:
    pages = pictures(DOCUMENTS[name])
    known = sorted(REFERENCES.glob(f"{name}-[0-9].png"))
    if os.environ.get("RENEW_REFERENCES"):
        for old in known:
            old.unlink()
        for number, page in enumerate(pages, start=1):
            page.quantize(16).save(REFERENCES / f"{name}-{number}.png", optimize=True)
        return
    assert len(pages) == len(known)
    for page, path in zip(pages, known, strict=True):
        different = ImageChops.difference(page, Image.open(path).convert("L")).point(
            lambda shade: 255 * (shade > SHADE)
        )
        share = different.histogram()[255] / (page.width * page.height)
        assert share <= MOST_DIFFERENT, path.name


def test_the_comparison_sees_one_character() -> None:
    """A sentence that changed by one character is found."""
    kind = LetterKind.REVOCATION_NOTICE
    texts = {**BUILT_IN[kind], "asks": BUILT_IN[kind]["asks"].replace("捨てず", "棄鬱ず")}
    pages = pictures(render_sample(kind, texts, SENDER))
    different = [
        ImageChops.difference(page, known).point(lambda shade: 255 * (shade > SHADE)).histogram()[255]
        for page, known in zip(pages, pictures(DOCUMENTS[kind.value]), strict=True)
    ]
    assert any(different)


@pytest.mark.parametrize("kind", list(LetterKind))
def test_its_text_is_the_text_that_was_meant(kind: LetterKind) -> None:
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=DOCUMENTS[kind.value], capture_output=True, check=True)
    found = "".join(done.stdout.decode().split())
    for text in BUILT_IN[kind].values():
        for part in text.split("\n"):
            fixed = [piece for piece in part.replace("}", "{").split("{")[::2] if len(piece) > 3]
            for piece in fixed:
                assert "".join(piece.split())[:40] in found
