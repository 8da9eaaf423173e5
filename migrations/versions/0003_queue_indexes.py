"""Open cases in the order of receipt, for a queue that is sorted by it; names alone in the search key."""

from alembic import op

revision = "0003_queue_indexes"
down_revision = "0002_registration_desk"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_index(
        "ix_application_open_received_on_id",
        "application",
        ["received_on", "id"],
        unique=False,
        postgresql_where="closed_on IS NULL",
    )
    # The key began with the number's pairs (a2 20 02 26 …), which made every number a hit for every figure.
    op.execute(
        "UPDATE application SET search_key = substr(search_key, 3 * (length(number) - 3) + 1)"
        " WHERE starts_with(search_key, 'a2 20 ')"
    )


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_application_open_received_on_id", table_name="application", postgresql_where="closed_on IS NULL")
