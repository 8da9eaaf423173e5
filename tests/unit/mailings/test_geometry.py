"""The printed sheet itself: address visible at any shift of the envelope, PIN at none. Measured in the finished PDF."""

import re
import subprocess
from dataclasses import replace
from datetime import date

import pytest

from app.documents import chain
from app.documents.envelopes import NAGA3, Area
from mailings.letters.approval_notice import FOLDS, ApprovalNotice, Sender, render

POINTS_PER_MM = 72 / 25.4
SENDER = Sender("株式会社サンプル認証", "〒105-0004 東京都港区新橋2-6-2", "03-0000-0000", "https://www.example.jp")
SHORT = ApprovalNotice(
    number="L-2026-000001",
    day=date(2026, 11, 24),
    postal_code="317-0055",
    address="茨城県日立市宮田町六丁目7番14号",
    building="",
    company="株式会社髙﨑建設",
    name="𠮷田 太郎",
    name_kana="ヨシダ タロウ",
    application_number="A-2026-000001-1",
    pin="7KQ4-M2XD-9TRH-W5ZB",
)
LONG = replace(
    SHORT,
    address="京都府京都市上京区今出川通烏丸東入上る玄武町六百一番地の十二",
    building="メゾン・ド・グランパレス今出川烏丸アネックス東棟 1204号室",
    company="特定建設共同企業体髙﨑・葛󠄀城・神谷総合土木建築工業株式会社",
    name="葛󠄀城ヴィルヘルミーナ・アレクサンドラ 明日香",
)


def words(notice: ApprovalNotice) -> list[tuple[str, Area]]:
    """Each word of the finished sheet with its box in millimetres."""
    done = subprocess.run(
        ["pdftotext", "-bbox", "-", "-"], input=render([notice], SENDER), capture_output=True, check=True
    )
    found = re.findall(
        r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>', done.stdout.decode()
    )
    return [(text, Area(*(float(value) / POINTS_PER_MM for value in box))) for *box, text in found]


def test_the_usual_window_guarantees_less_than_it_seems() -> None:
    assert NAGA3.safe() == Area(17, 11, 88, 41)
    assert NAGA3.swept() == Area(-5, -7, 110, 59)


@pytest.mark.parametrize("notice", [SHORT, LONG], ids=["short", "long"])
def test_the_address_stays_visible_at_every_shift(notice: ApprovalNotice) -> None:
    in_window = [(text, box) for text, box in words(notice) if NAGA3.swept().touches(box)]
    assert in_window
    assert not [(text, box) for text, box in in_window if not NAGA3.safe().holds(box)]
    shown = "".join(text for text, _box in in_window)
    expected = f"〒{notice.postal_code}{notice.address}{notice.building}{notice.company}{notice.name}様"
    assert re.sub(r"\s", "", shown) == re.sub(r"\s", "", expected), "nothing but the address may be seen"


@pytest.mark.parametrize("notice", [SHORT, LONG], ids=["short", "long"])
def test_the_pin_is_folded_inside_and_never_passes_the_window(notice: ApprovalNotice) -> None:
    boxes = [box for text, box in words(notice) if text == notice.pin]
    assert len(boxes) == 1
    assert not NAGA3.swept().touches(boxes[0])
    assert FOLDS[0] < boxes[0].top and boxes[0].bottom < FOLDS[1], "the middle panel lies inside"


def test_the_pin_shows_in_no_representation() -> None:
    assert SHORT.pin not in repr(SHORT)


def test_no_cache_keeps_the_pin() -> None:
    render([SHORT], SENDER)
    before = chain.runs.cache_info().currsize, chain.width.cache_info().currsize
    render([replace(SHORT, pin="ZZZZ-4M2X-D9TR-HW5Z")], SENDER)
    assert (chain.runs.cache_info().currsize, chain.width.cache_info().currsize) == before
