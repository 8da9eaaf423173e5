"""The page about the acceptance names the checks as they are."""

import re

from app.contracts.signing.acceptance import CHECKS
from app.core.settings import ROOT


def test_the_page_lists_every_check() -> None:
    page = (ROOT / "docs" / "rules" / "acceptance.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| (\d+) \| `([\w.]+)`", page, re.MULTILINE))
    for number, check in CHECKS:
        assert rows[str(number)] == check.__name__
