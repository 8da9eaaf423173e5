"""Lines that do not leave one or two characters alone, and numbers that stay with what they count."""

import pytest

from app.documents.kinsoku import wrap, wrap_evenly

ROOM = 20.0


def width(text: str) -> float:
    return sum(0.5 if sign.isascii() else 1 for sign in text)


def test_a_last_line_of_two_characters_gets_company_and_nothing_is_lost() -> None:
    text = "お預かりしている書類は当社で厳重に保管します。"
    assert [width(line) for line in wrap(text, ROOM, width)] == [20, 3]
    longer = text.replace("当社で", "当社")
    assert [width(line) for line in wrap(longer, ROOM, width)] == [20, 2]
    lines = list(wrap_evenly(longer, ROOM, width))
    assert len(lines) == 2 and width(lines[-1]) >= 3 and "".join(lines) == longer


@pytest.mark.parametrize(
    "text", ["短い文。", "お預かりしている書類は、当社で厳重に保管し、その後に廃棄いたします。", "あ" * 41]
)
def test_other_paragraphs_are_as_they_were_or_have_as_many_lines(text: str) -> None:
    usual, even = list(wrap(text, ROOM, width)), list(wrap_evenly(text, ROOM, width))
    assert len(even) == len(usual) and "".join(even) == "".join(usual)
    assert all(width(line) <= ROOM for line in even)


@pytest.mark.parametrize("shift", range(12))
def test_a_number_stays_with_its_unit_and_a_telephone_number_with_its_tel(shift: int) -> None:
    text = "あ" * shift + "令和8年12月24日までにヘルプデスク（TEL 03-0000-0000）へ。施行規則第12条第2項、3,000円。"
    lines = list(wrap(text, ROOM, width))
    assert "".join(lines) == text
    for whole in ("8年", "12月", "24日", "TEL 03-0000-0000", "12条", "2項"):
        assert any(whole in line for line in lines), whole
