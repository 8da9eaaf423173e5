"""Comparing names: what is automatic, what an officer decides, what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.rules.name_characters import NameCharacterError, require_name_characters
from registration.rules.names import NameMatch, PrintedName, compare_names, split_printed_name

SELECTOR = "\U000e0100"
SAME, VARIANT, LOOKALIKE = NameMatch.SPACING_WIDTH, NameMatch.VARIANT, NameMatch.LOOKALIKE
MISMATCH, REFUSE = NameMatch.MISMATCH, NameMatch.REFUSE

PAIRS = [
    # spaces, width of ASCII and case are automatic
    ("山田　太郎", "山田太郎", SAME),
    ("山　田　太　郎", "山田 太郎", SAME),
    ("ＳＭＩＴＨ　ＪＯＨＮ", "Smith John", SAME),
    ("有限会社ＡＢＣ－１", "有限会社ABC-1", SAME),
    # the space at another place makes another family
    ("林 田太郎", "林田 太郎", LOOKALIKE),
    # forms of one character
    ("髙橋 一", "高橋一", VARIANT),
    ("山﨑", "山崎", VARIANT),
    ("山嵜", "山﨑", VARIANT),
    ("山𥔎", "山崎", VARIANT),
    ("桒原 曻", "桑原 昇", VARIANT),
    ("𡈽屋", "土屋", VARIANT),
    ("𣘺本", "橋本", VARIANT),
    ("斎藤", "齋藤", VARIANT),
    ("斎藤", "斉藤", VARIANT),
    ("濵田 德子", "浜田 徳子", VARIANT),
    ("廣瀨 眞", "広瀬 真", VARIANT),
    ("國島", "国嶌", VARIANT),
    ("冨澤", "富沢", VARIANT),
    ("栁", "柳", VARIANT),
    ("惠", "恵", VARIANT),
    ("\ufa10本", "塚本", VARIANT),
    (f"葛{SELECTOR}城", "葛城", VARIANT),
    (f"渡邉{SELECTOR}", "渡邉\U000e0101", VARIANT),
    ("ﾔﾏﾀﾞ", "ヤマダ", VARIANT),
    ("か\u3099", "が", VARIANT),
    ("㈱山田組", "(株)山田組", VARIANT),
    # other characters of one outline
    ("二三", "ニミ", LOOKALIKE),
    ("口田 力", "ロ田 カ", LOOKALIKE),
    ("卜部 夕子", "ト部 タ子", LOOKALIKE),
    ("ジョージ", "ジョ一ジ", LOOKALIKE),
    ("龍ケ崎", "龍ヶ崎", LOOKALIKE),
    ("きょう子", "きよう子", LOOKALIKE),
    ("のりへい", "のりヘい", LOOKALIKE),
    ("O'BRIEN", "O’BRIEN", LOOKALIKE),
    ("ANNA", "\u0410NNA", LOOKALIKE),
    ("髙工", "高エ", LOOKALIKE),
    # different, however similar
    ("崇", "祟", MISMATCH),
    ("土田", "士田", MISMATCH),
    ("荻原", "萩原", MISMATCH),
    ("佑", "祐", MISMATCH),
    ("坂本", "阪本", MISMATCH),
    ("佐々木", "佐佐木", MISMATCH),
    ("シン", "ツン", MISMATCH),
    ("まり子", "マリ子", MISMATCH),
    ("ジョン・スミス", "ジョン スミス", MISMATCH),
    ("㈱山田組", "株式会社山田組", MISMATCH),
    ("一郎", "壱郎", MISMATCH),
    # what cannot be told apart later is refused, also when both are the same
    ("\ue000", "\ue000", REFUSE),
    ("山\u202e田", "山田", REFUSE),
    ("一\ufe0f郎", "一郎", REFUSE),
    ("山\u2028田", "山田", REFUSE),
    ("山\u3164田", "山田", REFUSE),
    (f"あ{SELECTOR}", "あ", REFUSE),
]


@pytest.mark.parametrize(("a", "b", "expected"), PAIRS)
def test_pairs_in_both_directions(a, b, expected):
    assert compare_names(a, b) == expected
    assert compare_names(b, a) == expected


def test_only_the_first_two_are_automatic():
    assert [match for match in NameMatch if match.is_automatic] == [NameMatch.EXACT, NameMatch.SPACING_WIDTH]


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("山田（旧氏：佐藤） 花子", PrintedName("山田 花子", former_surname="佐藤")),
        ("山田 花子［旧氏　佐藤］", PrintedName("山田 花子", former_surname="佐藤")),
        ("金田 太郎（通称）", PrintedName("金田 太郎", alias="金田 太郎")),
        ("KIM TAERANG (通称 金田 太郎)", PrintedName("KIM TAERANG", alias="金田 太郎")),
        ("山田 花子", PrintedName("山田 花子")),
        ("髙島（株）", PrintedName("髙島（株）")),
    ],
)
def test_additions_are_split_off_before_comparing(printed, expected):
    assert split_printed_name(printed) == expected


def test_the_position_of_a_refused_character_is_told():
    with pytest.raises(NameCharacterError) as caught:
        require_name_characters("山\u2060田")
    assert caught.value.fields == {"character": "U+2060", "position": 2}


@pytest.mark.parametrize("kanji", ["\U00031350", "\U0002ebf0", "\U000323b0"])
def test_kanji_newer_than_this_python_are_kanji(kanji):
    assert require_name_characters(f"{kanji}{SELECTOR}田") == f"{kanji}{SELECTOR}田"


NAMES = st.text(
    st.sampled_from(
        [*"山田太郎工エ力カ髙高崎﨑斎斉邉邊ﾀﾞヶケー一 　ＡaＡ'々", SELECTOR, "\ufa19", "神", "\ue000", "𠮷", "吉"]
    )
)


@given(NAMES | st.text(), NAMES | st.text())
def test_the_order_does_not_matter(a, b):
    assert compare_names(a, b) == compare_names(b, a)


@given(NAMES | st.text())
def test_a_name_is_itself_or_refused(name):
    assert compare_names(name, name) in {NameMatch.EXACT, NameMatch.REFUSE}


@given(NAMES, st.lists(st.integers(0, 20)))
def test_spaces_never_make_a_mismatch(name, places):
    spaced = name
    for place in places:
        spaced = f"{spaced[:place]} {spaced[place:]}"
    if SELECTOR not in name and "\ue000" not in name:
        assert compare_names(name, spaced) not in {NameMatch.MISMATCH, NameMatch.REFUSE}


@given(st.text())
def test_splitting_never_fails(text):
    assert isinstance(split_printed_name(text).name, str)
