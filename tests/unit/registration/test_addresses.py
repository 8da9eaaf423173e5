"""Comparing addresses: notation is one thing, another place is another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.kanji_numerals import kanji_number
from registration.rules.address_parts import parts_of
from registration.rules.addresses import AddressMatch, compare_addresses

SAME, OTHER, OMITTED = AddressMatch.NOTATION, AddressMatch.MISMATCH, AddressMatch.PREFECTURE_OMITTED
MISSING, BUILDING = AddressMatch.BUILDING_MISSING, AddressMatch.BUILDING
SHIMBASHI = "東京都港区新橋2-6-2"

PAIRS = [
    # dashes of every kind, but only between numbers
    *((SHIMBASHI, f"東京都港区新橋2{dash}6{dash}2", SAME) for dash in "‐‑‒–—―−－ーｰ─"),
    (f"{SHIMBASHI} タワー", f"{SHIMBASHI} タワ-", BUILDING),
    (SHIMBASHI, "東京都港区新橋2一6一2", OTHER),
    # numbers in kanji, full width, with zeros in front; joined by の; with spaces
    (SHIMBASHI, "東京都港区新橋二丁目六番二号", SAME),
    (SHIMBASHI, "東京都港区新橋弐丁目六番弐号", SAME),
    (SHIMBASHI, "東京都港区新橋2―06―02", SAME),
    (SHIMBASHI, "東京都港区新橋2の6の2", SAME),
    (SHIMBASHI, "東京都　港区　新橋 2丁目 6番 2号", SAME),
    ("長野県松本市中央1番地ノ2", "長野県松本市中央一番地二", SAME),
    ("東京都港区元赤坂一〇-十一", "東京都港区元赤坂10-11", SAME),
    # other numbers
    (SHIMBASHI, "東京都港区新橋2-6-3", OTHER),
    (SHIMBASHI, "東京都港区新橋26-2", OTHER),
    (SHIMBASHI, "東京都港区新橋2-6", OTHER),
    (SHIMBASHI, "東京都港区東新橋2-6-2", OTHER),
    # numbers in the names of towns
    ("東京都中央区八丁堀2丁目3番4号", "東京都中央区八丁堀二丁目3-4", SAME),
    ("和歌山県和歌山市三番丁5番地", "和歌山県和歌山市三番丁5", SAME),
    ("和歌山県和歌山市三番丁5番地", "和歌山県和歌山市四番丁5", OTHER),
    ("青森県十和田市西十二番町6番1号", "青森県十和田市西12番町6-1", SAME),
    ("宮城県仙台市青葉区一番町三丁目7番1号", "宮城県仙台市青葉区一番町3-7-1", SAME),
    ("宮城県仙台市青葉区一番町三丁目7番1号", "宮城県仙台市青葉区二番町3-7-1", OTHER),
    ("東京都港区麻布十番2丁目3番4号", "東京都港区麻布十番2-3-4", SAME),
    ("北海道札幌市中央区南四条西29丁目1524番地23", "北海道札幌市中央区南4条西29-1524-23", SAME),
    ("北海道札幌市中央区南四条西29丁目1524番地23", "北海道札幌市中央区南五条西29-1524-23", OTHER),
    ("三重県四日市市諏訪町1-5", "三重県四日市市諏訪町1番5号", SAME),
    ("千葉県八千代市大和田新田312番地5", "千葉県八千代市大和田新田312-5", SAME),
    ("北海道帯広市西七線28", "北海道帯広市西7線28番地", SAME),
    ("北海道上川郡美瑛町東8号南7番地", "北海道上川郡美瑛町東8号南8番地", OTHER),
    # 堺市, 地割, いろは, 甲乙, no number
    ("大阪府堺市堺区中田出井町四丁6番19号", "大阪府堺市堺区中田出井町4丁6-19", SAME),
    ("岩手県九戸郡軽米町大字軽米第二十一地割大淵川480番地", "岩手県九戸郡軽米町軽米21地割大淵川480", SAME),
    ("岩手県九戸郡軽米町大字軽米第二十一地割大淵川480番地", "岩手県九戸郡軽米町軽米21地割大淵川481", OTHER),
    ("石川県金沢市イ38番地4", "石川県金沢市イ38-4", SAME),
    ("石川県金沢市イ38番地4", "石川県金沢市ロ38-4", OTHER),
    ("石川県加賀市大聖寺南町ニ41番地", "石川県加賀市大聖寺南町二41番地", OTHER),
    ("香川県高松市鬼無町佐藤120番地甲", "香川県高松市鬼無町佐藤120甲", SAME),
    ("香川県高松市鬼無町佐藤120番地甲", "香川県高松市鬼無町佐藤120番地乙", OTHER),
    ("東京都青ヶ島村無番地", "東京都青ケ島村無番地", SAME),
    ("東京都青ヶ島村無番地 役場内", "東京都青ケ島村無番地", MISSING),
    # 京都: the streets are part of the address, their notation is not
    ("京都府京都市中京区寺町通御池上る本能寺前町488番地", "京都府京都市中京区寺町通り御池上ル本能寺前町488", SAME),
    ("京都府京都市中京区寺町通御池下る本能寺前町488番地", "京都府京都市中京区寺町通御池上る本能寺前町488番地", OTHER),
    ("京都府京都市下京区四条通室町東入函谷鉾町88", "京都府京都市下京区四条通室町東入ル函谷鉾町88番地", SAME),
    ("京都府京都市下京区四条通室町東入函谷鉾町88", "京都府京都市下京区四条通室町西入函谷鉾町88", OTHER),
    ("京都府京都市中京区本能寺前町488番地", "京都府京都市中京区寺町通御池上る本能寺前町488番地", OTHER),
    # ヶ ケ が ガ カ, の ノ, 大字, 字, kanji forms
    *(("東京都千代田区霞が関一丁目1番1号", f"東京都千代田区霞{ke}関1-1-1", SAME) for ke in "ヶケガカヵ"),
    ("千葉県鎌ケ谷市右京塚3番20号", "千葉県鎌ヶ谷市右京塚3-20", SAME),
    ("東京都千代田区丸の内1-9-1", "東京都千代田区丸ノ内一丁目9番1号", SAME),
    ("青森県八戸市大字新井田字小久保尻1番地", "青森県八戸市新井田小久保尻1", SAME),
    ("秋田県横手市十文字町字本町1番地", "秋田県横手市十文字町本町1", SAME),
    ("秋田県横手市十文字町本町1番地", "秋田県横手市十文町本町1", OTHER),
    ("東京都千代田区麴町1-2", "東京都千代田区麹町一丁目2番", SAME),
    # prefecture and county
    ("広島県府中市元町1-1", "東京都府中市元町1-1", OTHER),
    ("広島県府中市元町1-1", "府中市元町1-1", OMITTED),
    ("福島県郡山市朝日1-23-7", "郡山市朝日一丁目23番7号", OMITTED),
    ("埼玉県北足立郡伊奈町小室9493番地", "埼玉県伊奈町小室9493", OMITTED),
    ("愛知県蒲郡市旭町17番1号", "愛知県蒲郡市旭町17-1", SAME),
    # buildings
    (f"{SHIMBASHI} 新橋アイマークビル7F", f"{SHIMBASHI}新橋アイマークビル７階", SAME),
    (f"{SHIMBASHI} 新橋アイマークビル7F", f"{SHIMBASHI}新橋アイマークビル8F", BUILDING),
    (f"{SHIMBASHI} 新橋アイマークビル7F", "港区新橋2丁目6番2号", MISSING),
    (f"{SHIMBASHI}-701", SHIMBASHI, MISSING),
    (f"{SHIMBASHI}-701", f"{SHIMBASHI} 701号室", SAME),
    (f"{SHIMBASHI}-701", f"{SHIMBASHI} ABCビル701", BUILDING),
    (f"{SHIMBASHI}-3", SHIMBASHI, OTHER),
    ("千葉県鎌ケ谷市右京塚3番20号", "千葉県鎌ケ谷市右京塚3-20-501", MISSING),
    ("東京都港区六本木六丁目10番1号六本木ヒルズ森タワー", "東京都港区六本木6-10-1 六本木ヒルズ森タワー", SAME),
    # what cannot be told apart proves nothing
    (f"{SHIMBASHI}\ue000", f"{SHIMBASHI}\ue000", OTHER),
    (f"{SHIMBASHI}\u200b", SHIMBASHI, OTHER),
]


@pytest.mark.parametrize(("a", "b", "expected"), PAIRS)
def test_pairs_in_both_directions(a, b, expected):
    assert compare_addresses(a, b) == expected
    assert compare_addresses(b, a) == expected


def test_only_the_first_two_are_automatic():
    assert [match for match in AddressMatch if match.is_automatic] == [AddressMatch.EXACT, AddressMatch.NOTATION]


def test_an_address_is_taken_apart():
    parts = parts_of("北海道札幌市中央区南四条西29丁目1524番地23　第2郵便ハウス501号")
    assert parts.prefecture == "北海道"
    assert parts.place_key[-5:] == ("#29", "-", "#1524", "-", "#23")
    assert "".join(word.text for word in parts.building) == "　第2郵便ハウス501号"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("二十九", 29),
        ("二九", 29),
        ("十", 10),
        ("一〇", 10),
        ("百五", 105),
        ("千五百二十四", 1524),
        ("拾壱", 11),
        ("〇", 0),
    ]
    + [(text, None) for text in ("", "十十", "二三十", "〇十", "十百", "十二三")],
)
def test_numbers_in_kanji(text, number):
    assert kanji_number(text) == number


ADDRESSES = st.text(
    st.sampled_from(
        [
            *"東京都府中市港区新橋一二十千百番地丁目号の字大第割-ーｰ12０3 　ヶケ階F室甲ABビル郡町村",
            "\U000e0100",
            "\ufa19",
            "㈱",
            "\ue000",
        ]
    )
)


@given(ADDRESSES | st.text())
def test_the_words_are_the_address(address):
    parts = parts_of(address)
    assert "".join(word.text for word in [*parts.place, *parts.building]) == address


@given(ADDRESSES | st.text(), ADDRESSES | st.text())
def test_the_order_does_not_matter(a, b):
    assert compare_addresses(a, b) == compare_addresses(b, a)


@given(st.integers(1, 99), st.integers(1, 999), st.integers(1, 99), st.integers(1, 99))
def test_written_out_and_with_dashes_are_one_and_another_number_is_another(chome, block, house, other):
    written = f"東京都港区新橋{chome}丁目{block}番{house}号"
    assert compare_addresses(written, f"東京都港区新橋{chome}-{block}-{house}") is SAME
    assert (compare_addresses(written, f"東京都港区新橋{chome}-{block}-{other}") is SAME) == (house == other)


def test_a_very_long_number_is_no_fault():
    assert compare_addresses("9" * 6000, "九" * 6000) is OTHER
