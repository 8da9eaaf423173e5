"""What a person types or scans for a number."""

import pytest

from registration.rules.case_numbers import parse_case_number


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("A-2026-004711", "A-2026-004711"),
        ("A-2026-004711-2", "A-2026-004711"),
        ("a-2026-004711", "A-2026-004711"),
        ("Ａ－２０２６－００４７１１", "A-2026-004711"),
        ("A2026004711", "A-2026-004711"),
        ("2026-004711", "A-2026-004711"),
        (" A‐2026‐1004711 ", "A-2026-1004711"),
    ],
)
def test_whole_numbers(typed: str, number: str) -> None:
    parsed = parse_case_number(typed)
    assert parsed is not None
    assert parsed.is_whole
    assert parsed.text == number


@pytest.mark.parametrize(
    ("typed", "text", "serials"),
    [
        ("A-2026", "A-2026-", (0, 999_999)),
        ("A-2026-", "A-2026-", (0, 999_999)),
        ("A-2026-0047", "A-2026-0047", (4700, 4799)),
        ("2026-0", "A-2026-0", (0, 99_999)),
    ],
)
def test_beginnings(typed: str, text: str, serials: tuple[int, int]) -> None:
    parsed = parse_case_number(typed)
    assert parsed is not None
    assert not parsed.is_whole
    assert (parsed.text, parsed.serials) == (text, serials)


def test_zeros_may_be_left_out() -> None:
    parsed = parse_case_number("2026-47")
    assert parsed is not None
    assert parsed.filled == "A-2026-000047"


@pytest.mark.parametrize(("typed", "serial"), [("4711", 4711), ("004711", 4711), ("１２", 12), ("2026", 2026)])
def test_serials(typed: str, serial: int) -> None:
    parsed = parse_case_number(typed)
    assert parsed is not None
    assert parsed.year is None
    assert not parsed.is_whole
    assert parsed.serials == (serial, serial)


@pytest.mark.parametrize(
    "typed", ["", "A", "佐藤", "A-佐藤", "12建設", "A-0026-1", "A-202", "4711a", "1" * 10, "-1", "A-2026-1234567890"]
)
def test_everything_else_is_a_name(typed: str) -> None:
    assert parse_case_number(typed) is None
