"""A worker that kills itself with SIGKILL in the middle of a list's revocation: `python -m tests.factories.dying_worker`.

Argument: before which revocation of this process it dies. It is inside a transaction then.
"""

import os
import signal
import sys
from typing import Any

from redis import Redis

from app.core.settings import Settings
from app.jobs.worker import run_worker
from issuance.services import revoke_batch
from wsgi import create_worker


def main() -> None:
    """Work on the queue until death."""
    left = int(sys.argv[1])
    real = revoke_batch.record_revocation

    def dying(*arguments: Any, **named: Any) -> Any:
        nonlocal left
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments, **named)

    revoke_batch.record_revocation = dying  # type: ignore[assignment]
    settings = Settings()
    app = create_worker(settings)
    with app.app_context():
        run_worker(Redis.from_url(settings.redis_url()), ("default",), burst=True, fork=False)


if __name__ == "__main__":
    main()
