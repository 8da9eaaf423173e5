"""Passport spellings: the ministry's examples, what is offered, what is accepted with a flag."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.rules.kana import KanaError, morae, require_kana, widen_kana
from registration.rules.romaji import Proposal, RomajiMatch, classify_romaji, propose, romanise

STANDARD, LONG = RomajiMatch.STANDARD, RomajiMatch.LONG_VOWEL
NON_STANDARD, DIFFERENT = RomajiMatch.NON_STANDARD, RomajiMatch.DIFFERENT


@pytest.mark.parametrize(
    ("kana", "boundaries", "expected"),
    [
        # examples of the Ministry of Foreign Affairs and of the prefectures that quote it
        ("マツウラ", [2], "MATSUURA"),
        ("オオタニ", [], "OTANI"),
        ("ショウイチ", [], "SHOICHI"),
        ("ユウカ", [], "YUKA"),
        ("ニーナ", [], "NINA"),
        ("サリー", [], "SARI"),
        ("ハッチョウ", [], "HATCHO"),
        ("ハットリ", [], "HATTORI"),
        ("シンヤ", [], "SHINYA"),
        ("テッペイ", [], "TEPPEI"),
        ("ミノオ", [], "MINOO"),
        # a vowel is lengthened once
        ("オオオカ", [], "OOKA"),
        ("オオウチ", [], "OUCHI"),
        ("ショウオウジ", [], "SHOOJI"),
        ("イノウエ", [2], "INOUE"),
        # foreign sounds letter by letter
        ("ティナ", [], "TEINA"),
        ("フィオナ", [], "FUIONA"),
        ("ヴァン", [], "BUAN"),
        ("ジェーン", [], "JIEN"),
        ("デュマ", [], "DEYUMA"),
        ("チェコ", [], "CHIEKO"),
        # old and rare kana; other ways to type them
        ("ヂヲヱヰ", [], "JIOEI"),
        ("ヂュン", [], "JUN"),
        ("さとう たろう", [], "SATO TARO"),
        ("ﾔﾏﾀﾞ　ﾀﾛｳ", [], "YAMADA TARO"),
        ("ジョン・スミス", [], "JON SUMISU"),
        ("タカトオ タロウ", [], "TAKATOO TARO"),
        ("ヤマダ マツウラ", [5], "YAMADA MATSUURA"),
        ("アッ", [], "A"),
    ],
)
def test_spelling(kana, boundaries, expected):
    assert romanise(kana, boundaries=boundaries) == expected
    assert classify_romaji(kana, expected.lower(), boundaries=boundaries) is STANDARD


@pytest.mark.parametrize(
    ("kana", "typed", "expected"),
    [
        ("コウノ", "KOHNO", LONG),
        ("サトウ タロウ", "SATOH TARO", LONG),
        ("リョウタロウ", "RYOHTAROH", LONG),
        ("リョウタロウ", "RYOHTARO", NON_STANDARD),
        ("サトウ", "SATOU", NON_STANDARD),
        ("オオノ", "ŌNO", NON_STANDARD),
        ("ナンバ", "NANBA", NON_STANDARD),
        ("シンイチ", "SHIN'ICHI", NON_STANDARD),
        ("シンイチ", "SINITI", NON_STANDARD),
        ("ホッチ", "HOCCHI", NON_STANDARD),
        ("フジワラ", "HUZIWARA", NON_STANDARD),
        ("ツジ", "TUJI", NON_STANDARD),
        ("ジュン", "JYUN", NON_STANDARD),
        ("ショウジ", "SYOJI", NON_STANDARD),
        ("ハッチョウ", "HATTYO", NON_STANDARD),
        ("イノウエ", "INOUYE", NON_STANDARD),
        ("イノウエ", "INOUE", NON_STANDARD),
        ("レオ", "LEO", NON_STANDARD),
        ("ジョン", "JOHN", NON_STANDARD),
        ("フィオナ", "FIONA", NON_STANDARD),
        ("ヴァン", "VAN", NON_STANDARD),
        ("サトウ タロウ", "SATOTARO", NON_STANDARD),
        ("サトウ タロウ", "TARO SATO", DIFFERENT),
        ("サトウ", "KATO", DIFFERENT),
        ("サトウ", "", DIFFERENT),
        ("", "SATO", DIFFERENT),
        ("佐藤", "SATO", DIFFERENT),
        ("キッカワ", "KIKAWA", DIFFERENT),
    ],
)
def test_classes(kana, typed, expected):
    assert classify_romaji(kana, typed) is expected


def test_the_applicant_chooses_where_words_meet():
    assert propose("イノウエ")[:2] == [Proposal("INOE", STANDARD), Proposal("INOUE", STANDARD, (2,))]
    assert [each.text for each in propose("サトウ タロウ")] == ["SATO TARO", "SATOH TAROH"]
    assert [each.text for each in propose("タナカ")] == ["TANAKA"]


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("ﾔﾏﾀﾞ ﾀﾛｳ", "ヤマダ タロウ"),
        (" ジョン・スミス ", "ジョン・スミス"),
        ("ニーナ", "ニーナ"),
        ("ヴァヷ", "ヴァヷ"),
        ("ﾆｰﾅ", "ニーナ"),
    ],
)
def test_the_kana_field(typed, stored):
    assert require_kana(typed) == stored


@pytest.mark.parametrize(
    ("typed", "code", "position"),
    [
        ("", "kana-empty", None),
        ("  ", "kana-empty", None),
        ("ヤまダ", "kana-character", 2),
        ("ヤマ一", "kana-character", 3),
    ]
    + [(f"ヤ{bad}", "kana-character", 2) for bad in ("-", "Ａ", "山", "\u3099", "゛", "\n", "ヽ")],
)
def test_what_is_no_katakana_is_refused(typed, code, position):
    with pytest.raises(KanaError) as caught:
        require_kana(typed + "ア" if typed.endswith("\n") else typed, field="name_kana")
    assert (caught.value.code, caught.value.fields.get("position"), caught.value.field) == (code, position, "name_kana")


def test_only_half_width_kana_are_widened():
    assert widen_kana("ﾔﾏﾀﾞ ABC ㈱\ufa19") == "ヤマダ ABC ㈱\ufa19"


def test_morae():
    assert morae("キョウッンー") == ["キョ", "ウ", "ッ", "ン", "ー"]


KATAKANA = st.text(st.sampled_from([*map(chr, range(0x30A1, 0x30FB)), "ー", "・", " "]))


@given(KATAKANA, st.lists(st.integers(0, 8), max_size=3))
def test_what_is_romanised_is_standard(kana, boundaries):
    text = romanise(kana, boundaries=boundaries)
    assert text == "" or (text.isascii() and text.replace(" ", "").isalpha() and text.isupper())
    if text and len(text.split()) == len(kana.replace("・", " ").split()):
        assert classify_romaji(kana, text, boundaries=boundaries) is STANDARD


@given(KATAKANA)
def test_every_proposal_is_what_it_says(kana):
    for each in propose(kana):
        if each.text.split():
            assert classify_romaji(kana, each.text, boundaries=each.boundaries) is each.match


@given(KATAKANA | st.text(), st.text() | st.text(st.sampled_from("AIUEOKSTNHFCJYZ' -")), st.lists(st.integers()))
def test_classifying_never_fails(kana, typed, boundaries):
    assert isinstance(classify_romaji(kana, typed, boundaries=boundaries), RomajiMatch)


@given(st.text())
def test_the_kana_field_takes_katakana_or_refuses(text):
    try:
        stored = require_kana(text)
    except KanaError:
        return
    assert require_kana(stored) == stored
    assert isinstance(romanise(stored), str)
