"""Which PINs are taken, and what the token's flags say."""

import pytest
from pkcs11 import TokenFlag

from app.client.pins import PinLengths, PinRefusedError, needs_own_pin, refuse_locked, refuse_weak, warnings_of

LENGTHS = PinLengths()


@pytest.mark.parametrize("pin", ["246813", "Takasaki7", "k3#Qz!", "135792468", "aZ3aZ4", "112358"])
def test_good_pins(pin: str) -> None:
    refuse_weak(pin, LENGTHS)


@pytest.mark.parametrize(
    "pin",
    [
        "24681", "2468135792468135", "", "111111", "aaaaaaa", "123456", "987654", "456789", "789012", "210987", "abcdef",
        "FEDCBA", "AbCdEf", "121212", "123123", "1231231", "112211", "１２４６８１", "24 68\t1", "24681\u00e9",
    ],
)  # fmt: skip
def test_bad_pins(pin: str) -> None:
    with pytest.raises(PinRefusedError):
        refuse_weak(pin, LENGTHS)


def test_neither_the_present_one_nor_what_stands_on_the_case() -> None:
    with pytest.raises(PinRefusedError, match="present"):
        refuse_weak("246813", LENGTHS, before="246813")
    with pytest.raises(PinRefusedError, match="first"):
        refuse_weak("02a9e0", LENGTHS, serial="02A9E00017")


@pytest.mark.parametrize(
    ("own", "both"),
    [((4, 255), (6, 15)), ((8, 255), (8, 15)), ((4, 10), (6, 10)), ((4, 4), (4, 4)), ((20, 30), (20, 30))],
)
def test_the_narrower_of_both_lengths(own: tuple[int, int], both: tuple[int, int]) -> None:
    lengths = LENGTHS.within(*own)
    assert (lengths.shortest, lengths.longest) == both


def test_what_the_flags_say() -> None:
    assert warnings_of([]) == []
    assert "wrong PIN" in warnings_of([TokenFlag.USER_PIN_COUNT_LOW])[0]
    assert "one try" in warnings_of([TokenFlag.USER_PIN_COUNT_LOW, TokenFlag.USER_PIN_FINAL_TRY])[0]
    assert needs_own_pin([TokenFlag.USER_PIN_TO_BE_CHANGED]) and not needs_own_pin([TokenFlag.RNG])
    refuse_locked([TokenFlag.RNG])
    with pytest.raises(PinRefusedError, match="locked"):
        refuse_locked([TokenFlag.USER_PIN_LOCKED])
