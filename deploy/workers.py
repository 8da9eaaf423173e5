"""How gunicorn's workers are set up, named by `--config python:deploy.workers`."""

import gc

from app.core.private import keep_private
from app.core.waiting import count_with

worker_class = "deploy.bounded.BoundedWorker"


def post_worker_init(worker: object) -> None:
    """A worker has loaded its application: gunicorn calls this by its name."""
    keep_private()  # a PIN that somebody types passes through
    in_line = getattr(worker, "in_line", None)
    if in_line is not None:
        count_with(in_line)
    settle()


def settle() -> None:
    """Take what was loaded out of the garbage collector's sight: it lives as long as the process.

    Otherwise the collector walks through all of it (some hundred thousand objects) once in about eighty answers, and that
    answer waits 0.1 to 0.3 seconds.
    """
    gc.collect()
    gc.freeze()
