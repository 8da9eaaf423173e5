"""Reading scans, comparing them with the note, and what becomes of a token."""

import pytest

from app.core.two_names import are_two_people
from issuance.rules.token_inspection import fate
from issuance.rules.token_loss import is_charged
from issuance.rules.token_serials import Scanned, compare_with_note, read_scanned
from models.enums import TokenStatus as T


def test_a_scan_is_taken_apart() -> None:
    reading = read_scanned("\n 0A1 \r\n0A2,pin-1\n0A3;pin-2\n0A4\tpin-3\n\n-bad\n0A5,x y z\n0A6,\n0A1\n")
    assert reading.tokens == (
        Scanned("0A1"),
        Scanned("0A2", "pin-1"),
        Scanned("0A3", "pin-2"),
        Scanned("0A4", "pin-3"),
        Scanned("0A5", "x y z"),
        Scanned("0A6"),
        Scanned("0A1"),
    )
    assert (reading.wrong_lines, reading.wrong_so_pins, reading.twice) == ((7,), ("0A5", "0A6"), ("0A1",))
    assert "pin-1" not in repr(reading)


@pytest.mark.parametrize("text", ["A" * 41, "0A1 0A2", "０Ａ１", "0A1,1234,5678", "=cmd()", "<b>", "0A1-"])
def test_no_serial_number(text: str) -> None:
    assert read_scanned(text).wrong_lines == (1,)


def test_the_note_and_the_scan() -> None:
    assert not compare_with_note(["1", "2"], 2)
    assert not compare_with_note(["2", "1"], 2, ["1", "2"])
    assert compare_with_note(["1"], 2)
    difference = compare_with_note(["1", "3"], 2, ["1", "2"])
    assert (difference.missing, difference.extra) == (("2",), ("3",))


@pytest.mark.parametrize(
    ("is_sealed", "states", "has_certificate", "to"),
    [
        (True, (T.IN_STOCK, T.RESERVED, T.ENCLOSED, T.POSTED, T.RETURNED), False, T.IN_STOCK),
        (False, (T.IN_STOCK, T.POSTED, T.RETURNED), False, T.RETIRED),
        (True, (T.IN_STOCK, T.POSTED, T.HELD, T.RETURNED), False, T.RETIRED),
        (True, (T.IN_STOCK, T.HELD, T.ACTIVE, T.RETURNED), True, T.RETIRED),
        (True, (T.IN_STOCK, T.RETURNED), True, T.RETIRED),
    ],
)
def test_what_becomes_of_a_token_that_came_back(
    is_sealed: bool, states: tuple[T, ...], has_certificate: bool, to: T
) -> None:
    assert fate(is_sealed=is_sealed, states=states, has_certificate=has_certificate) is to


def test_who_pays() -> None:
    assert is_charged("holder", T.ACTIVE)
    assert is_charged("holder", T.HELD)
    assert not is_charged("holder", T.POSTED)
    assert not is_charged("post", T.ACTIVE)


def test_two_people() -> None:
    assert are_two_people("小川 亮", "山本 次郎")
    assert not are_two_people("小川 亮", "小川亮")
    assert not are_two_people("Ogawa Ryo", "ＯＧＡＷＡ　ＲＹＯ")
    assert not are_two_people("小川 亮", "　")
