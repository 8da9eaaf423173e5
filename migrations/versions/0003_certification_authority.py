"""The certification authority and the mailroom: profiles, CRLs in parts, requests for revocation, renewals, token stock, posting."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.core.search import search_key
from models.certificates import PARTS_AS_THEY_ARE, RECORDS_STAY
from models.tokens import BOOK_STAYS

revision = "0003_certification_authority"
down_revision = "0002_registration_desk"
branch_labels = None
depends_on = None

# A CRL was one value; it lies in parts now, the old ones as one part each.
OLD_CRLS = """
    INSERT INTO crl_part (id, crl_id, position, data) SELECT gen_random_uuid(), id, 0, der FROM crl;
    UPDATE crl SET sha256 = encode(sha256(der), 'hex'), size = length(der);
"""
# Which CRL said first that a certificate is revoked; none yet for what came after the newest.
OLD_REVOCATIONS = """
    UPDATE revocation SET ca_certificate_id = certificate.ca_certificate_id
    FROM certificate WHERE certificate.id = revocation.certificate_id;
    UPDATE revocation SET crl_number = (
        SELECT min(number) FROM crl
        WHERE crl.ca_certificate_id = revocation.ca_certificate_id AND crl.this_update >= revocation.revoked_at);
"""
# Models that tokens were registered under are described; their PIN policy is the usual one until somebody corrects it.
OLD_TOKENS = """
    INSERT INTO token_model (id, name, approved, key_kinds, pin_shortest, pin_longest, pin_tries, reorder_level, created_at)
    SELECT gen_random_uuid(), model, true, ARRAY['rsa-3072', 'rsa-2048', 'secp256r1'], 6, 15, 10, 50, now()
    FROM (SELECT DISTINCT model FROM token) known;
"""
# Runs that were closed before runs had a state.
OLD_RUNS = "UPDATE print_run SET status = 'closed' WHERE closed_at IS NOT NULL"
NAMES = """
    SELECT certificate.id, applicant.name, applicant.name_kana, applicant.certificate_name, applicant.name_romaji, company.name,
        company.name_kana
    FROM certificate JOIN applicant ON applicant.id = certificate.applicant_id
    JOIN application ON application.id = applicant.application_id JOIN company ON company.id = application.company_id
"""
CHECKS = {
    'ca_certificate': {
        'cross_signs_nothing': "NOT active OR purpose <> 'cross'",
        'generation_positive': 'generation > 0',
    },
    'certificate': {
        'suspect_has_reason': "(status = 'suspect') = (suspect_reason <> '')",
    },
    'crl': {
        'update_order': 'this_update < next_update',
    },
    'enrolment': {
        'attested_by_something': 'NOT attested OR attestation IS NOT NULL',
        'papers_come_with_a_pin': "(kind = 'new') = (application_pin_id IS NOT NULL)",
        'renewal_is_signed': "kind <> 'renewal' OR signature IS NOT NULL OR status = 'refused'",
        'renewal_renews_something': "(kind = 'renewal') = (renews_id IS NOT NULL)",
    },
    'mail_piece': {
        'agent_only_where_allowed': "agent_name = '' OR restricted_kind IS DISTINCT FROM 'notifying'",
        'case_letter_or_not': "(kind IN ('approval_notice', 'renewal_notice', 'revocation_notice')) = (letter_id IS NULL)",
        'certificate_notice_or_not': "(kind IN ('renewal_notice', 'revocation_notice')) = (notice_id IS NOT NULL)",
        'inspected_by_two': 'inspection IS NULL OR inspected_by_name <> inspection_witness',
        'sheet_after_print': 'sheet_out_at IS NULL OR printed_at IS NOT NULL',
        'weight_positive': 'weight_grams IS NULL OR weight_grams > 0',
    },
    'outgoing_email': {
        'bounced_has_moment': "(status = 'bounced') = (bounced_at IS NOT NULL)",
        'sent_has_moment': "(status IN ('sent', 'bounced')) = (sent_at IS NOT NULL)",
    },
    'print_run': {
        'closed_has_moment': "(status = 'closed') = (closed_at IS NOT NULL)",
    },
    'token': {
        'destroyed_is_retired': "destroyed_at IS NULL OR status = 'retired'",
    },
}


def upgrade() -> None:
    """Apply."""
    op.add_column("crl", sa.Column("sha256", sa.String(), nullable=True))
    op.add_column("crl", sa.Column("size", sa.Integer(), nullable=True))
    op.add_column("revocation", sa.Column("ca_certificate_id", sa.Uuid(), nullable=True))
    op.drop_constraint("ck_mail_piece_case_letter_or_not", "mail_piece")
    op.drop_constraint("ck_outgoing_email_sent_has_moment", "outgoing_email")
    op.create_table('certificate_notice',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('certificate_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Enum('renewal', 'receipt', 'revocation', name='certificatenoticekind', native_enum=False, length=32), nullable=False),
    sa.Column('step', sa.Integer(), nullable=False),
    sa.Column('channel', sa.Enum('email', 'letter', name='noticechannel', native_enum=False, length=32), nullable=False),
    sa.Column('online_until', sa.Date(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('step >= 0', name=op.f('ck_certificate_notice_step_not_negative')),
    sa.ForeignKeyConstraint(['certificate_id'], ['certificate.id'], name=op.f('fk_certificate_notice_certificate_id_certificate')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_certificate_notice')),
    sa.UniqueConstraint('certificate_id', 'kind', 'step', 'channel', name=op.f('uq_certificate_notice_certificate_id_kind_step_channel'))
    )
    op.create_table('clock_check',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('offset_microseconds', sa.BigInteger(), nullable=True),
    sa.Column('is_good', sa.Boolean(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clock_check'))
    )
    op.create_index('ix_clock_check_at', 'clock_check', ['at'], unique=False)
    op.create_table('email_address',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('address', sa.String(), nullable=False),
    sa.Column('state', sa.Enum('good', 'doubtful', 'blocked', name='emailaddressstate', native_enum=False, length=32), nullable=False),
    sa.Column('soft_bounces', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('released_by_name', sa.String(), nullable=False),
    sa.Column('released_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('address = lower(address)', name=op.f('ck_email_address_address_in_lower_case')),
    sa.CheckConstraint('soft_bounces >= 0', name=op.f('ck_email_address_bounces_not_negative')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_email_address'))
    )
    op.create_index('ix_email_address_changed_at_id', 'email_address', ['changed_at', 'id'], unique=False)
    op.create_index('ix_email_address_state_changed_at', 'email_address', ['state', 'changed_at'], unique=False)
    op.create_index('uq_email_address_address', 'email_address', ['address'], unique=True)
    op.create_table('envelope_stock',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('width', sa.Numeric(precision=6, scale=1, asdecimal=False), nullable=False),
    sa.Column('height', sa.Numeric(precision=6, scale=1, asdecimal=False), nullable=False),
    sa.Column('window_left', sa.Numeric(precision=6, scale=1, asdecimal=False), nullable=False),
    sa.Column('window_top', sa.Numeric(precision=6, scale=1, asdecimal=False), nullable=False),
    sa.Column('window_right', sa.Numeric(precision=6, scale=1, asdecimal=False), nullable=False),
    sa.Column('window_bottom', sa.Numeric(precision=6, scale=1, asdecimal=False), nullable=False),
    sa.Column('sheet_width', sa.Numeric(precision=6, scale=1, asdecimal=False), nullable=False),
    sa.Column('sheet_height', sa.Numeric(precision=6, scale=1, asdecimal=False), nullable=False),
    sa.Column('slack', sa.Numeric(precision=4, scale=1, asdecimal=False), nullable=False),
    sa.Column('in_use', sa.Boolean(), nullable=False),
    sa.Column('measured_on', sa.Date(), nullable=False),
    sa.Column('measured_by_name', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('sheet_width <= width AND sheet_height <= height', name=op.f('ck_envelope_stock_sheet_fits')),
    sa.CheckConstraint('window_left < window_right AND window_top < window_bottom', name=op.f('ck_envelope_stock_window_order')),
    sa.CheckConstraint('window_left >= 0 AND window_right <= width', name=op.f('ck_envelope_stock_window_inside_width')),
    sa.CheckConstraint('window_top >= 0 AND window_bottom <= height', name=op.f('ck_envelope_stock_window_inside_height')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_envelope_stock'))
    )
    op.create_index('uq_envelope_stock_in_use', 'envelope_stock', ['in_use'], unique=True, postgresql_where='in_use')
    op.create_index('uq_envelope_stock_name', 'envelope_stock', ['name'], unique=True)
    op.create_table('item_number_band',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('posting', sa.Enum('restricted', 'simple_registered', 'recorded', 'ordinary', name='posting', native_enum=False, length=32), nullable=False),
    sa.Column('first', sa.BigInteger(), nullable=False),
    sa.Column('last', sa.BigInteger(), nullable=False),
    sa.Column('following', sa.BigInteger(), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('received_by_name', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    postgresql.ExcludeConstraint((sa.text("int8range(first, last, '[]')"), '&&'), using='gist', name='no_overlap'),
    sa.CheckConstraint('first BETWEEN 1 AND 9999999999 AND last BETWEEN first AND 9999999999', name=op.f('ck_item_number_band_order')),
    sa.CheckConstraint('following BETWEEN first AND last + 1', name=op.f('ck_item_number_band_following_inside')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_item_number_band'))
    )
    op.create_index('ix_item_number_band_posting_first', 'item_number_band', ['posting', 'first'], unique=False)
    op.create_table('token_model',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('approved', sa.Boolean(), nullable=False),
    sa.Column('key_kinds', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('pin_shortest', sa.Integer(), nullable=False),
    sa.Column('pin_longest', sa.Integer(), nullable=False),
    sa.Column('pin_tries', sa.Integer(), nullable=False),
    sa.Column('attestation_root', sa.LargeBinary(), nullable=True),
    sa.Column('reorder_level', sa.Integer(), nullable=False),
    sa.Column('low_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('cardinality(key_kinds) > 0', name=op.f('ck_token_model_has_key_kind')),
    sa.CheckConstraint('pin_shortest BETWEEN 4 AND pin_longest', name=op.f('ck_token_model_pin_lengths')),
    sa.CheckConstraint('pin_tries BETWEEN 3 AND 15', name=op.f('ck_token_model_pin_tries_range')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_token_model'))
    )
    op.create_index('uq_token_model_name', 'token_model', ['name'], unique=True)
    op.create_table('authority_check',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('checked_count', sa.Integer(), nullable=False),
    sa.Column('finding_count', sa.Integer(), nullable=False),
    sa.Column('findings', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('last_certificate_id', sa.Uuid(), nullable=True),
    sa.CheckConstraint('finding_count >= 0', name=op.f('ck_authority_check_findings_not_negative')),
    sa.ForeignKeyConstraint(['last_certificate_id'], ['certificate.id'], name=op.f('fk_authority_check_last_certificate_id_certificate')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_authority_check'))
    )
    op.create_index('ix_authority_check_started_at', 'authority_check', ['started_at'], unique=False)
    op.create_table('certificate_profile',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('status', sa.Enum('proposed', 'active', 'retired', 'rejected', name='profilestatus', native_enum=False, length=32), nullable=False),
    sa.Column('content', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('needs_accreditation', sa.Boolean(), nullable=False),
    sa.Column('accreditation_reference', sa.String(), server_default='', nullable=False),
    sa.Column('proposed_by', sa.Uuid(), nullable=False),
    sa.Column('proposed_by_name', sa.String(), nullable=False),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by', sa.Uuid(), nullable=True),
    sa.Column('decided_by_name', sa.String(), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(decided_by IS NULL) = (status = 'proposed')", name=op.f('ck_certificate_profile_decided_by_somebody')),
    sa.CheckConstraint("status NOT IN ('active', 'retired') OR NOT needs_accreditation OR accreditation_reference <> ''", name=op.f('ck_certificate_profile_accredited_before_active')),
    sa.CheckConstraint('(decided_by IS NULL) = (decided_at IS NULL)', name=op.f('ck_certificate_profile_decided_has_moment')),
    sa.CheckConstraint('decided_by <> proposed_by', name=op.f('ck_certificate_profile_two_people')),
    sa.CheckConstraint('version > 1', name=op.f('ck_certificate_profile_version_after_built_in')),
    sa.ForeignKeyConstraint(['decided_by'], ['staff.id'], name=op.f('fk_certificate_profile_decided_by_staff')),
    sa.ForeignKeyConstraint(['proposed_by'], ['staff.id'], name=op.f('fk_certificate_profile_proposed_by_staff')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_certificate_profile'))
    )
    op.create_index('uq_certificate_profile_active', 'certificate_profile', ['status'], unique=True, postgresql_where="status = 'active'")
    op.create_index('uq_certificate_profile_proposed', 'certificate_profile', ['status'], unique=True, postgresql_where="status = 'proposed'")
    op.create_index('uq_certificate_profile_version', 'certificate_profile', ['version'], unique=True)
    op.create_table('certificate_receipt',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('certificate_id', sa.Uuid(), nullable=False),
    sa.Column('statement', sa.LargeBinary(), nullable=False),
    sa.Column('signature', sa.LargeBinary(), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['certificate_id'], ['certificate.id'], name=op.f('fk_certificate_receipt_certificate_id_certificate')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_certificate_receipt')),
    sa.UniqueConstraint('certificate_id', name=op.f('uq_certificate_receipt_certificate_id'))
    )
    op.create_table('delivery_outcome',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('sequence', sa.Integer(), sa.Identity(always=False), nullable=False),
    sa.Column('item_number', sa.String(), nullable=False),
    sa.Column('status', sa.Enum('accepted', 'arrived', 'absent', 'moved', 'delivered', 'returning', 'returned', 'investigated', name='outcomestatus', native_enum=False, length=32), nullable=False),
    sa.Column('happened_on', sa.Date(), nullable=False),
    sa.Column('office', sa.String(), nullable=False),
    sa.Column('source', sa.Enum('typed', 'pasted', 'file', name='outcomesource', native_enum=False, length=32), nullable=False),
    sa.Column('line', sa.String(), nullable=False),
    sa.Column('mail_piece_id', sa.Uuid(), nullable=True),
    sa.Column('recorded_by', sa.Uuid(), nullable=False),
    sa.Column('recorded_by_name', sa.String(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('settled_by_name', sa.String(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.CheckConstraint("(settled_at IS NULL) OR (mail_piece_id IS NOT NULL) OR note <> ''", name=op.f('ck_delivery_outcome_settled_how')),
    sa.CheckConstraint("item_number ~ '^[0-9]{11,12}$'", name=op.f('ck_delivery_outcome_item_number_digits')),
    sa.ForeignKeyConstraint(['mail_piece_id'], ['mail_piece.id'], name=op.f('fk_delivery_outcome_mail_piece_id_mail_piece')),
    sa.ForeignKeyConstraint(['recorded_by'], ['staff.id'], name=op.f('fk_delivery_outcome_recorded_by_staff')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delivery_outcome')),
    sa.UniqueConstraint('item_number', 'status', 'happened_on', name=op.f('uq_delivery_outcome_item_number_status_happened_on')),
    sa.UniqueConstraint('sequence', name=op.f('uq_delivery_outcome_sequence'))
    )
    op.create_index('ix_delivery_outcome_mail_piece_id', 'delivery_outcome', ['mail_piece_id'], unique=False)
    op.create_index('ix_delivery_outcome_unsettled', 'delivery_outcome', ['sequence'], unique=False, postgresql_where='settled_at IS NULL')
    op.create_table('letter_template',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Enum('approval_notice', 'deficiency_notice', 'refusal_notice', 'withdrawal_notice', 'lapse_notice', 'renewal_notice', 'revocation_notice', name='letterkind', native_enum=False, length=32), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('status', sa.Enum('proposed', 'active', 'retired', 'rejected', name='profilestatus', native_enum=False, length=32), nullable=False),
    sa.Column('content', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('proposed_by', sa.Uuid(), nullable=False),
    sa.Column('proposed_by_name', sa.String(), nullable=False),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by', sa.Uuid(), nullable=True),
    sa.Column('decided_by_name', sa.String(), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(decided_by IS NULL) = (status = 'proposed')", name=op.f('ck_letter_template_decided_by_somebody')),
    sa.CheckConstraint('decided_by <> proposed_by', name=op.f('ck_letter_template_two_people')),
    sa.CheckConstraint('version > 1', name=op.f('ck_letter_template_version_after_built_in')),
    sa.ForeignKeyConstraint(['decided_by'], ['staff.id'], name=op.f('fk_letter_template_decided_by_staff')),
    sa.ForeignKeyConstraint(['proposed_by'], ['staff.id'], name=op.f('fk_letter_template_proposed_by_staff')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_letter_template'))
    )
    op.create_index('uq_letter_template_active', 'letter_template', ['kind'], unique=True, postgresql_where="status = 'active'")
    op.create_index('uq_letter_template_kind_version', 'letter_template', ['kind', 'version'], unique=True)
    op.create_index('uq_letter_template_proposed', 'letter_template', ['kind'], unique=True, postgresql_where="status = 'proposed'")
    op.create_table('posting_list',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('sequence', sa.Integer(), sa.Identity(always=False), nullable=False),
    sa.Column('number', sa.String(), nullable=False),
    sa.Column('posted_on', sa.Date(), nullable=False),
    sa.Column('post_office', sa.String(), nullable=False),
    sa.Column('piece_count', sa.Integer(), nullable=False),
    sa.Column('total_yen', sa.Integer(), nullable=False),
    sa.Column('made_by', sa.Uuid(), nullable=False),
    sa.Column('made_by_name', sa.String(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('stamped_on', sa.Date(), nullable=True),
    sa.Column('receipt_sha256', sa.String(), nullable=True),
    sa.CheckConstraint('piece_count > 0', name=op.f('ck_posting_list_not_empty')),
    sa.CheckConstraint('receipt_sha256 IS NULL OR stamped_on IS NOT NULL', name=op.f('ck_posting_list_receipt_has_day')),
    sa.CheckConstraint('total_yen >= 0', name=op.f('ck_posting_list_total_not_negative')),
    sa.ForeignKeyConstraint(['made_by'], ['staff.id'], name=op.f('fk_posting_list_made_by_staff')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_posting_list')),
    sa.UniqueConstraint('sequence', name=op.f('uq_posting_list_sequence'))
    )
    op.create_index('ix_posting_list_posted_on_sequence', 'posting_list', ['posted_on', 'sequence'], unique=False)
    op.create_index('uq_posting_list_number', 'posting_list', ['number'], unique=True)
    op.create_table('revocation_batch',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('sequence', sa.Integer(), sa.Identity(always=False), nullable=False),
    sa.Column('number', sa.String(), nullable=False),
    sa.Column('status', sa.Enum('proposed', 'confirmed', 'done', 'rejected', name='revocationbatchstatus', native_enum=False, length=32), nullable=False),
    sa.Column('filter', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('serials', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(), nullable=False),
    sa.Column('done_count', sa.Integer(), nullable=False),
    sa.Column('circumstance', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('asked_by', sa.Enum('holder', 'company', 'third-party', 'authority', name='revocationasker', native_enum=False, length=32), nullable=False),
    sa.Column('explanation', sa.String(), nullable=False),
    sa.Column('invalid_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('proposed_by', sa.Uuid(), nullable=False),
    sa.Column('proposed_by_name', sa.String(), nullable=False),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by', sa.Uuid(), nullable=True),
    sa.Column('decided_by_name', sa.String(), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(decided_by IS NULL) = (status = 'proposed')", name=op.f('ck_revocation_batch_decided_by_somebody')),
    sa.CheckConstraint('cardinality(serials) = count', name=op.f('ck_revocation_batch_counts_what_it_lists')),
    sa.CheckConstraint('count > 0', name=op.f('ck_revocation_batch_revokes_something')),
    sa.CheckConstraint('decided_by <> proposed_by', name=op.f('ck_revocation_batch_two_people')),
    sa.CheckConstraint('done_count <= count', name=op.f('ck_revocation_batch_does_no_more_than_it_lists')),
    sa.ForeignKeyConstraint(['decided_by'], ['staff.id'], name=op.f('fk_revocation_batch_decided_by_staff')),
    sa.ForeignKeyConstraint(['proposed_by'], ['staff.id'], name=op.f('fk_revocation_batch_proposed_by_staff')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_revocation_batch')),
    sa.UniqueConstraint('sequence', name=op.f('uq_revocation_batch_sequence'))
    )
    op.create_index('ix_revocation_batch_status_sequence', 'revocation_batch', ['status', 'sequence'], unique=False)
    op.create_index('uq_revocation_batch_number', 'revocation_batch', ['number'], unique=True)
    op.create_table('revocation_request',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('sequence', sa.Integer(), sa.Identity(always=False), nullable=False),
    sa.Column('number', sa.String(), nullable=False),
    sa.Column('certificate_id', sa.Uuid(), nullable=False),
    sa.Column('status', sa.Enum('received', 'confirmed', 'revoked', 'refused', 'withdrawn', 'overtaken', name='revocationrequeststatus', native_enum=False, length=32), nullable=False),
    sa.Column('asked_by', sa.Enum('holder', 'company', 'third-party', 'authority', name='revocationasker', native_enum=False, length=32), nullable=False),
    sa.Column('asker_name', sa.String(), nullable=False),
    sa.Column('channel', sa.Enum('site-signed', 'site-pin', 'paper', 'telephone', 'authority', name='revocationchannel', native_enum=False, length=32), nullable=False),
    sa.Column('circumstance', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('explanation', sa.String(), nullable=False),
    sa.Column('papers', postgresql.ARRAY(sa.Text()), server_default='{}', nullable=False),
    sa.Column('call_back', sa.String(), server_default='', nullable=False),
    sa.Column('invalid_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('statement', sa.LargeBinary(), nullable=True),
    sa.Column('signature', sa.LargeBinary(), nullable=True),
    sa.Column('needs_two', sa.Boolean(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('received_by', sa.Uuid(), nullable=True),
    sa.Column('received_by_name', sa.String(), nullable=False),
    sa.Column('confirmed_by', sa.Uuid(), nullable=True),
    sa.Column('confirmed_by_name', sa.String(), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.Uuid(), nullable=True),
    sa.Column('decided_by_name', sa.String(), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('refusal_reason', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(status = 'refused') <= (refusal_reason <> '')", name=op.f('ck_revocation_request_refusal_has_reason')),
    sa.CheckConstraint("(status IN ('received', 'confirmed')) = (decided_at IS NULL)", name=op.f('ck_revocation_request_decided_has_moment')),
    sa.CheckConstraint("channel <> 'telephone' OR call_back <> ''", name=op.f('ck_revocation_request_telephone_is_called_back')),
    sa.CheckConstraint("status <> 'revoked' OR NOT needs_two OR (confirmed_by IS NOT NULL AND decided_by IS NOT NULL)", name=op.f('ck_revocation_request_two_where_the_policy_says_so')),
    sa.CheckConstraint("status <> 'revoked' OR confirmed_by IS NULL OR decided_by IS NULL OR confirmed_by <> decided_by", name=op.f('ck_revocation_request_two_people')),
    sa.ForeignKeyConstraint(['certificate_id'], ['certificate.id'], name=op.f('fk_revocation_request_certificate_id_certificate')),
    sa.ForeignKeyConstraint(['confirmed_by'], ['staff.id'], name=op.f('fk_revocation_request_confirmed_by_staff')),
    sa.ForeignKeyConstraint(['decided_by'], ['staff.id'], name=op.f('fk_revocation_request_decided_by_staff')),
    sa.ForeignKeyConstraint(['received_by'], ['staff.id'], name=op.f('fk_revocation_request_received_by_staff')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_revocation_request')),
    sa.UniqueConstraint('sequence', name=op.f('uq_revocation_request_sequence'))
    )
    op.create_index('ix_revocation_request_certificate_id', 'revocation_request', ['certificate_id'], unique=False)
    op.create_index('ix_revocation_request_status_sequence', 'revocation_request', ['status', 'sequence'], unique=False)
    op.create_index('uq_revocation_request_number', 'revocation_request', ['number'], unique=True)
    op.create_index('uq_revocation_request_open', 'revocation_request', ['certificate_id'], unique=True, postgresql_where="status IN ('received', 'confirmed')")
    op.create_table('so_pin_disclosure',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('token_id', sa.Uuid(), nullable=False),
    sa.Column('status', sa.Enum('asked', 'granted', 'shown', 'refused', name='sopinstatus', native_enum=False, length=32), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('asked_by', sa.Uuid(), nullable=False),
    sa.Column('asked_by_name', sa.String(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by', sa.Uuid(), nullable=True),
    sa.Column('decided_by_name', sa.String(), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('shown_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(status = 'asked') = (decided_by IS NULL)", name=op.f('ck_so_pin_disclosure_decided_by_somebody')),
    sa.CheckConstraint("(status = 'shown') = (shown_at IS NOT NULL)", name=op.f('ck_so_pin_disclosure_shown_has_moment')),
    sa.CheckConstraint("reason <> ''", name=op.f('ck_so_pin_disclosure_has_reason')),
    sa.CheckConstraint('decided_by <> asked_by', name=op.f('ck_so_pin_disclosure_two_people')),
    sa.ForeignKeyConstraint(['asked_by'], ['staff.id'], name=op.f('fk_so_pin_disclosure_asked_by_staff')),
    sa.ForeignKeyConstraint(['decided_by'], ['staff.id'], name=op.f('fk_so_pin_disclosure_decided_by_staff')),
    sa.ForeignKeyConstraint(['token_id'], ['token.id'], name=op.f('fk_so_pin_disclosure_token_id_token')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_so_pin_disclosure'))
    )
    op.create_index('uq_so_pin_disclosure_open', 'so_pin_disclosure', ['token_id'], unique=True, postgresql_where="status IN ('asked', 'granted')")
    op.create_table('token_batch',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('sequence', sa.Integer(), sa.Identity(always=False), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('model_id', sa.Uuid(), nullable=False),
    sa.Column('supplier', sa.String(), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('received_by', sa.Uuid(), nullable=False),
    sa.Column('received_by_name', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('count > 0', name=op.f('ck_token_batch_not_empty')),
    sa.ForeignKeyConstraint(['model_id'], ['token_model.id'], name=op.f('fk_token_batch_model_id_token_model')),
    sa.ForeignKeyConstraint(['received_by'], ['staff.id'], name=op.f('fk_token_batch_received_by_staff')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_token_batch')),
    sa.UniqueConstraint('sequence', name=op.f('uq_token_batch_sequence'))
    )
    op.create_index('uq_token_batch_name', 'token_batch', ['name'], unique=True)
    op.create_table('token_event',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('sequence', sa.Integer(), sa.Identity(always=False), nullable=False),
    sa.Column('token_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Enum('received', 'moved', 'lost', 'damaged', 'inspected', 'retired', 'destroyed', name='tokeneventkind', native_enum=False, length=32), nullable=False),
    sa.Column('status', sa.Enum('in_stock', 'reserved', 'enclosed', 'posted', 'held', 'active', 'lost', 'damaged', 'returned', 'retired', name='tokenstatus', native_enum=False, length=32), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_name', sa.String(), nullable=False),
    sa.Column('witness_name', sa.String(), nullable=False),
    sa.Column('detail', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.ForeignKeyConstraint(['token_id'], ['token.id'], name=op.f('fk_token_event_token_id_token')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_token_event')),
    sa.UniqueConstraint('sequence', name=op.f('uq_token_event_sequence'))
    )
    op.create_index('ix_token_event_token_id_sequence', 'token_event', ['token_id', 'sequence'], unique=False)
    op.create_table('crl_part',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('crl_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('data', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['crl_id'], ['crl.id'], name=op.f('fk_crl_part_crl_id_crl')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_crl_part'))
    )
    op.create_index('uq_crl_part_crl_id_position', 'crl_part', ['crl_id', 'position'], unique=True)
    op.add_column('ca_certificate', sa.Column('generation', sa.Integer(), server_default='1', nullable=False))
    op.create_index('uq_ca_certificate_responder', 'ca_certificate', ['generation'], unique=True, postgresql_where="active AND purpose = 'ocsp'")
    op.add_column('certificate', sa.Column('renews_id', sa.Uuid(), nullable=True))
    op.add_column('certificate', sa.Column('shard', sa.String(), server_default='000', nullable=False))
    op.add_column('certificate', sa.Column('receipt_due_on', sa.Date(), nullable=True))
    op.add_column('certificate', sa.Column('suspect_reason', sa.String(), server_default='', nullable=False))
    op.add_column('certificate', sa.Column('search_key', sa.Text(), server_default='', nullable=False))
    op.create_index('ix_certificate_created_at_id', 'certificate', ['created_at', 'id'], unique=False)
    op.create_index('ix_certificate_issued_at', 'certificate', ['issued_at'], unique=False)
    op.create_index('ix_certificate_renews_id', 'certificate', ['renews_id'], unique=False)
    op.create_index('ix_certificate_search_key', 'certificate', [sa.literal_column("to_tsvector('simple'::regconfig, search_key)")], unique=False, postgresql_using='gin')
    op.create_index('ix_certificate_sha256', 'certificate', ['sha256'], unique=False)
    op.create_index('ix_certificate_status_created_at_id', 'certificate', ['status', 'created_at', 'id'], unique=False)
    op.create_index('ix_certificate_token_id', 'certificate', ['token_id'], unique=False)
    op.create_foreign_key(op.f('fk_certificate_renews_id_certificate'), 'certificate', 'certificate', ['renews_id'], ['id'])
    op.add_column('crl', sa.Column('base_id', sa.Uuid(), nullable=True))
    op.add_column('crl', sa.Column('base_parts', sa.Integer(), server_default='0', nullable=False))
    op.add_column('crl', sa.Column('base_entries', sa.Integer(), server_default='0', nullable=False))
    op.add_column('crl', sa.Column('base_until', sa.Integer(), server_default='-1', nullable=False))
    op.add_column('crl', sa.Column('fetched_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('crl', sa.Column('fetch_failure', sa.String(), server_default='', nullable=False))
    op.drop_index(op.f('uq_crl_ca_certificate_id_number'), table_name='crl')
    op.create_index('uq_crl_ca_certificate_id_shard_number', 'crl', ['ca_certificate_id', 'shard', 'number'], unique=True)
    op.create_foreign_key(op.f('fk_crl_base_id_crl'), 'crl', 'crl', ['base_id'], ['id'])
    op.add_column('enrolment', sa.Column('kind', sa.Enum('new', 'renewal', name='enrolmentkind', native_enum=False, length=32), server_default='new', nullable=False))
    op.add_column('enrolment', sa.Column('consent_version', sa.String(), server_default='', nullable=False))
    op.add_column('enrolment', sa.Column('channel', sa.Enum('client', 'est', name='enrolmentchannel', native_enum=False, length=32), server_default='client', nullable=False))
    op.add_column('enrolment', sa.Column('attestation', sa.LargeBinary(), nullable=True))
    op.add_column('enrolment', sa.Column('attestation_note', sa.String(), server_default='', nullable=False))
    op.add_column('enrolment', sa.Column('renews_id', sa.Uuid(), nullable=True))
    op.add_column('enrolment', sa.Column('statement', sa.LargeBinary(), nullable=True))
    op.add_column('enrolment', sa.Column('signature', sa.LargeBinary(), nullable=True))
    op.alter_column('enrolment', 'application_pin_id',
               existing_type=sa.UUID(),
               nullable=True)
    op.create_index('ix_enrolment_waiting', 'enrolment', ['requested_at'], unique=False, postgresql_where="status = 'requested'")
    op.create_index('uq_enrolment_renews_id', 'enrolment', ['renews_id'], unique=True, postgresql_where="kind = 'renewal' AND status <> 'refused'")
    op.create_foreign_key(op.f('fk_enrolment_renews_id_certificate'), 'enrolment', 'certificate', ['renews_id'], ['id'])
    op.add_column('mail_piece', sa.Column('notice_id', sa.Uuid(), nullable=True))
    op.add_column('mail_piece', sa.Column('sheet_out_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('mail_piece', sa.Column('shape', sa.String(), server_default='', nullable=False))
    op.add_column('mail_piece', sa.Column('weight_grams', sa.Integer(), nullable=True))
    op.add_column('mail_piece', sa.Column('postage_yen', sa.Integer(), nullable=True))
    op.add_column('mail_piece', sa.Column('payment', sa.Enum('stamp', 'account', name='postagepayment', native_enum=False, length=32), nullable=True))
    op.add_column('mail_piece', sa.Column('restricted_kind', sa.Enum('basic', 'notifying', 'special', name='restrictedkind', native_enum=False, length=32), nullable=True))
    op.add_column('mail_piece', sa.Column('agent_name', sa.String(), server_default='', nullable=False))
    op.add_column('mail_piece', sa.Column('agent_address', sa.String(), server_default='', nullable=False))
    op.add_column('mail_piece', sa.Column('agent_papers_on', sa.Date(), nullable=True))
    op.add_column('mail_piece', sa.Column('posting_list_id', sa.Uuid(), nullable=True))
    op.add_column('mail_piece', sa.Column('notified_on', sa.Date(), nullable=True))
    op.add_column('mail_piece', sa.Column('kept_until', sa.Date(), nullable=True))
    op.add_column('mail_piece', sa.Column('warned_on', sa.Date(), nullable=True))
    op.add_column('mail_piece', sa.Column('came_back_on', sa.Date(), nullable=True))
    op.add_column('mail_piece', sa.Column('inspection', sa.Enum('sealed', 'opened', name='inspection', native_enum=False, length=32), nullable=True))
    op.add_column('mail_piece', sa.Column('inspected_by_name', sa.String(), server_default='', nullable=False))
    op.add_column('mail_piece', sa.Column('inspection_witness', sa.String(), server_default='', nullable=False))
    op.add_column('mail_piece', sa.Column('resend_reason', sa.String(), server_default='', nullable=False))
    op.create_index('ix_mail_piece_posting_list_id', 'mail_piece', ['posting_list_id'], unique=False)
    op.create_index('ix_mail_piece_unlisted', 'mail_piece', ['posted_on'], unique=False, postgresql_where='posting_list_id IS NULL AND item_number IS NOT NULL')
    op.create_index('uq_mail_piece_live_notice', 'mail_piece', ['notice_id'], unique=True, postgresql_where="status NOT IN ('spoiled', 'returned', 'lost', 'stopped')")
    op.create_foreign_key(op.f('fk_mail_piece_notice_id_certificate_notice'), 'mail_piece', 'certificate_notice', ['notice_id'], ['id'])
    op.create_foreign_key(op.f('fk_mail_piece_posting_list_id_posting_list'), 'mail_piece', 'posting_list', ['posting_list_id'], ['id'])
    op.add_column('outgoing_email', sa.Column('sequence', sa.Integer(), sa.Identity(always=False), nullable=False))
    op.add_column('outgoing_email', sa.Column('bounced_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('outgoing_email', sa.Column('bounce', sa.String(), server_default='', nullable=False))
    op.drop_index(op.f('ix_outgoing_email_status_id'), table_name='outgoing_email')
    op.create_index('ix_outgoing_email_message_id', 'outgoing_email', ['message_id'], unique=False)
    op.create_index('ix_outgoing_email_recipient_sequence', 'outgoing_email', ['recipient', 'sequence'], unique=False)
    op.create_index('ix_outgoing_email_status_sequence', 'outgoing_email', ['status', 'sequence'], unique=False)
    op.create_unique_constraint(op.f('uq_outgoing_email_sequence'), 'outgoing_email', ['sequence'])
    op.add_column('print_run', sa.Column('status', sa.Enum('printing', 'stopped', 'printed', 'closed', name='printrunstatus', native_enum=False, length=32), server_default='printed', nullable=False))
    op.add_column('print_run', sa.Column('printer', sa.String(), server_default='browser', nullable=False))
    op.add_column('print_run', sa.Column('stop_reason', sa.String(), server_default='', nullable=False))
    op.add_column('print_run', sa.Column('closed_by_name', sa.String(), server_default='', nullable=False))
    op.create_index('ix_print_run_status_started_at', 'print_run', ['status', 'started_at'], unique=False)
    op.add_column('revocation', sa.Column('shard', sa.String(), server_default='000', nullable=False))
    op.add_column('revocation', sa.Column('request_id', sa.Uuid(), nullable=True))
    op.add_column('revocation', sa.Column('batch_id', sa.Uuid(), nullable=True))
    op.add_column('revocation', sa.Column('invalid_since', sa.DateTime(timezone=True), nullable=True))
    op.add_column('revocation', sa.Column('crl_number', sa.Numeric(precision=40, scale=0), nullable=True))
    op.create_index('ix_revocation_ca_certificate_id_shard_sequence', 'revocation', ['ca_certificate_id', 'shard', 'sequence'], unique=False)
    op.create_index('ix_revocation_unpublished', 'revocation', ['ca_certificate_id', 'shard'], unique=False, postgresql_where='crl_number IS NULL')
    op.create_foreign_key(op.f('fk_revocation_request_id_revocation_request'), 'revocation', 'revocation_request', ['request_id'], ['id'])
    op.create_foreign_key(op.f('fk_revocation_ca_certificate_id_ca_certificate'), 'revocation', 'ca_certificate', ['ca_certificate_id'], ['id'])
    op.create_foreign_key(op.f('fk_revocation_batch_id_revocation_batch'), 'revocation', 'revocation_batch', ['batch_id'], ['id'])
    op.add_column('token', sa.Column('sequence', sa.Integer(), sa.Identity(always=False), nullable=False))
    op.add_column('token', sa.Column('batch_id', sa.Uuid(), nullable=True))
    op.add_column('token', sa.Column('so_pin_sealed', sa.LargeBinary(), nullable=True))
    op.add_column('token', sa.Column('destroyed_at', sa.DateTime(timezone=True), nullable=True))
    op.drop_index(op.f('ix_token_status_id'), table_name='token')
    op.create_index('ix_token_batch_id_sequence', 'token', ['batch_id', 'sequence'], unique=False)
    op.create_index('ix_token_model_status', 'token', ['model', 'status'], unique=False)
    op.create_index('ix_token_status_sequence', 'token', ['status', 'sequence'], unique=False)
    op.create_unique_constraint(op.f('uq_token_sequence'), 'token', ['sequence'])
    op.create_foreign_key(op.f('fk_token_batch_id_token_batch'), 'token', 'token_batch', ['batch_id'], ['id'])
    op.drop_index("uq_certificate_enrolment_id", "certificate")
    op.create_index(
        "uq_certificate_enrolment_id",
        "certificate",
        ["enrolment_id"],
        unique=True,
        postgresql_where=sa.text("status <> 'suspect'"),
    )
    op.execute(OLD_CRLS)
    op.alter_column("crl", "sha256", nullable=False)
    op.alter_column("crl", "size", nullable=False)
    op.drop_column("crl", "der")
    op.execute(OLD_REVOCATIONS)
    op.alter_column("revocation", "ca_certificate_id", nullable=False)
    op.drop_index("uq_ca_certificate_active", "ca_certificate")
    op.create_index(
        "uq_ca_certificate_active",
        "ca_certificate",
        ["purpose"],
        unique=True,
        postgresql_where=sa.text("active AND purpose IN ('ca', 'tsa', 'seal')"),
    )
    op.execute(OLD_TOKENS)
    op.execute(OLD_RUNS)
    op.execute(PARTS_AS_THEY_ARE)
    _fill_search_keys()
    _add_checks()
    for statement in (*RECORDS_STAY, BOOK_STAYS):
        op.execute(statement)


def _fill_search_keys() -> None:
    """Old certificates are found by the names of holder and company too."""
    connection = op.get_bind()
    for key, *names in connection.execute(sa.text(NAMES)).all():
        folded = search_key(*names)
        connection.execute(sa.text("UPDATE certificate SET search_key = :folded WHERE id = :key"), {"folded": folded, "key": key})


def _add_checks() -> None:
    for table, checks in CHECKS.items():
        for name, text in checks.items():
            op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, text)


def downgrade() -> None:
    """Not offered: what was revoked, confirmed or posted since cannot be written in the older schema."""
    raise NotImplementedError("restore the backup that was made before this migration")
