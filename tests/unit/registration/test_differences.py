"""What the officer sees highlighted."""

from hypothesis import given
from hypothesis import strategies as st

from registration.rules.addresses import AddressMatch, compare_addresses
from registration.rules.differences import Difference, DifferenceKind, address_differences, differences
from registration.rules.names import NameMatch, compare_names

K = DifferenceKind
TEXTS = (
    st.text(
        st.sampled_from([*"山田工エ髙高ﾀﾞ㈱(株)一二丁目番地号大字のー-12０ 　ヶケ東京都", "\U000e0100", "\ufa19", "𠮷"])
    )
    | st.text()
)


def seen(found):
    return [(each.kind, each.a, each.b) for each in found]


def test_each_sign_of_another_form_stands_alone():
    found = differences("髙橋　工𠮷", "高橋 エ吉")
    assert seen(found) == [
        (K.VARIANT, "髙", "高"),
        (K.SAME, "橋", "橋"),
        (K.SPACING, "　", " "),
        (K.LOOKALIKE, "工", "エ"),
        (K.VARIANT, "𠮷", "吉"),
    ]
    assert found[0].a_code_points == ("U+9AD9",)
    assert found[-1].a_code_points == ("U+20BB7",)


def test_a_selector_stays_with_its_kanji():
    assert differences("辻\U000e0100", "辻")[0].a_code_points == ("U+8FBB U+E0100",)


def test_signs_of_another_length_are_aligned():
    assert seen(differences("㈱山田", "(株)山田")) == [(K.VARIANT, "㈱", "(株)"), (K.SAME, "山田", "山田")]


def test_what_is_different_is_one_segment():
    assert seen(differences("山田 太郎", "佐藤 太郎")) == [(K.DIFFERENT, "山田", "佐藤"), (K.SAME, " 太郎", " 太郎")]


def test_notation_of_an_address_is_no_difference():
    assert seen(address_differences("港区新橋二丁目６番２号", "港区新橋2-6-2")) == [
        (K.SAME, "港区新橋", "港区新橋"),
        (K.NOTATION, "二丁目", "2-"),
        (K.WIDTH, "６", "6"),
        (K.NOTATION, "番", "-"),
        (K.WIDTH, "２", "2"),
        (K.NOTATION, "号", ""),
    ]


def test_another_number_of_an_address_is_one():
    assert Difference(K.DIFFERENT, "3", "2") in address_differences("港区新橋2-6-3", "港区新橋二丁目6番2")


def test_what_is_far_too_long_is_not_aligned():
    assert seen(differences("あ" * 3000, "あ" * 3001)) == [(K.DIFFERENT, "あ" * 3000, "あ" * 3001)]


@given(TEXTS, TEXTS)
def test_the_segments_are_both_texts(a, b):
    for found in (differences(a, b), address_differences(a, b)):
        assert "".join(each.a for each in found) == a
        assert "".join(each.b for each in found) == b
        assert not any(each.kind is K.SAME and each.a != each.b for each in found)


@given(TEXTS, TEXTS)
def test_the_segments_agree_with_the_comparison(a, b):
    """An officer never reads "different" where the rule says that an address is the same, nor the other way round."""
    match = compare_addresses(a, b)
    kinds = {each.kind for each in address_differences(a, b)}
    if match in {AddressMatch.EXACT, AddressMatch.NOTATION}:
        assert not kinds & {K.DIFFERENT, K.LOOKALIKE}


@given(TEXTS, TEXTS)
def test_the_segments_of_names_agree_with_the_comparison(a, b):
    match = compare_names(a, b)
    kinds = {each.kind for each in differences(a, b)}
    if match is NameMatch.MISMATCH:
        assert K.DIFFERENT in kinds
    if match in {NameMatch.EXACT, NameMatch.SPACING_WIDTH}:
        assert kinds <= {K.SAME, K.SPACING, K.WIDTH}
    if match is NameMatch.VARIANT:
        assert kinds <= {K.SAME, K.SPACING, K.WIDTH, K.VARIANT}
