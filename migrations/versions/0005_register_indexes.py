"""Indexes for what the registers of mailroom, certification and control ask."""

import sqlalchemy as sa
from alembic import op

revision = "0005_register_indexes"
down_revision = "0004_more_letters"
branch_labels = None
depends_on = None

# name: table, columns, condition
INDEXES: dict[str, tuple[str, list[str], str | None]] = {
    "ix_mail_piece_status_sequence": ("mail_piece", ["status", "sequence"], None),
    "ix_mail_piece_on_the_way": (
        "mail_piece",
        ["sequence"],
        "status IN ('posted', 'notified') AND posting <> 'ordinary'",
    ),
    "ix_mail_piece_to_inspect": (
        "mail_piece",
        ["sequence"],
        "status = 'returned' AND posting = 'restricted' AND inspection IS NULL",
    ),
    "ix_mail_piece_print_run_id": ("mail_piece", ["print_run_id"], "print_run_id IS NOT NULL"),
    "ix_mail_piece_replaces_id": ("mail_piece", ["replaces_id"], "replaces_id IS NOT NULL"),
    "ix_audit_entry_actor_name_seq": ("audit_entry", ["actor_name", "seq"], None),
    "ix_audit_entry_not_done": ("audit_entry", ["seq"], "outcome <> 'done'"),
    "ix_sheet_no_shelf": ("sheet", ["sequence"], "status = 'held' AND shelf = ''"),
    "ix_revocation_request_to_confirm": (
        "revocation_request",
        ["sequence"],
        "status = 'revoked' AND channel = 'telephone' AND confirmed_by IS NULL",
    ),
    "ix_revocation_request_received_by": ("revocation_request", ["received_by"], "received_by IS NOT NULL"),
    "ix_revocation_request_confirmed_by": ("revocation_request", ["confirmed_by"], "confirmed_by IS NOT NULL"),
    "ix_revocation_request_decided_by": ("revocation_request", ["decided_by"], "decided_by IS NOT NULL"),
    "ix_token_mail_piece_id": ("token", ["mail_piece_id"], "mail_piece_id IS NOT NULL"),
    "ix_enrolment_renews_id": ("enrolment", ["renews_id"], "renews_id IS NOT NULL"),
}
# Found by their beginnings, whatever the database's order of letters.
BY_BEGINNING = {
    "ix_audit_entry_event_seq": ("audit_entry", ["event", "seq"], "event"),
    "ix_customer_name": ("customer", ["name"], "name"),
}


def upgrade() -> None:
    """Apply."""
    op.drop_index("ix_mail_piece_status_id", table_name="mail_piece")
    op.drop_index("ix_audit_entry_event_seq", table_name="audit_entry")
    for name, (table, columns, condition) in INDEXES.items():
        op.create_index(name, table, columns, postgresql_where=sa.text(condition) if condition else None)
    for name, (table, columns, column) in BY_BEGINNING.items():
        op.create_index(name, table, columns, postgresql_ops={column: "text_pattern_ops"})
    op.create_index("ix_applicant_bare_name", "applicant", [sa.text("translate(name, ' \u3000', '')")])


def downgrade() -> None:
    """Take the indexes away again."""
    op.drop_index("ix_applicant_bare_name", table_name="applicant")
    for name, (table, _columns, _rest) in {**INDEXES, **BY_BEGINNING}.items():
        op.drop_index(name, table_name=table)
    op.create_index("ix_audit_entry_event_seq", "audit_entry", ["event", "seq"])
    op.create_index("ix_mail_piece_status_id", "mail_piece", ["status", "id"])
