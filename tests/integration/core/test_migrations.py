"""The migrations make the very schema that the models describe, also out of a database with rows in it."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import create_engine, text

from app.core.db import db
from app.core.search import search_key
from app.core.settings import Settings
from wsgi import create_worker

COLUMNS = """
    SELECT 'column ' || class.relname || '.' || attname || ' ' || format_type(atttypid, atttypmod)
           || CASE WHEN attnotnull THEN ' not null' ELSE '' END || ' ' || attidentity::text
           || coalesce(' default ' || pg_get_expr(adbin, adrelid), '')
    FROM pg_attribute JOIN pg_class class ON class.oid = attrelid AND class.relkind = 'r'
    LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    WHERE relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped
"""
CONSTRAINTS = """
    SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
"""
INDEXES = "SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public'"
TRIGGERS = "SELECT 'trigger ' || pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"


def schema(url: str) -> set[str]:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        found = {
            line for query in (COLUMNS, CONSTRAINTS, INDEXES, TRIGGERS) for line in connection.scalars(text(query))
        }
    engine.dispose()
    return {line for line in found if "alembic_version" not in line}


@contextmanager
def database(settings: Settings, name: str) -> Iterator[Settings]:
    """One more database in the same server."""
    url = settings.database_url()
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield settings.model_copy(
            update={"database_url_given": settings.database_url_given.replace("/postgres?", f"/{name}?")}
        )
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        engine.dispose()


@pytest.fixture
def migrated(settings: Settings) -> Iterator[Flask]:
    """An application on an empty database of its own, without schema."""
    with database(settings, "migrated") as other:
        app = create_worker(other)
        with app.app_context():
            yield app
            db.session.remove()
            db.engine.dispose()
            app.extensions["redis"].close()
            app.extensions["signer"].close()


@pytest.mark.usefixtures("_schema")
def test_migrations_make_the_schema_of_the_models(settings: Settings, migrated: Flask) -> None:
    upgrade()
    made, meant = schema(str(migrated.config["SQLALCHEMY_DATABASE_URI"])), schema(settings.database_url())
    assert made - meant == set(), "the migrations make what no model has"
    assert meant - made == set(), "no migration makes what the models have"


def test_cases_of_the_first_schema_keep_their_papers(migrated: Flask) -> None:
    upgrade(revision="0001_first_tables")
    with db.engine.begin() as connection:
        for statement in FIRST_ROWS.split(";\n"):
            connection.execute(text(statement))
    upgrade()
    with db.engine.connect() as connection:
        sheets = connection.execute(text(FOUND)).all()
        assert [tuple(row) for row in sheets] == [
            ("S-2026-000001", "form_1", date(2026, 11, 20), True, "a" * 64, "受付 一郎"),
            ("S-2026-000002", "form_4", date(2026, 11, 20), True, "b" * 64, "受付 一郎"),
        ]
        missing = connection.execute(text("SELECT kind FROM paper WHERE sheet_id IS NULL")).scalars().all()
        assert missing == ["form_6"]
        closed = connection.execute(text("SELECT status, closed_on, due_on FROM application ORDER BY number")).all()
        assert [tuple(row) for row in closed] == [
            ("approved", date(2026, 11, 24), date(9999, 12, 31)),
            ("in_review", None, date(2026, 11, 27)),
        ]
        assert connection.scalar(text("SELECT step FROM decision")) == "approve"


def test_the_number_leaves_the_search_key(migrated: Flask) -> None:
    upgrade(revision="0001_first_tables")
    with db.engine.begin() as connection:
        for statement in FIRST_ROWS.split(";\n"):
            connection.execute(text(statement))
        key = "UPDATE application SET search_key = :key WHERE number = 'A-2026-000002'"
        connection.execute(text(key), {"key": "a2 20 02 26 60 00 00 00 00 02 髙﨑 﨑建 建設"})
    upgrade()
    with db.engine.connect() as connection:
        keys = connection.scalars(text("SELECT search_key FROM application ORDER BY number")).all()
    assert keys == ["", "髙﨑 﨑建 建設"]


def test_certificates_crls_and_tokens_of_the_second_schema_stay(migrated: Flask) -> None:
    upgrade(revision="0001_first_tables")
    with db.engine.begin() as connection:
        for statement in FIRST_ROWS.split(";\n"):
            connection.execute(text(statement))
    upgrade(revision="0002_registration_desk")
    with db.engine.begin() as connection:
        for statement in SECOND_ROWS.split(";\n"):
            connection.execute(text(statement))
    upgrade()
    with db.engine.connect() as connection:
        crls = connection.execute(
            text("SELECT number, size, sha256, position, data FROM crl JOIN crl_part ON crl_id = crl.id")
        )
        assert [tuple(row) for row in crls] == [
            (7, 4, hashlib.sha256(b"\x30\x02\x05\x00").hexdigest(), 0, b"\x30\x02\x05\x00")
        ]
        revoked = connection.execute(
            text("SELECT ca_certificate_id, crl_number FROM revocation ORDER BY revoked_at")
        ).all()
        assert [(str(row[0]) == CA.strip("'"), row[1]) for row in revoked] == [(True, 7), (True, None)]
        assert connection.scalars(text("SELECT name FROM token_model")).all() == ["eToken 5110"]
        assert connection.scalars(text("SELECT status FROM print_run ORDER BY started_at")).all() == [
            "closed",
            "printed",
        ]
        keys = connection.scalars(text("SELECT search_key FROM certificate")).all()
        names = ("髙﨑 花子", "", "", "TAKASAKI HANAKO", "株式会社髙﨑建設", "")
        assert keys == [search_key(*names)] * 2
        stored = connection.scalar(
            text("SELECT attstorage FROM pg_attribute WHERE attrelid = 'crl_part'::regclass AND attname = 'data'")
        )
        assert stored in ("e", b"e")  # as it is: a signed value does not compress


FOUND = """
    SELECT sheet.number, sheet.kind, sheet.received_on, sheet_use.until IS NULL, scan.sha256, sheet_event.actor_name
    FROM sheet JOIN sheet_use ON sheet_use.sheet_id = sheet.id JOIN sheet_event ON sheet_event.sheet_id = sheet.id
    LEFT JOIN scan ON scan.sheet_id = sheet.id ORDER BY sheet.sequence
"""
STAFF, FIRM, ENVELOPE, DECIDED, OPEN = (f"'00000000-0000-0000-0000-00000000000{number}'" for number in range(1, 6))
FORM_1, FORM_4, FORM_6 = (f"'00000000-0000-0000-0000-0000000000a{number}'" for number in (1, 4, 6))
# An approved case, and an open one: a paper that came, one that was scanned and then called missing, one that is missing.
FIRST_ROWS = f"""
    INSERT INTO staff (id, email, name, roles, active, fs_uniquifier, password, created_at,
                       must_change_password, failed_sign_ins)
    VALUES ({STAFF}, 'a@example.jp', '受付 一郎', '{{reception}}', true, 'x', 'x', now(), false, 0);
    INSERT INTO company (id, name, name_kana, name_romaji, postal_code, address, representative_title,
                         representative_name, created_at)
    VALUES ({FIRM}, '株式会社髙﨑建設', '', '', '', '', '', '', now());
    INSERT INTO envelope (id, item_number, received_on, received_by, created_at)
    VALUES ({ENVELOPE}, '35685969384', '2026-11-20', {STAFF}, now());
    INSERT INTO application (id, number, kind, status, services, envelope_id, company_id, received_on, profile_version,
                             version, approved_at, search_key, created_at)
    VALUES ({DECIDED}, 'A-2026-000001', 'new', 'approved', '{{contract}}', {ENVELOPE}, {FIRM}, '2026-11-20', 1, 1,
            '2026-11-23T16:00Z', '', now()),
           ({OPEN}, 'A-2026-000002', 'new', 'in_review', '{{contract}}', {ENVELOPE}, {FIRM}, '2026-11-20', 1, 1, NULL,
            '', now());
    INSERT INTO decision (id, application_id, kind, digest, reason, decided_by, decided_by_name, decided_at)
    VALUES (gen_random_uuid(), {DECIDED}, 'approved', repeat('0', 64), '', {STAFF}, 'x', '2026-11-23T16:00Z');
    INSERT INTO paper (id, application_id, kind, position, received_on, issued_on_text, fields)
    VALUES ({FORM_1}, {DECIDED}, 'form_1', 1, '2026-11-20', '', '{{}}'),
           ({FORM_4}, {OPEN}, 'form_4', 2, NULL, '', '{{}}'),
           ({FORM_6}, {OPEN}, 'form_6', 3, NULL, '', '{{}}');
    INSERT INTO scan (id, paper_id, sha256, media_type, byte_count, uploaded_by, created_at)
    VALUES (gen_random_uuid(), {FORM_1}, repeat('a', 64), 'image/png', 1, {STAFF}, now()),
           (gen_random_uuid(), {FORM_4}, repeat('b', 64), 'image/png', 1, {STAFF}, now())
"""
CA, HOLDER = (f"'00000000-0000-0000-0000-0000000000b{number}'" for number in (1, 2))
PINS = [f"'00000000-0000-0000-0000-0000000000c{number}'" for number in (1, 2)]
ENROLMENTS = [f"'00000000-0000-0000-0000-0000000000d{number}'" for number in (1, 2)]
CERTIFICATES = [f"'00000000-0000-0000-0000-0000000000e{number}'" for number in (1, 2)]
# Two revoked certificates, of which one came after the newest CRL; a token; a run that was closed and one that was not.
SECOND_ROWS = f"""
    INSERT INTO applicant (id, number, application_id, position, name, name_kana, name_romaji, postal_code, address, building,
                           email, user_id_email, wants_certificate, wants_user_id, created_at)
    VALUES ({HOLDER}, 'A-2026-000001-1', {DECIDED}, 1, '髙﨑 花子', '', 'TAKASAKI HANAKO', '', '', '', '', '', true, true, now());
    INSERT INTO ca_certificate (id, purpose, key_label, der, sha256, serial, not_before, not_after, active, ceremony, created_at)
    VALUES ({CA}, 'ca', 'ca', '', 'x', '31', now(), now(), true, '{{}}', now());
    INSERT INTO pin_secret (id, kind, applicant_id, status, verifier, attempts, created_at)
    VALUES ({PINS[0]}, 'application', {HOLDER}, 'used', 'v', 0, now()), ({PINS[1]}, 'application', {HOLDER}, 'used', 'v', 0, now());
    INSERT INTO enrolment (id, applicant_id, application_pin_id, status, consented_at, csr, attested, created_at)
    VALUES ({ENROLMENTS[0]}, {HOLDER}, {PINS[0]}, 'issued', now(), '', false, now()),
           ({ENROLMENTS[1]}, {HOLDER}, {PINS[1]}, 'issued', now(), '', false, now());
    INSERT INTO certificate (id, serial, enrolment_id, applicant_id, ca_certificate_id, profile_version, status, tbs, der, subject,
                             created_at)
    VALUES ({CERTIFICATES[0]}, '31aa', {ENROLMENTS[0]}, {HOLDER}, {CA}, 1, 'revoked', '', '', '', now()),
           ({CERTIFICATES[1]}, '31bb', {ENROLMENTS[1]}, {HOLDER}, {CA}, 1, 'revoked', '', '', '', now());
    INSERT INTO revocation (id, certificate_id, reason, asked_by, asked_at, revoked_at, decided_by_name, crl_entry)
    VALUES (gen_random_uuid(), {CERTIFICATES[0]}, 'superseded', 'holder', now(), '2026-11-24T00:00Z', 'x', ''),
           (gen_random_uuid(), {CERTIFICATES[1]}, 'superseded', 'holder', now(), '2026-11-25T00:00Z', 'x', '');
    INSERT INTO crl (id, ca_certificate_id, number, shard, der, this_update, next_update, entry_count)
    VALUES (gen_random_uuid(), {CA}, 7, '000', decode('30020500', 'hex'), '2026-11-24T12:00Z', '2026-11-28T12:00Z', 1);
    INSERT INTO token (id, serial_number, model, batch, status, changed_at, created_at)
    VALUES (gen_random_uuid(), 'SN-1', 'eToken 5110', '', 'in_stock', now(), now());
    INSERT INTO print_run (id, operator_id, operator_name, witness_name, piece_count, spoiled_count, started_at, closed_at)
    VALUES (gen_random_uuid(), {STAFF}, 'a', 'b', 1, 0, '2026-11-24T00:00Z', '2026-11-24T01:00Z'),
           (gen_random_uuid(), {STAFF}, 'a', 'b', 1, 0, '2026-11-25T00:00Z', NULL)
"""
