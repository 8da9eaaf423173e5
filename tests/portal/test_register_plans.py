"""What the registers ask of PostgreSQL: an index for everything, few rows and few queries, whatever the size.

The bounds hold at 28,000 rows here as at a million: no page reads more rows than these, so none counts or walks through its table.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from admin import listing
from app.core.db import db
from app.core.settings import Settings
from bench.cases import EMAIL, PASSWORD, fill
from bench.register_pages import PAGES, follow, known
from bench.register_rows import TABLES, fill_registers
from tests.factories.clients import FreshClient
from tests.factories.plans import faults_of, plan_of, rows_read, statements
from tests.factories.staff import sign_in
from wsgi import create_portal

CASES = 20_000  # and 28,000 rows in most registers
LOOK_AT = 500  # smaller here, so that the second step of a search is reached
ROWS_READ = 7_000  # six numbers of the mailroom stop at 1,000 each
QUERIES = 20
# Few rows at this size, or few for ever.
FEW = {
    "ca_certificate",
    "company_account",
    "item_number_band",
    "posting_list",
    "print_run",
    "revocation",
    "token_batch",
    "token_model",
}
BIG = {*TABLES, "application", "applicant"} - FEW


@pytest.fixture
def portal(empty_database: None, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    monkeypatch.setattr(listing, "LOOK_AT", LOOK_AT)
    application = create_portal(settings)
    application.config["TESTING"] = True
    application.test_client_class = FreshClient
    with application.app_context():
        fill(CASES)
        fill_registers()
        yield application
        db.session.remove()
        db.engine.dispose()


def test_no_register_reads_or_counts_its_table(portal: Flask) -> None:
    client = sign_in(portal, EMAIL, PASSWORD)
    addresses = {title: path.format(**known()) for title, path in PAGES}
    db.session.remove()

    faults = {}
    for title, address in addresses.items():
        page = follow(client, address)
        with statements() as asked:
            answer = client.get(page)
        assert answer.status_code == 200, title
        if found := _faults(asked):
            faults[title] = found

    assert faults == {}


def _faults(asked: list[tuple[str, Any]]) -> list[str]:
    """A sequential scan of a long table, too many rows, too many queries."""
    plans = [plan_of(*statement) for statement in asked]
    found = [asked[at][0] for at, plan in enumerate(plans) if "Seq Scan" in faults_of(plan, BIG)]
    if (read := sum(map(rows_read, plans))) > ROWS_READ:
        found.append(f"{read} rows")
    if len(asked) > QUERIES:
        found.append(f"{len(asked)} queries")
    return found
