"""The tables of forms and outlines, and the signs of a text."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.rules.signs import DATA, forms, lookalike_key, signs, variant_key, width_key


def lines(name):
    return [line for line in (DATA / name).read_text("utf-8").splitlines() if line and not line.startswith("#")]


@pytest.mark.parametrize("name", ["variants.txt", "lookalikes.txt"])
def test_a_character_is_in_one_group_only(name):
    characters = "".join(lines(name))
    assert sorted(characters) == sorted(set(characters))


def test_no_form_is_one_that_unicode_knows_already():
    """Their keys go through NFKC first, so that such a line would never be read."""
    assert [each for each in "".join(lines("variants.txt")) if unicodedata.normalize("NFKC", each) != each] == []


def test_the_usual_form_is_one_that_every_system_has():
    rare = [group for group in lines("variants.txt") if not _is_jis_x_0208(group[0])]
    assert [group for group in rare if any(map(_is_jis_x_0208, group))] == []


def test_the_old_forms_of_the_joyo_table_are_known():
    for new, old in zip(
        "亜円応桜会学気区広国桜実沢寿真浜竜辺宝来礼恵弥", "亞圓應櫻會學氣區廣國櫻實澤壽眞濱龍邊寶來禮惠彌", strict=True
    ):
        assert variant_key(new) == variant_key(old), new


@pytest.mark.parametrize(
    "different",
    ["崇祟", "己已", "已巳", "土士", "未末", "千干", "荻萩", "坂阪", "崎埼", "佑祐", "祇祗", "岩巌", "板版"],
)
def test_similar_characters_are_never_one(different):
    assert lookalike_key(different[0]) != lookalike_key(different[1])


def test_forms_begin_with_the_usual_one():
    assert forms("邉")[0] == forms("辺")[0] == "辺"
    assert forms("𠮷") == "吉𠮷"
    assert forms("山") == "山"


def test_a_base_and_its_selector_are_one_sign():
    assert signs("葛\U000e0100城ﾀﾞ𠮷か\u3099") == ["葛\U000e0100", "城", "ﾀﾞ", "𠮷", "か\u3099"]


@given(st.text())
def test_the_signs_are_the_text(text):
    assert "".join(signs(text)) == text


@given(st.text(max_size=4))
def test_keys_are_stable(text):
    """A coarser key never parts what a finer one puts together."""
    for sign in signs(text):
        for other in signs(text):
            if width_key(sign) == width_key(other):
                assert variant_key(sign) == variant_key(other)
            if variant_key(sign) == variant_key(other):
                assert lookalike_key(sign) == lookalike_key(other)


def _is_jis_x_0208(character):
    try:
        return bool(character.encode("iso2022_jp"))
    except UnicodeEncodeError:
        return False
