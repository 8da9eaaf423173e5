"""How gunicorn's workers are set up, named by `--config python:deploy.workers`."""

import gc


def post_worker_init(worker: object) -> None:  # noqa: ARG001  gunicorn's signature
    """A worker has loaded its application: gunicorn calls this by its name."""
    settle()


def settle() -> None:
    """Take what was loaded out of the garbage collector's sight: it lives as long as the process.

    Otherwise the collector walks through all of it (some hundred thousand objects) once in about eighty answers, and that
    answer waits 0.1 to 0.3 seconds.
    """
    gc.collect()
    gc.freeze()
