"""The one way to write: a service call is a transaction."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.core.db import db


@contextmanager
def transaction() -> Iterator[None]:
    """Commit on return, roll back on any exception, never nest.

    Raises:
        RuntimeError: a service called another service (share the inner step instead), or a model was changed
            outside a service.
    """
    session = db.session()
    if session.info.get("in_service"):
        raise RuntimeError("a service called another service; share the inner step instead")
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("a model was changed outside a service")
    # What was read before the service began may be older than the row lock it is about to take.
    session.rollback()
    session.info["in_service"] = True
    try:
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info["in_service"] = False


def require_transaction() -> None:
    """Guard of inner steps: they write only into the transaction of the service that calls them.

    Raises:
        RuntimeError: no service transaction is open.
    """
    if not db.session().info.get("in_service"):
        raise RuntimeError("this step belongs inside a service's transaction")
