"""What a service asks about one person, letter or list is found by an index, however many rows there are.

The planner is told to read a table from end to end only where nothing else is possible, for some tables are short here. An
index that is read from end to end is no better: then the key that was asked for stands in the filter.
"""

from collections.abc import Callable
from uuid import uuid4

from flask import Flask
from sqlalchemy import func, select

from app.core.db import db
from bench.cases import fill
from bench.register_rows import fill_registers
from issuance.queries import enrolments, requests, revocation_batches, so_pins, tokens
from mailings.services.prepare_account_letter import _wanted
from mailings.services.prepare_case_letter import _require_newest
from mailings.services.send_letter_again import _require_newest as _require_newest_of_holder
from models.enums import PinKind
from models.mail_pieces import MailPiece
from registration import notice_queries
from tests.factories.plans import nodes, plan_of, statements

CASES = 2_000
KEY = uuid4()
PIECE = MailPiece(id=KEY, applicant_id=KEY, sequence=1, status="printed")
LOOKUPS: dict[str, Callable[[], object]] = {
    "newest PIN": lambda: enrolments.find_pin(KEY, PinKind.APPLICATION),
    "live PINs": lambda: enrolments.list_live_pins_for_update(KEY, PinKind.DOWNLOAD),
    "enrolment of a PIN": lambda: requests.find_enrolment_of_pin(KEY),
    "later print": lambda: tokens.has_later_print(PIECE),
    "SO-PINs of a token": lambda: so_pins.list_disclosures_of(KEY),
    "revoked of a list": lambda: revocation_batches.count_revoked_of(KEY),
    "CRLs of a list": lambda: revocation_batches.list_one_of_each_crl(KEY),
    "last of a list": lambda: revocation_batches.find_last_revocation_of(KEY),
    "pieces of a letter": lambda: notice_queries.list_pieces(KEY),
    "letter has left": lambda: notice_queries.has_left(KEY),
    "newest piece of a holder": lambda: _require_newest_of_holder(PIECE),
    "newest piece of a letter": lambda: _require_newest(PIECE, MailPiece.letter_id == KEY),
    "newest piece of a notice": lambda: _require_newest(PIECE, MailPiece.notice_id == KEY),
    "newest piece of a company ID": lambda: _require_newest(PIECE, MailPiece.account_id == KEY),
    "waiting piece of an invoice": lambda: _wanted(MailPiece.invoice_id == KEY),
}


def faults_of(lookup: Callable[[], object]) -> list[str]:
    """The tables of which a lookup looks at rows that have another key."""
    with statements() as asked:
        try:
            lookup()
        except Exception:  # noqa: BLE001  there are no rows to find: what it asked counts
            db.session.rollback()
    db.session.rollback()
    assert asked
    found = []
    for statement, values in asked:
        plan = plan_of(statement, values, without_scans=True)
        found += [node["Relation Name"] for node, _above in nodes(plan) if str(KEY) in node.get("Filter", "")]
    return found


def test_each_is_found_by_its_index(app: Flask) -> None:
    fill(CASES)
    fill_registers()
    found = {name: faults for name, lookup in LOOKUPS.items() if (faults := faults_of(lookup))}
    assert found == {}
    count = select(func.count()).select_from(MailPiece)
    by_case = count.where(MailPiece.application_id == KEY)  # nobody asks so: the judge sees that no index can tell
    assert faults_of(lambda: db.session.scalar(by_case)) == ["mail_piece"]
