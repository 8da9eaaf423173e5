"""Which PIN a token may have, and what the token says about the tries that are left. No PKCS#11 calls here."""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass

from pkcs11 import TokenFlag

SHORTEST, LONGEST = 6, 15  # of the practice statement; a token may ask for more, or allow less
FEWEST_SIGNS = 3  # different characters


class PinRefusedError(Exception):
    """A PIN that may not be taken; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class PinLengths:
    """How long a PIN may be, in characters."""

    shortest: int = SHORTEST
    longest: int = LONGEST

    def within(self, token_shortest: int, token_longest: int) -> "PinLengths":
        """The narrower of both: the practice statement's and the token's own; of a token that contradicts it, the token's."""
        shortest, longest = max(self.shortest, token_shortest), min(self.longest, token_longest)
        return PinLengths(shortest, longest) if shortest <= longest else PinLengths(token_shortest, token_longest)


def refuse_weak(pin: str, lengths: PinLengths, *, before: str = "", serial: str = "") -> None:
    """Refuse a new PIN that is too short, too long, or that others would guess first.

    Args:
        pin: as typed.
        lengths: what is allowed.
        before: the present PIN, if it is known.
        serial: of the token: it stands on the case.

    Raises:
        PinRefusedError: why not.
    """
    if not lengths.shortest <= len(pin) <= lengths.longest:
        raise PinRefusedError(
            f"The PIN must have {lengths.shortest} to {lengths.longest} characters.\n"
            f"PINは{lengths.shortest}～{lengths.longest}文字にしてください。"
        )
    if not pin.isascii() or not pin.isprintable():
        raise PinRefusedError(
            "Use letters, figures and signs of the keyboard only.\nPINには半角の英数字と記号だけを使ってください。"
        )
    if pin == before:
        raise PinRefusedError("The new PIN is the present one. Choose another.\n新しいPINが今のPINと同じです。")
    if _is_trivial(pin) or (serial and pin.lower() in serial.lower()):
        raise PinRefusedError(
            "This PIN is among the first that somebody would try. Choose another: no repeated characters, no sequence.\n"
            "推測されやすいPINです。同じ文字の繰り返しや連番でないものにしてください。"
        )


def _is_trivial(pin: str) -> bool:
    """The same characters over and over (1111, 1212, 123123), up or down in a row (1234, fedc, 7890), too few different ones."""
    text = pin.lower()
    if len(set(text)) < FEWEST_SIGNS:
        return True
    if any(text == (text[:size] * len(text))[: len(text)] for size in range(1, len(text) // 2 + 1)):
        return True
    steps = {ord(after) - ord(first) for first, after in itertools.pairwise(text)}
    if text.isdigit():
        steps = {(step + 5) % 10 - 5 for step in steps}  # 8901 goes up all the way, too
    return steps in ({1}, {-1})


def warnings_of(flags: Iterable[TokenFlag]) -> list[str]:
    """What a person must know before the PIN is typed."""
    there = set(flags)
    if TokenFlag.USER_PIN_FINAL_TRY in there:
        return [
            "Careful: one try is left. Another wrong PIN locks the token.\n"
            "注意：残り1回です。もう一度誤るとトークンがロックされます。"
        ]
    if TokenFlag.USER_PIN_COUNT_LOW in there:
        return [
            "Careful: a wrong PIN was typed before. The token locks after a few.\n"
            "注意：PINの誤入力がありました。続けて誤るとトークンがロックされます。"
        ]
    return []


def refuse_locked(flags: Iterable[TokenFlag]) -> None:
    """Raises PinRefusedError if the token is locked."""
    if TokenFlag.USER_PIN_LOCKED in set(flags):
        raise PinRefusedError(
            "The token is locked. Call the help desk; it is unlocked with its SO-PIN: cectrust token unblock\n"
            "トークンがロックされています。ヘルプデスクにご連絡ください（解除にはSO-PINが必要です）。"
        )


def needs_own_pin(flags: Iterable[TokenFlag]) -> bool:
    """Whether the token still has the maker's PIN, as far as it says so."""
    return TokenFlag.USER_PIN_TO_BE_CHANGED in set(flags)
