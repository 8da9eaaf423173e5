"""Every CHECK of the schema, by name: a row that it refuses. And every unique index: the same row twice.

Each is tried on a copy of its table that has the constraints and nothing else, so that one rule is tried at a time.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.exc import IntegrityError

import models  # noqa: F401  makes every table known
from app.core.db import db

BAD: dict[str, dict[str, Any]] = {
    "ck_staff_active_has_role": {"active": True, "roles": []},
    "ck_company_corporate_number_shape": {"corporate_number": "12"},
    "ck_envelope_item_number_digits": {"item_number": "131-12"},
    "ck_application_has_service": {"services": []},
    "ck_application_approved_has_moment": {"status": "approved"},
    "ck_paper_not_from_future": {"issued_on": "2026-11-25", "received_on": "2026-11-24"},
    "ck_paper_check_not_ok_has_note": {"result": "not_ok", "note": ""},
    "ck_decision_refusal_has_reason": {"kind": "refused", "reason": ""},
    "ck_decision_digest_shape": {"digest": "abc"},
    "ck_token_stock_is_free": {"status": "in_stock", "mail_piece_id": str(uuid4())},
    "ck_pin_secret_application_pin_never_kept": {"kind": "application", "sealed_value": b"x"},
    "ck_pin_secret_attempts_range": {"attempts": 6},
    "ck_enrolment_requested_has_csr": {"status": "requested"},
    "ck_certificate_intent_has_tbs": {"status": "intended"},
    "ck_certificate_issued_has_der": {"status": "active", "tbs": b"x"},
    "ck_certificate_validity_order": {"not_before": "2027-01-01", "not_after": "2026-01-01"},
    "ck_print_run_two_people": {"operator_name": "a", "witness_name": "a"},
    "ck_mail_piece_item_number_digits": {"item_number": "1"},
    "ck_mail_piece_posted_has_item_number": {"status": "posted"},
    "ck_outgoing_email_sent_has_moment": {"status": "sent"},
    "ck_customer_user_id_letter": {"kind": "user_id", "login_id": "C1"},
    "ck_customer_company_id_letter": {"kind": "company_id", "login_id": "U1"},
    "ck_contract_amount_not_negative": {"amount": -1},
    "ck_price_amount_not_negative": {"amount": -1},
    "ck_price_tax_percent_known": {"tax_percent": 5},
    "ck_charge_amount_not_negative": {"amount": -1},
    "ck_invoice_period_order": {"period_from": "2026-12-01", "period_to": "2026-11-01"},
    "ck_invoice_sequence_positive": {"sequence": 0},
    "ck_invoice_total_adds_up": {"net": 1, "tax": 1, "total": 3},
    "ck_blob_sha256_shape": {"sha256": "x"},
}
# Rows that a partial unique index looks at.
WHERE: dict[str, dict[str, Any]] = {
    "uq_control_action_application_id_decided": {"side": "decided"},
    "uq_token_mail_piece_id": {"status": "reserved"},
    "uq_pin_secret_live": {"status": "issued"},
    "uq_ca_certificate_active": {"active": True},
    "uq_mail_piece_live": {"status": "prepared"},
    "uq_customer_company_id": {"kind": "company_id", "login_id": "C1"},
    "uq_contract_party_open": {"status": "open"},
}
CHECKS = [
    (table.name, str(constraint.name))
    for table in db.metadata.sorted_tables
    for constraint in table.constraints
    if isinstance(constraint, CheckConstraint)
]
UNIQUE = [
    (table.name, str(each.name), [column.name for column in each.columns])
    for table in db.metadata.sorted_tables
    for each in sorted((*table.constraints, *table.indexes), key=lambda one: str(one.name))
    if isinstance(each, UniqueConstraint) or (isinstance(each, Index) and each.unique)
]


def copy_of(table: str) -> None:
    db.session.execute(text(f"CREATE TEMP TABLE trial (LIKE {table} INCLUDING CONSTRAINTS INCLUDING INDEXES)"))
    columns = db.metadata.tables[table].columns
    for column in columns:
        if not column.primary_key:
            db.session.execute(text(f"ALTER TABLE trial ALTER COLUMN {column.name} DROP NOT NULL"))
    db.session.execute(text("ALTER TABLE trial DROP CONSTRAINT IF EXISTS trial_pkey"))
    for column in columns:
        if column.primary_key:
            db.session.execute(text(f"ALTER TABLE trial ALTER COLUMN {column.name} DROP NOT NULL"))


def put(row: dict[str, Any]) -> None:
    names = ", ".join(row)
    values = ", ".join(f":{name}" for name in row)
    db.session.execute(text(f"INSERT INTO trial ({names}) VALUES ({values})"), row)


def test_no_check_is_forgotten() -> None:
    assert {name for _table, name in CHECKS} == set(BAD)


@pytest.mark.parametrize(("table", "name"), CHECKS, ids=lambda each: each)
def test_a_check_refuses(app: Flask, table: str, name: str) -> None:
    copy_of(table)
    with pytest.raises(IntegrityError, match=name):
        put(BAD[name])
    db.session.rollback()


@pytest.mark.parametrize(("table", "name", "columns"), UNIQUE, ids=lambda each: each if isinstance(each, str) else "")
def test_the_same_twice_is_refused(app: Flask, table: str, name: str, columns: list[str]) -> None:
    copy_of(table)
    row = {column: sample(db.metadata.tables[table].columns[column]) for column in columns} | WHERE.get(name, {})
    put(row)
    with pytest.raises(IntegrityError, match="duplicate key"):
        put(row)
    db.session.rollback()


def sample(column: Any) -> Any:
    """Some value of a column's type that its own checks allow."""
    shapes = {"item_number": "13112383852", "corporate_number": "7000012050002", "login_id": "U1", "sha256": "a" * 64}
    kind = column.type.python_type
    if kind is str:
        return shapes.get(column.name, "x")
    return {UUID: uuid4(), int: 7, Decimal: 7, date: "2026-11-24", datetime: "2026-11-24", bool: True}.get(kind, "x")
