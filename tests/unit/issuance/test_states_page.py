"""docs/states.md draws the machines exactly as issuance.rules.states has them."""

import re

import pytest

from app.core.settings import ROOT
from issuance.rules.states import CERTIFICATE, PIN, TOKEN

PAGE = (ROOT / "docs" / "states.md").read_text("utf-8")


@pytest.mark.parametrize(("title", "machine"), [("Token", TOKEN), ("PIN", PIN), ("Certificate", CERTIFICATE)])
def test_the_drawing_is_the_data(title: str, machine: dict) -> None:
    section = PAGE.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]
    drawn = re.findall(r"^    (\w+) --> (\w+)$", section, re.MULTILINE)
    data = {(str(state), str(following)) for state, to in machine.items() for following in to}
    assert len(drawn) == len(set(drawn))
    assert set(drawn) == data
