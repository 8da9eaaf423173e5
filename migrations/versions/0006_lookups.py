"""Indexes for what services ask about one person, letter or list while somebody waits."""

import sqlalchemy as sa
from alembic import op

revision = "0006_lookups"
down_revision = "0005_register_indexes"
branch_labels = None
depends_on = None

# name: table, columns, condition
INDEXES: dict[str, tuple[str, list[str], str | None]] = {
    "ix_pin_secret_applicant_id_kind_created_at": ("pin_secret", ["applicant_id", "kind", "created_at"], None),
    "ix_enrolment_download_pin_id": ("enrolment", ["download_pin_id"], "download_pin_id IS NOT NULL"),
    "ix_so_pin_disclosure_token_id": ("so_pin_disclosure", ["token_id"], None),
    "ix_revocation_batch_id": ("revocation", ["batch_id"], "batch_id IS NOT NULL"),
    **{
        f"ix_mail_piece_{of}_sequence": ("mail_piece", [of, "sequence"], f"{of} IS NOT NULL")
        for of in ("applicant_id", "letter_id", "notice_id", "account_id", "invoice_id")
    },
}


def upgrade() -> None:
    """Apply."""
    for name, (table, columns, condition) in INDEXES.items():
        op.create_index(name, table, columns, postgresql_where=sa.text(condition) if condition else None)


def downgrade() -> None:
    """Take the indexes away again."""
    for name, (table, _columns, _condition) in INDEXES.items():
        op.drop_index(name, table_name=table)
