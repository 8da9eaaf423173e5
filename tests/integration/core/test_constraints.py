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

ONE = str(uuid4())  # one and the same person
BAD: dict[str, dict[str, Any]] = {
    "ck_staff_active_has_role": {"active": True, "roles": []},
    "ck_company_corporate_number_shape": {"corporate_number": "12"},
    "ck_envelope_item_number_digits": {"item_number": "131-12"},
    "ck_application_has_service": {"services": []},
    "ck_application_approved_has_moment": {"status": "approved"},
    "ck_envelope_registered_mail_has_item_number": {"arrived_by": "by_hand", "item_number": "35685969384"},
    "ck_application_change_says_what": {"kind": "change", "change_items": []},
    "ck_application_hold_has_reason": {"held_at": "2026-11-24", "held_by": str(uuid4()), "held_reason": ""},
    "ck_application_closed_has_day": {"status": "refused"},
    "ck_paper_present_has_sheet": {"received_on": "2026-11-24"},
    "ck_sheet_has_leaf": {"leaf_count": 0},
    "ck_sheet_lent_to_somebody": {"status": "lent", "lent_to": ""},
    "ck_sheet_destroyed_has_day": {"status": "destroyed"},
    "ck_sheet_kept_until_its_day": {
        "status": "destroyed",
        "destroyed_on": "2036-11-24",
        "keep_until": "2036-11-24",
        "lent_to": "",
    },
    "ck_sheet_use_period_order": {"since": "2026-11-24", "until": "2026-11-23"},
    "ck_disposal_two_people": {"proposed_by": ONE, "confirmed_by": ONE, "confirmed_at": "2026-11-24", "status": "done"},
    "ck_disposal_done_has_moment": {"status": "done"},
    "ck_disposal_confirmed_by_somebody": {"confirmed_at": "2026-11-24", "status": "done"},
    "ck_retention_hold_has_reason": {"reason": ""},
    "ck_retention_hold_lifted_by_somebody": {"lifted_at": "2026-11-24"},
    "ck_judgement_has_reason": {"reason": ""},
    "ck_case_note_has_text": {"text": ""},
    "ck_deficiency_notice_due_after_issue": {"issued_on": "2026-11-24", "due_on": "2026-11-24"},
    "ck_deficiency_notice_closed_has_moment": {"status": "answered"},
    "ck_deficiency_item_corrected_goes_back": {"remedy": "correct"},
    "ck_case_letter_has_address": {"recipient_address": ""},
    "ck_case_letter_notice_if_about_one": {"kind": "deficiency_notice"},
    "ck_case_letter_refusal_has_reason_code": {"kind": "refusal_notice", "keep_until": "2036-11-24", "papers": "kept"},
    "ck_case_letter_kept_until_if_kept": {"papers": "returned", "keep_until": "2036-11-24"},
    "ck_case_letter_refusal_keeps_papers": {"kind": "refusal_notice", "reason_code": "other"},
    "ck_approval_profile_version_after_built_in": {"version": 1},
    "ck_approval_profile_two_people": {
        "proposed_by": ONE,
        "decided_by": ONE,
        "decided_at": "2026-11-24",
        "status": "active",
    },
    "ck_approval_profile_decided_by_somebody": {"status": "active"},
    "ck_approval_profile_decided_has_moment": {"status": "proposed", "decided_at": "2026-11-24"},
    "ck_approval_profile_accredited_before_active": {
        "status": "active",
        "needs_accreditation": True,
        "accreditation_reference": "",
        "decided_by": ONE,
        "decided_at": "2026-11-24",
    },
    "ck_company_change_changes_something": {"old_value": "a", "new_value": "a"},
    "ck_disclosure_request_two_people": {
        "received_by": ONE,
        "decided_by": ONE,
        "decided_at": "2026-11-24",
        "status": "granted",
        "reason": "x",
    },
    "ck_disclosure_request_decided_has_moment": {"status": "granted", "reason": "x"},
    "ck_disclosure_request_decided_by_somebody": {"status": "granted", "reason": "x", "decided_at": "2026-11-24"},
    "ck_disclosure_request_decision_has_reason": {
        "status": "granted",
        "reason": "",
        "decided_at": "2026-11-24",
        "decided_by": ONE,
    },
    "ck_emergency_approval_has_reason": {"reason": ""},
    "ck_emergency_approval_two_people": {
        "declared_by": ONE,
        "countersigned_by": ONE,
        "countersigned_at": "2026-11-24",
    },
    "ck_emergency_approval_followed_up_by_third": {
        "declared_by": ONE,
        "followed_up_by": ONE,
        "followed_up_at": "2026-11-24",
        "finding": "x",
    },
    "ck_emergency_approval_countersigned_has_moment": {"countersigned_at": "2026-11-24"},
    "ck_emergency_approval_followed_up_has_moment": {"followed_up_at": "2026-11-24", "finding": "x"},
    "ck_emergency_approval_follow_up_has_finding": {
        "followed_up_by": ONE,
        "followed_up_at": "2026-11-24",
        "finding": "",
    },
    "ck_decision_approval_has_step": {"kind": "approved", "step": ""},
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
    "ck_mail_piece_posted_has_item_number": {"status": "posted", "posting": "recorded"},
    "ck_mail_piece_to_a_holder_or_not": {"kind": "approval_notice", "posting": "restricted"},
    "ck_mail_piece_case_letter_or_not": {"kind": "refusal_notice", "posting": "ordinary"},
    "ck_mail_piece_secret_travels_restricted": {
        "kind": "approval_notice",
        "applicant_id": str(uuid4()),
        "posting": "ordinary",
    },
    "ck_mail_piece_secret_is_not_kept": {
        "kind": "approval_notice",
        "applicant_id": str(uuid4()),
        "posting": "restricted",
        "document_sha256": "a" * 64,
    },
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
    "ck_authority_check_findings_not_negative": {"finding_count": -1},
    "ck_certificate_profile_decided_by_somebody": {"status": "active"},
    "ck_certificate_profile_version_after_built_in": {"version": 1},
    "ck_certificate_profile_accredited_before_active": {
        "status": "active",
        "needs_accreditation": True,
        "accreditation_reference": "",
        "decided_by": ONE,
        "decided_at": "2026-11-24",
    },
    "ck_certificate_profile_two_people": {"decided_by": ONE, "proposed_by": ONE, "decided_at": "2026-11-24"},
    "ck_certificate_profile_decided_has_moment": {"decided_by": ONE},
    "ck_ca_certificate_generation_positive": {"generation": 0},
    "ck_ca_certificate_cross_signs_nothing": {"active": True, "purpose": "cross"},
    "ck_certificate_suspect_has_reason": {"status": "suspect", "tbs": b"x", "suspect_reason": ""},
    "ck_certificate_notice_step_not_negative": {"step": -1},
    "ck_crl_update_order": {"this_update": "2026-11-24", "next_update": "2026-11-24"},
    "ck_outgoing_email_bounced_has_moment": {"status": "bounced", "sent_at": "2026-11-24"},
    "ck_email_address_address_in_lower_case": {"address": "A@example.jp"},
    "ck_email_address_bounces_not_negative": {"soft_bounces": -1},
    "ck_enrolment_renewal_renews_something": {"kind": "renewal", "signature": b"x"},
    "ck_enrolment_renewal_is_signed": {"kind": "renewal", "renews_id": ONE, "status": "opened"},
    "ck_enrolment_papers_come_with_a_pin": {"kind": "new"},
    "ck_enrolment_attested_by_something": {"attested": True},
    "ck_print_run_closed_has_moment": {"status": "closed"},
    "ck_mail_piece_agent_only_where_allowed": {"agent_name": "x", "restricted_kind": "notifying"},
    "ck_mail_piece_sheet_after_print": {"sheet_out_at": "2026-11-24"},
    "ck_mail_piece_certificate_notice_or_not": {"kind": "renewal_notice", "posting": "ordinary"},
    "ck_mail_piece_id_notice_or_not": {"kind": "id_notice", "posting": "recorded"},
    "ck_mail_piece_invoice_cover_or_not": {"kind": "invoice_cover", "posting": "ordinary"},
    "ck_mail_piece_resend_notice_lies_beside": {
        "kind": "resend_notice",
        "posting": "ordinary",
        "letter_id": str(uuid4()),
    },
    "ck_mail_piece_weight_positive": {"weight_grams": 0},
    "ck_mail_piece_inspected_by_two": {"inspection": "sealed", "inspected_by_name": "a", "inspection_witness": "a"},
    "ck_item_number_band_following_inside": {"first": 10, "last": 20, "following": 22},
    "ck_item_number_band_order": {"first": 20, "last": 10},
    "ck_posting_list_receipt_has_day": {"receipt_sha256": "a" * 64},
    "ck_posting_list_not_empty": {"piece_count": 0},
    "ck_posting_list_total_not_negative": {"total_yen": -1},
    "ck_delivery_outcome_item_number_digits": {"item_number": "1"},
    "ck_delivery_outcome_settled_how": {"settled_at": "2026-11-24", "note": ""},
    "ck_revocation_request_two_people": {
        "status": "revoked",
        "needs_two": True,
        "confirmed_by": ONE,
        "decided_by": ONE,
        "decided_at": "2026-11-24",
    },
    "ck_revocation_request_decided_has_moment": {"status": "received", "decided_at": "2026-11-24"},
    "ck_revocation_request_two_where_the_policy_says_so": {
        "status": "revoked",
        "needs_two": True,
        "decided_by": ONE,
        "decided_at": "2026-11-24",
    },
    "ck_revocation_request_refusal_has_reason": {
        "status": "refused",
        "refusal_reason": "",
        "decided_at": "2026-11-24",
    },
    "ck_revocation_request_telephone_is_called_back": {"channel": "telephone", "call_back": ""},
    "ck_revocation_batch_counts_what_it_lists": {"serials": ["a"], "count": 2},
    "ck_revocation_batch_does_no_more_than_it_lists": {"done_count": 2, "count": 1},
    "ck_revocation_batch_revokes_something": {"count": 0},
    "ck_revocation_batch_two_people": {"decided_by": ONE, "proposed_by": ONE},
    "ck_revocation_batch_decided_by_somebody": {"status": "done"},
    "ck_envelope_stock_window_order": {"window_left": 9, "window_right": 8, "window_top": 1, "window_bottom": 2},
    "ck_envelope_stock_window_inside_width": {"window_left": -1, "window_right": 8, "width": 9},
    "ck_envelope_stock_window_inside_height": {"window_top": 1, "window_bottom": 8, "height": 7},
    "ck_envelope_stock_sheet_fits": {"sheet_width": 9, "width": 8, "sheet_height": 1, "height": 2},
    "ck_letter_template_two_people": {"decided_by": ONE, "proposed_by": ONE},
    "ck_letter_template_decided_by_somebody": {"status": "active"},
    "ck_letter_template_version_after_built_in": {"version": 1},
    "ck_token_model_pin_lengths": {"pin_shortest": 3, "pin_longest": 8},
    "ck_token_model_has_key_kind": {"key_kinds": []},
    "ck_token_model_pin_tries_range": {"pin_tries": 2},
    "ck_token_batch_not_empty": {"count": 0},
    "ck_token_destroyed_is_retired": {"destroyed_at": "2026-11-24", "status": "held"},
    "ck_so_pin_disclosure_two_people": {"decided_by": ONE, "asked_by": ONE},
    "ck_so_pin_disclosure_decided_by_somebody": {"status": "granted"},
    "ck_so_pin_disclosure_has_reason": {"reason": ""},
    "ck_so_pin_disclosure_shown_has_moment": {"status": "shown", "decided_by": ONE},
}
# Rows that a partial unique index looks at.
WHERE: dict[str, dict[str, Any]] = {
    "uq_decision_step": {"kind": "approved", "step": "approve"},
    "uq_decision_approver": {"kind": "approved", "step": "approve"},
    "uq_sheet_use_current": {"until": None},
    "uq_deficiency_notice_open": {"status": "open"},
    "uq_case_letter_deficiency": {"kind": "deficiency_notice"},
    "uq_case_letter_closing": {"kind": "withdrawal_notice"},
    "uq_mail_piece_live_letter": {"status": "prepared"},
    "uq_approval_profile_active": {"status": "active", "decided_by": str(uuid4()), "decided_at": "2026-11-24"},
    "uq_approval_profile_proposed": {"status": "proposed"},
    "uq_emergency_approval_open": {"withdrawn_at": None},
    "uq_token_mail_piece_id": {"status": "reserved"},
    "uq_pin_secret_live": {"status": "issued"},
    "uq_ca_certificate_active": {"active": True, "purpose": "ca"},
    "uq_ca_certificate_responder": {"active": True, "purpose": "ocsp"},
    "uq_certificate_enrolment_id": {"status": "active", "tbs": b"x", "der": b"x"},
    "uq_enrolment_renews_id": {"kind": "renewal", "status": "opened", "signature": b"x"},
    "uq_mail_piece_live_notice": {"status": "prepared"},
    "uq_mail_piece_waiting_account": {"status": "prepared"},
    "uq_mail_piece_waiting_invoice": {"status": "prepared"},
    "uq_revocation_request_open": {"status": "received"},
    "uq_certificate_profile_active": {"status": "active", "decided_by": str(uuid4()), "decided_at": "2026-11-24"},
    "uq_certificate_profile_proposed": {"status": "proposed"},
    "uq_so_pin_disclosure_open": {"status": "asked"},
    "uq_envelope_stock_in_use": {"in_use": True},
    "uq_letter_template_active": {"status": "active", "decided_by": str(uuid4())},
    "uq_letter_template_proposed": {"status": "proposed"},
    "uq_mail_piece_live": {"status": "prepared"},
    "uq_customer_company_id": {"kind": "company_id", "login_id": "C1"},
    "uq_contract_party_open": {"status": "open"},
}
CHECKS = sorted(  # in one order, so that processes that share the tests collect the same
    (table.name, str(constraint.name))
    for table in db.metadata.tables.values()
    for constraint in table.constraints
    if isinstance(constraint, CheckConstraint)
)
UNIQUE = [
    (table.name, str(each.name), [column.name for column in each.columns])
    for table in db.metadata.tables.values()
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
