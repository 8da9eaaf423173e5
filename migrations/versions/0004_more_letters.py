"""Letters of three more kinds: the company's IDs, an invoice by post, and what lies beside a letter that is sent again."""

import sqlalchemy as sa
from alembic import op

revision = "0004_more_letters"
down_revision = "0003_certification_authority"
branch_labels = None
depends_on = None

CHECKS = {
    "case_letter_or_not": "(kind IN ('approval_notice', 'renewal_notice', 'revocation_notice', 'id_notice', 'invoice_cover'))"
    " = (letter_id IS NULL)",
    "id_notice_or_not": "(kind = 'id_notice') = (account_id IS NOT NULL)",
    "invoice_cover_or_not": "(kind = 'invoice_cover') = (invoice_id IS NOT NULL)",
    "resend_notice_lies_beside": "kind <> 'resend_notice'",
}
IN_THE_HOUSE = "status IN ('prepared', 'printed', 'enclosed')"


def upgrade() -> None:
    """Apply."""
    op.drop_constraint("ck_mail_piece_case_letter_or_not", "mail_piece")
    op.add_column("mail_piece", sa.Column("account_id", sa.Uuid(), nullable=True))
    op.add_column("mail_piece", sa.Column("invoice_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_mail_piece_account_id_company_account"), "mail_piece", "company_account", ["account_id"], ["id"]
    )
    op.create_foreign_key(op.f("fk_mail_piece_invoice_id_invoice"), "mail_piece", "invoice", ["invoice_id"], ["id"])
    for name in ("account", "invoice"):
        op.create_index(
            f"uq_mail_piece_waiting_{name}",
            "mail_piece",
            [f"{name}_id"],
            unique=True,
            postgresql_where=sa.text(IN_THE_HOUSE),
        )
    for name, text in CHECKS.items():
        op.create_check_constraint(op.f(f"ck_mail_piece_{name}"), "mail_piece", text)


def downgrade() -> None:
    """Not offered: an envelope with an invoice cannot be written in the older schema."""
    raise NotImplementedError("restore the backup that was made before this migration")
