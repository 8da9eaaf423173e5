"""Alembic inside the application: run by `flask db …`."""

from alembic import context
from flask import current_app

target_metadata = current_app.extensions["migrate"].db.metadata


def run() -> None:
    """Apply the migrations, each in its own transaction, with short lock waits so that a busy table is not blocked."""
    engine = current_app.extensions["migrate"].db.engine
    with engine.connect() as connection:
        connection.exec_driver_sql("SET lock_timeout = '4s'")
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=target_metadata,
            compare_type=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
