"""The posting list: every item with its number as text and as NW-7 bars that a scanner reads."""

import re
import subprocess
from dataclasses import replace
from datetime import date

import pytest

from mailings.letters.approval_notice import Sender
from mailings.letters.posting_list import PostingRow, render
from mailings.rules.item_numbers import ItemNumberError, parse_item_number
from models.enums import Posting, RestrictedKind

SENDER = Sender("株式会社サンプル認証", "〒105-0004 東京都港区新橋2-6-2", "03-0000-0000", "https://www.example.jp")
DAY = date(2026, 11, 24)


def rows(count: int) -> list[PostingRow]:
    numbers = [f"{base}{base % 7}" for base in range(1311238385, 1311238385 + count)]
    return [PostingRow("葛󠄀城 𠮷美", "茨城県日立市助川町一丁目1番1号", number) for number in numbers]


def text(pdf: bytes) -> str:
    return subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    ).stdout.decode()


@pytest.mark.parametrize(("count", "pages"), [(0, 1), (1, 1), (30, 1), (31, 2), (61, 3)])
def test_every_item_stands_on_the_list_once(count: int, pages: int) -> None:
    items = rows(count)
    sheet = text(render(items, SENDER, DAY))
    assert sheet.count("\f") == pages
    assert [sheet.count(parse_item_number(item.item_number).formatted) for item in items] == [1] * count
    assert sheet.count(f"合計 {count} 通") + sheet.count(f"合計　{count} 通") == pages
    assert sheet.count("葛󠄀城 𠮷美") == count


def test_the_bars_read_as_the_number(tmp_path) -> None:
    zxingcpp = pytest.importorskip("zxingcpp")
    image = pytest.importorskip("PIL.Image")
    (tmp_path / "list.pdf").write_bytes(render(rows(30), SENDER, DAY))
    command = ["pdftoppm", "-r", "300", "-png", "-singlefile", "list.pdf", "list"]
    subprocess.run(command, cwd=tmp_path, check=True)
    with image.open(tmp_path / "list.png") as page:
        read = {parse_item_number(code.text).digits for code in zxingcpp.read_barcodes(page)}
    assert read == {row.item_number for row in rows(30)}


def test_a_wrong_number_is_not_printed() -> None:
    with pytest.raises(ItemNumberError):
        render([PostingRow("山田", "東京都", "13112383853")], SENDER, DAY)


def test_the_fees_are_added_up_for_the_page_and_for_the_list() -> None:
    items = [replace(row, yen=870) for row in rows(31)]
    first, second = text(render(items, SENDER, DAY, "P-2026-0007")).split("\f")[:2]
    assert re.search(r"この頁\s+30 通\s+26,100 円", first) and re.search(r"合計\s+31 通\s+26,970 円", first)
    assert re.search(r"この頁\s+1 通\s+870 円", second) and re.search(r"合計\s+31 通\s+26,970 円", second)
    assert first.count("本人限定") == 31 and "P-2026-0007" in second  # thirty rows and the head
    unknown = text(render([items[0], replace(items[1], yen=None)], SENDER, DAY))
    assert "円" not in unknown  # the counter writes it


def test_each_kind_of_item_has_a_list_of_its_own() -> None:
    one, two, three = rows(3)
    sheet = text(
        render(
            [
                one,
                replace(two, restricted_kind=RestrictedKind.NOTIFYING),
                replace(three, posting=Posting.SIMPLE_REGISTERED),
            ],
            SENDER,
            DAY,
        )
    )
    assert [
        name in page for name, page in zip(("基本型", "特定事項伝達型", "簡易書留"), sheet.split("\f"), strict=False)
    ] == [True] * 3
