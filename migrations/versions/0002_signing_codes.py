"""One-time codes that carry a signature from the contract's page to the program.

Revision ID: 0002_signing_codes
Revises: 0001_first_tables
"""

import sqlalchemy as sa
from alembic import op

revision = "0002_signing_codes"
down_revision = "0001_first_tables"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "signing_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("code_sha256", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["party_id"], ["contract_party.id"], name=op.f("fk_signing_code_party_id_contract_party")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["signing_session.id"], name=op.f("fk_signing_code_session_id_signing_session")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_code")),
    )
    op.create_index("ix_signing_code_party_id", "signing_code", ["party_id"], unique=False)
    op.create_index("uq_signing_code_code_sha256", "signing_code", ["code_sha256"], unique=True)


def downgrade() -> None:
    """Take it away."""
    op.drop_index("uq_signing_code_code_sha256", table_name="signing_code")
    op.drop_index("ix_signing_code_party_id", table_name="signing_code")
    op.drop_table("signing_code")
