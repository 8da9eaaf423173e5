"""No line begins with a closing sign or ends with an opening one; words stay whole."""

import pytest

from app.documents.kinsoku import wrap


@pytest.mark.parametrize(
    ("text", "room", "lines"),
    [
        ("あいうえおかき", 3, ["あいう", "えおか", "き"]),
        ("あいう。えお", 3, ["あい", "う。え", "お"]),
        ("あい（うえ）お", 3, ["あい", "（う", "え）お"]),
        ("あCECSIGNい", 7, ["あ", "CECSIGN", "い"]),
        ("一\n二", 5, ["一", "二"]),
    ],
)
def test_lines(text: str, room: int, lines: list[str]) -> None:
    assert list(wrap(text, room, len)) == lines
