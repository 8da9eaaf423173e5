"""The form of a PIN."""

import random

import pytest

from issuance.rules.pins import ALPHABET, MistypedPinError, check_character, format_pin, make_pin, parse_pin


def _pins(count: int) -> list[str]:
    source = random.Random(7)
    return [make_pin(source.choice) for _ in range(count)]


def test_a_pin_has_sixteen_characters_without_look_alikes():
    for pin in _pins(50):
        assert len(pin) == 16
        assert not set(pin) & set("0O1I")
        assert parse_pin(pin) == pin


@pytest.mark.parametrize("style", [str.lower, format_pin, lambda pin: " ".join(pin), lambda pin: pin.translate(WIDE)])
def test_case_width_hyphens_and_spaces_do_not_matter(style):
    pin = _pins(1)[0]
    assert parse_pin(style(pin)) == pin


WIDE = {ord(character): chr(ord(character) + 0xFEE0) for character in ALPHABET}


def test_every_wrong_character_is_caught():
    for pin in _pins(5):
        for position in range(16):
            for character in set(ALPHABET) - {pin[position]}:
                with pytest.raises(MistypedPinError):
                    parse_pin(pin[:position] + character + pin[position + 1 :])


def test_every_exchange_of_two_characters_is_caught():
    for pin in _pins(20):
        for first in range(16):
            for second in range(first + 1, 16):
                if pin[first] == pin[second]:
                    continue
                typed = list(pin)
                typed[first], typed[second] = typed[second], typed[first]
                with pytest.raises(MistypedPinError):
                    parse_pin("".join(typed))


@pytest.mark.parametrize("typed", ["", "ABCD", "O" * 16, "あ" * 16])
def test_what_is_no_pin_is_a_typing_error(typed):
    with pytest.raises(MistypedPinError):
        parse_pin(typed)


def test_the_check_character_of_a_known_body():
    assert check_character("2" * 15) == "2"
