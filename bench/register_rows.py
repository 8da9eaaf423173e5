"""What stands in the registers after years of work, on the cases of `bench.cases`: certificates, tokens, papers, accounts, the books.

One certificate, eToken, envelope, e-mail and customer for each applicant, so that every register is as long as the
table of applicants (1.4 for each case); the states are as rare as they are in real life. `bench.mailroom_rows` has the mailroom's.
"""

import re

from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import text

from app.core.db import db
from bench.cases import EMAIL, drop_indexes, make_indexes
from bench.mailroom_rows import MAILROOM
from tests.factories.pki import Pki

ROLES = "{auditor,mailroom,officer}"  # all registers, and the buttons of the mailroom

CERTIFICATION = (
    """INSERT INTO ca_certificate (id, purpose, generation, key_label, der, sha256, serial, not_before, not_after, active,
      ceremony, created_at)
    VALUES (gen_random_uuid(), 'ca', 1, 'ca', :der, 'x', '01', now(), now() + '10 years', true, '{}', now())""",
    """INSERT INTO pin_secret (id, kind, applicant_id, verifier, status, attempts, created_at)
    SELECT gen_random_uuid(), 'application', id, 'v', 'used', 0, now() FROM applicant""",
    """INSERT INTO enrolment (id, applicant_id, kind, application_pin_id, status, consented_at, csr, channel, attested, created_at)
    SELECT gen_random_uuid(), applicant_id, 'new', id, 'issued', now(), 'x', 'client', false, now() FROM pin_secret""",
    """INSERT INTO token_model (id, name, approved, key_kinds, pin_shortest, pin_longest, pin_tries, reorder_level, created_at)
    VALUES (gen_random_uuid(), 'eToken 5110', true, '{rsa-3072}', 6, 15, 10, 50, now())""",
    """INSERT INTO token_batch (id, name, model_id, supplier, received_on, count, received_by, received_by_name, created_at)
    SELECT gen_random_uuid(), 'N-' || n, (SELECT id FROM token_model), '', '2026-01-01', 500, (SELECT id FROM staff LIMIT 1), 'x', now()
    FROM generate_series(0, (SELECT count(*) FROM applicant) / 500) n""",
    """INSERT INTO token (id, serial_number, model, batch, batch_id, status, mail_piece_id, applicant_id, changed_at, created_at)
    SELECT gen_random_uuid(), upper(lpad(to_hex(n), 10, '0')), 'eToken 5110', 'N-' || n / 500,
      (SELECT id FROM token_batch WHERE name = 'N-' || n / 500), state,
      CASE WHEN state <> 'in_stock' THEN id END, CASE WHEN state <> 'in_stock' THEN id END, now(), now()
    FROM (SELECT id, n, CASE WHEN n % 500 = 1 THEN 'in_stock' WHEN n % 997 = 2 THEN 'returned' WHEN n % 100 = 3 THEN 'lost'
        WHEN n % 300 = 4 THEN 'posted' ELSE 'active' END AS state
      FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM applicant) a) b ORDER BY n""",
    """INSERT INTO certificate (id, serial, enrolment_id, applicant_id, ca_certificate_id, shard, profile_version, status, tbs, der,
      sha256, subject, not_before, not_after, identity_anchor, created_at, suspect_reason, search_key)
    SELECT gen_random_uuid(), md5(n::text), e.id, e.applicant_id, (SELECT id FROM ca_certificate), '000', 1, state, :der, :der,
      md5(n::text) || md5('s' || n), 'CN=X', now() - '400 days'::interval, now() + (n % 1000 - 300) * '1 day'::interval,
      now() - '400 days'::interval, now() - n * '1 minute'::interval, CASE WHEN state = 'suspect' THEN 'answer-lost' ELSE '' END,
      e.search_key
    FROM (SELECT f.id, f.applicant_id, k.search_key, f.n, CASE WHEN n % 20 = 0 THEN 'revoked' WHEN n % 5000 = 1 THEN 'intended'
        WHEN n % 20000 = 2 THEN 'suspect' ELSE 'active' END AS state
      FROM (SELECT id, applicant_id, row_number() OVER () AS n FROM enrolment) f
      JOIN applicant p ON p.id = f.applicant_id JOIN application k ON k.id = p.application_id) e""",
    """INSERT INTO revocation_request (id, number, certificate_id, status, asked_by, asker_name, channel, circumstance, reason,
      explanation, needs_two, asked_at, received_by_name, confirmed_by_name, decided_by_name, refusal_reason, decided_at, created_at)
    SELECT gen_random_uuid(), 'R-2026-' || lpad(n::text, 6, '0'), id, state, 'holder', '測定', 'paper', 'loss', 'keyCompromise',
      '', false, now(), 'x', '', '', '', CASE WHEN state <> 'received' THEN now() END, now()
    FROM (SELECT id, n, CASE WHEN status = 'revoked' THEN 'revoked' WHEN n % 3000 = 7 THEN 'received' ELSE 'withdrawn' END AS state
      FROM (SELECT id, status, row_number() OVER () AS n FROM certificate) a) b ORDER BY n""",
    """INSERT INTO revocation (id, certificate_id, ca_certificate_id, shard, reason, asked_by, asked_at, revoked_at, decided_by_name,
      crl_entry, crl_number)
    SELECT gen_random_uuid(), id, ca_certificate_id, '000', 'keyCompromise', 'holder', now(), now(), 'x', 'x', 1
    FROM certificate WHERE status = 'revoked'""",
)
REGISTRATION = (
    """INSERT INTO sheet (id, number, envelope_id, kind, leaf_count, received_on, status, shelf, lent_to, due_back_on, created_at)
    SELECT id, 'S-2026-' || lpad(sequence::text, 7, '0'), envelope_id, 'form_1', 1, received_on,
      CASE WHEN sequence % 5000 = 1 THEN 'lent' WHEN sequence % 4000 = 2 THEN 'to_return' ELSE 'held' END,
      CASE WHEN sequence % 9000 = 3 THEN '' ELSE 'B' || sequence % 90 || '-' || sequence % 12 END,
      CASE WHEN sequence % 5000 = 1 THEN '測定' ELSE '' END, CASE WHEN sequence % 5000 = 1 THEN received_on END, now()
    FROM application ORDER BY sequence""",
    """INSERT INTO paper (id, application_id, sheet_id, kind, position, received_on, issued_on_text, fields)
    SELECT id, id, id, 'form_1', 1, received_on, '', '{}' FROM application""",
    """INSERT INTO sheet_use (id, sheet_id, paper_id, application_id, since) SELECT id, id, id, id, now() FROM application""",
    """INSERT INTO deficiency_notice (id, number, application_id, status, issued_on, due_on, remark, written_by, written_by_name,
      written_at, closed_at, closed_reason)
    SELECT id, 'D-2026-' || lpad(sequence::text, 6, '0'), id, state, received_on, received_on + 30, '', (SELECT id FROM staff LIMIT 1),
      'x', now(), CASE WHEN state <> 'open' THEN now() END, ''
    FROM (SELECT *, CASE WHEN status = 'incomplete' THEN 'open' WHEN sequence % 900 = 1 THEN 'expired' ELSE 'answered' END AS state
      FROM application) a ORDER BY sequence""",
    """INSERT INTO deficiency_item (id, notice_id, position, paper_id, code, detail, words, remedy, answer)
    SELECT id, id, 1, id, 'stale', '', '', 'send_new', '' FROM application""",
)
ACCOUNTS = (
    """INSERT INTO company_account (id, company_id, application_id, department, status, created_at)
    SELECT DISTINCT ON (company_id) id, company_id, id, '', 'open', now() FROM application ORDER BY company_id, sequence""",
    """INSERT INTO customer (id, sequence, login_id, kind, company_account_id, applicant_id, name, email, active, fs_uniquifier,
      failed_sign_ins, created_at)
    OVERRIDING SYSTEM VALUE
    SELECT p.id, row_number() OVER (), 'U' || 10000000 + row_number() OVER (), 'user_id', a.id, p.id, p.name, 'x@example.jp', true,
      p.number, 0, now()
    FROM applicant p JOIN application k ON k.id = p.application_id JOIN company_account a ON a.company_id = k.company_id""",
    """INSERT INTO invoice (id, number, year, sequence, company_account_id, period_from, period_to, issued_on, due_on, status,
      recipient, net, tax, total, totals_by_rate, pdf_sha256, created_at)
    SELECT gen_random_uuid(), 'INV-2026-' || lpad(n::text, 6, '0'), 2026, n, id, day, day, day, day + 30, 'sent',
      jsonb_build_object('company_name', name), 1000, 100, 1100, '[]', 'x', now()
    FROM (SELECT a.id, c.name, CURRENT_DATE - month * 30 AS day, row_number() OVER (ORDER BY month DESC, a.id) AS n
      FROM company_account a JOIN company c ON c.id = a.company_id CROSS JOIN generate_series(0, 19) AS month) b""",
)
BOOKS = (
    """INSERT INTO audit_entry (seq, at, event, outcome, subject_type, subject_id, actor_kind, actor_id, actor_name, detail,
      previous_hash, hash)
    SELECT row_number() OVER (ORDER BY p.id, step), now(), (ARRAY['application:receive', 'application:approve', 'certificate:issue'])[step],
      CASE WHEN (get_byte(uuid_send(p.id), 15) = 17 AND step = 2) THEN 'refused' ELSE 'done' END,
      (ARRAY['application', 'application', 'certificate'])[step], (CASE WHEN step < 3 THEN p.application_id ELSE p.id END)::text, 'staff',
      (SELECT id FROM staff LIMIT 1), '担当 ' || (get_byte(uuid_send(p.id), 15) % 20), '{}', md5(p.number), md5(p.number || step)
    FROM applicant p CROSS JOIN generate_series(1, 3) AS step""",
    """INSERT INTO audit_head (id, seq, hash) SELECT 1, seq, hash FROM audit_entry ORDER BY seq DESC LIMIT 1
    ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash""",
    """INSERT INTO promise (id, name, subject_id, due_at, attempts, done_at, created_at)
    SELECT gen_random_uuid(), 'issuance.jobs.issue.issue', id, now(), 1, CASE WHEN n % 3000 = 1 THEN NULL ELSE now() END, now()
    FROM (SELECT id, row_number() OVER () AS n FROM applicant) a""",
)
ROWS = (*CERTIFICATION, *REGISTRATION, *ACCOUNTS, *MAILROOM, *BOOKS)
TABLES = tuple(dict.fromkeys(re.findall(r"INSERT INTO (\w+)", " ".join(ROWS))))


def fill_registers() -> None:
    """Fill every register on the cases that are there; the member of staff of `bench.cases` may open all of them."""
    der = Pki().ca.public_bytes(Encoding.DER)
    with db.engine.begin() as connection:
        indexes = drop_indexes(connection, TABLES)
        for statement in ROWS:
            connection.execute(text(statement), {"der": der} if ":der" in statement else {})
        connection.execute(
            text("UPDATE staff SET roles = :roles WHERE email = :email"), {"email": EMAIL, "roles": ROLES}
        )
        make_indexes(connection, indexes)
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
