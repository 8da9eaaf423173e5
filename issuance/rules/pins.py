"""The form of a PIN: 15 random characters of an alphabet without look-alikes, and one check character.

施行規則6条3の2ロ: "not easily guessed" – 32^15 is 75 bits. The check character catches every wrong character and every
two exchanged characters, so that a slip of the finger is never counted as an attempt.
"""

import unicodedata
from collections.abc import Callable, Sequence

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # without 0, O, 1, I
RANDOM_CHARACTERS = 15
LENGTH = RANDOM_CHARACTERS + 1
GROUP = 4
MOST_ATTEMPTS = 5

_POLYNOMIAL = 0b100101  # x^5 + x^2 + 1, primitive: the powers of x are 31 different weights in GF(32)


class MistypedPinError(ValueError):
    """The text is no PIN: wrong length, a character outside the alphabet, or a check character that does not fit."""


def make_pin(choice: Callable[[Sequence[str]], str]) -> str:
    """A new PIN, without hyphens.

    Args:
        choice: picks one of the characters, each as likely as the others, unpredictably.
    """
    body = "".join(choice(ALPHABET) for _ in range(RANDOM_CHARACTERS))
    return body + check_character(body)


def check_character(body: str) -> str:
    """The check character of 15 characters: their sum in GF(32), each times its own power of x."""
    total = 0
    for position, character in enumerate(body):
        total ^= _times_power(ALPHABET.index(character), position + 1)
    return ALPHABET[total]


def parse_pin(typed: str) -> str:
    """What a person typed, as the PIN without hyphens: any width, any case, hyphens and spaces where they like.

    Raises:
        MistypedPinError: a typing error.
    """
    plain = unicodedata.normalize("NFKC", typed).upper()
    pin = "".join(character for character in plain if character not in "-‐‑–—−ー_" and not character.isspace())
    if len(pin) != LENGTH or set(pin) - set(ALPHABET) or check_character(pin[:-1]) != pin[-1]:
        raise MistypedPinError
    return pin


def format_pin(pin: str) -> str:
    """A PIN for a person to read: four groups of four."""
    return "-".join(pin[start : start + GROUP] for start in range(0, len(pin), GROUP))


def _times_power(value: int, power: int) -> int:
    for _ in range(power):
        value <<= 1
        if value & 0b100000:
            value ^= _POLYNOMIAL
    return value
