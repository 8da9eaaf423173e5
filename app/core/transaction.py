"""The one way to write: a service call is a transaction."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.core.db import db

# What belongs to the present service call alone and falls with it, whether or not the database was touched yet.
SCRATCH = "service_scratch"


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
    session.info[SCRATCH] = {}
    try:
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info["in_service"] = False
        session.info.pop(SCRATCH, None)


def require_transaction() -> None:
    """Guard of inner steps: they write only into the transaction of the service that calls them.

    Raises:
        RuntimeError: no service transaction is open.
    """
    if not db.session().info.get("in_service"):
        raise RuntimeError("this step belongs inside a service's transaction")
