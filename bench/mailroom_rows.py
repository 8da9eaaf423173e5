"""The mailroom after years of work, as SQL for `bench.register_rows`: envelopes, runs, lists, what the post said, e-mails.

The newest 1,700 envelopes are on their way (all of them, where there are fewer); of the others 98 of 100 were delivered. A run of the
printer has 50 sheets, a posting list 100 envelopes.
"""

MAILROOM = (
    """CREATE TEMP TABLE going ON COMMIT DROP AS
    SELECT id, application_id, n, CURRENT_DATE - (back / 100)::int AS day,
      CASE WHEN back < 300 THEN 'prepared' WHEN back < 400 THEN 'printed' WHEN back < 600 THEN 'enclosed' WHEN back < 1400 THEN 'posted'
        WHEN back < 1700 THEN 'notified' WHEN n % 100 = 1 THEN 'returned' WHEN n % 500 = 2 THEN 'lost' WHEN n % 300 = 3 THEN 'spoiled'
        ELSE 'delivered' END AS status, back
    FROM (SELECT id, application_id, row_number() OVER (ORDER BY id) AS n, (SELECT count(*) FROM applicant) - row_number() OVER (ORDER BY id) AS back
      FROM applicant) a""",
    """INSERT INTO print_run (id, operator_id, operator_name, witness_name, status, printer, piece_count, spoiled_count, started_at,
      closed_at)
    SELECT lpad(to_hex(n / 50), 32, '0')::uuid, (SELECT id FROM staff LIMIT 1), '測定 太郎', '測定 花子',
      CASE WHEN min(back) > 400 THEN 'closed' ELSE 'printed' END, 'browser', count(*), 0, min(day), CASE WHEN min(back) > 400 THEN now() END
    FROM going WHERE status <> 'prepared' GROUP BY n / 50""",
    """INSERT INTO posting_list (id, number, posted_on, post_office, piece_count, total_yen, made_by, made_by_name, made_at)
    SELECT lpad(to_hex(n / 100), 32, '0')::uuid, 'P-2026-' || n / 100, min(day), '', count(*), 100000, (SELECT id FROM staff LIMIT 1), 'x',
      min(day)
    FROM going WHERE back > 800 GROUP BY n / 100 ORDER BY n / 100""",
    """INSERT INTO mail_piece (id, number, kind, posting, applicant_id, application_id, status, print_run_id, printed_at, sheet_out_at,
      enclosed_at, token_serial, shape, weight_grams, postage_yen, payment, restricted_kind, posting_list_id, item_number, posted_on,
      notified_on, kept_until, delivered_on, delivered_to, came_back_on, inspection, inspected_by_name, inspection_witness, created_at)
    SELECT id, 'L-2026-' || lpad(n::text, 6, '0'), 'approval_notice', 'restricted', id, application_id, status,
      CASE WHEN status <> 'prepared' THEN lpad(to_hex(n / 50), 32, '0')::uuid END,
      CASE WHEN status <> 'prepared' THEN day END, CASE WHEN status <> 'prepared' THEN day END,
      CASE WHEN status NOT IN ('prepared', 'printed') THEN day END,
      CASE WHEN status NOT IN ('prepared', 'printed') THEN upper(lpad(to_hex(n), 10, '0')) END, 'standard', 40, 1000, 'account',
      'basic', CASE WHEN is_out AND back > 800 THEN lpad(to_hex(n / 100), 32, '0')::uuid END,
      CASE WHEN is_out THEN (3100000000 + n)::text || (3100000000 + n) % 7 END, CASE WHEN is_out THEN day END,
      CASE WHEN status = 'notified' THEN day + 2 END, CASE WHEN status = 'notified' THEN CURRENT_DATE + (n % 10)::int END,
      CASE WHEN status = 'delivered' THEN day + 2 END, CASE WHEN status = 'delivered' THEN '本人' END,
      CASE WHEN status = 'returned' THEN day + 12 END, CASE WHEN status = 'returned' AND n % 2000 <> 1 THEN 'sealed' END, 'a', 'b', now()
    FROM (SELECT *, status NOT IN ('prepared', 'printed', 'enclosed', 'spoiled') AS is_out FROM going) a ORDER BY n""",
    """INSERT INTO mail_piece_event (id, mail_piece_id, status, at, actor_name, witness_name, detail)
    SELECT gen_random_uuid(), id, step, day, '測定 太郎', '', '{}'
    FROM going CROSS JOIN unnest(ARRAY['printed', 'enclosed', 'posted']) AS step WHERE status <> 'prepared'""",
    """INSERT INTO case_letter (id, kind, application_id, issued_on, posting, recipient_company, recipient_department, recipient_name,
      recipient_email, recipient_postal_code, recipient_address, reason_code, reason, papers, keep_until, written_by_name, written_at)
    SELECT id, CASE WHEN status = 'refused' THEN 'refusal_notice' ELSE 'withdrawal_notice' END, id, received_on,
      CASE WHEN status = 'refused' THEN 'simple_registered' ELSE 'ordinary' END, '株式会社測定', '', '', '', '', '東京都',
      CASE WHEN status = 'refused' THEN 'identity' END, '', 'kept', received_on + 3650, 'x', now()
    FROM application WHERE status IN ('refused', 'withdrawn')""",
    """INSERT INTO mail_piece (id, number, kind, posting, letter_id, application_id, status, item_number, posted_on, delivered_on,
      delivered_to, created_at)
    SELECT id, 'LC-' || n, kind, posting, id, application_id, CASE WHEN posting = 'ordinary' THEN 'posted' ELSE 'delivered' END,
      CASE WHEN posting <> 'ordinary' THEN (3900000000 + n)::text || (3900000000 + n) % 7 END, issued_on, issued_on, 'x', now()
    FROM (SELECT *, row_number() OVER (ORDER BY issued_on, id) AS n FROM case_letter) a ORDER BY n""",
    """INSERT INTO mail_piece (id, number, kind, posting, account_id, application_id, status, item_number, posted_on, created_at)
    SELECT gen_random_uuid(), 'LI-' || n, 'id_notice', 'simple_registered', id, application_id,
      CASE WHEN n % 50 = 0 THEN 'prepared' ELSE 'delivered' END,
      CASE WHEN n % 50 <> 0 THEN (3950000000 + n)::text || (3950000000 + n) % 7 END, CASE WHEN n % 50 <> 0 THEN CURRENT_DATE - 400 END, now()
    FROM (SELECT *, row_number() OVER (ORDER BY id) AS n FROM company_account) a ORDER BY n""",
    """INSERT INTO mail_piece (id, number, kind, posting, invoice_id, application_id, status, posted_on, created_at)
    SELECT gen_random_uuid(), 'LB-' || i.sequence, 'invoice_cover', 'ordinary', i.id, a.application_id, 'posted', i.issued_on, now()
    FROM invoice i JOIN company_account a ON a.id = i.company_account_id WHERE i.sequence % 10 = 0 ORDER BY i.sequence""",
    """INSERT INTO item_number_band (id, posting, first, last, following, received_on, note, received_by_name, created_at)
    VALUES (gen_random_uuid(), 'restricted', 3100000000, 3199999999, 3100000000 + (SELECT count(*) FROM applicant) + 1, CURRENT_DATE,
      '', 'x', now())""",
    """INSERT INTO delivery_outcome (id, item_number, status, happened_on, office, source, line, mail_piece_id, recorded_by, recorded_by_name,
      recorded_at, settled_at, settled_by_name, note)
    SELECT gen_random_uuid(), m.item_number, 'delivered', g.day + 2, '', 'file', 'x', m.id, (SELECT id FROM staff LIMIT 1), 'x', now(),
      CASE WHEN g.n % 1000 <> 5 THEN now() END, 'x', ''
    FROM going g JOIN mail_piece m ON m.id = g.id WHERE m.item_number IS NOT NULL ORDER BY g.n""",
    """INSERT INTO outgoing_email (id, template, subject_id, recipient, language, parameters, message_id, status, attempts, last_error,
      sent_at, bounced_at, created_at)
    SELECT gen_random_uuid(), 'certificate_issued', id, 'u' || n || '@example.jp', 'ja', '{}', '<' || n || '@example.jp>', state, 1,
      CASE WHEN state = 'failed' THEN '421 try later' END, CASE WHEN state IN ('sent', 'bounced') THEN now() END,
      CASE WHEN state = 'bounced' THEN now() END, now()
    FROM (SELECT id, n, CASE WHEN n % 200 = 1 THEN 'bounced' WHEN n % 900 = 2 THEN 'given_up' WHEN n % 4000 = 3 THEN 'waiting'
        WHEN n % 8000 = 4 THEN 'failed' ELSE 'sent' END AS state FROM going) a ORDER BY n""",
    """INSERT INTO email_address (id, address, state, soft_bounces, reason, released_by_name, changed_at)
    SELECT gen_random_uuid(), 'u' || n || '@example.jp', CASE WHEN n % 50 = 1 THEN 'blocked' WHEN n % 20 = 2 THEN 'doubtful' ELSE 'good' END,
      1, '550 5.1.1 no such user', '', now() - n * '1 minute'::interval
    FROM going""",
)
