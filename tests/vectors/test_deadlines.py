"""Deadlines of the law against their vectors."""

import csv
from datetime import date
from pathlib import Path

import pytest

from issuance.rules.validity import latest_expiry, latest_renewal_expiry, pin_last_usable_day
from registration.rules.retention import keep_until

RULES = {
    "certificate: latest": latest_expiry,
    "renewal by": latest_renewal_expiry,
    "records of": keep_until,
    "申請PIN": pin_last_usable_day,
}
with (Path(__file__).parent / "data" / "deadlines.csv").open(encoding="utf-8", newline="") as source:
    ROWS = [
        (rule, row)
        for row in csv.DictReader(source)
        for prefix, rule in RULES.items()
        if row["kind"].startswith(prefix)
    ]


@pytest.mark.parametrize(("rule", "row"), ROWS, ids=lambda each: each["start_date"] if isinstance(each, dict) else "")
def test_deadlines(rule, row) -> None:
    assert rule(date.fromisoformat(row["start_date"])) == date.fromisoformat(row["expected"])
