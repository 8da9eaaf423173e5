"""The worker process: RQ's own worker, inside the application's context."""

import gc
import os
from importlib import import_module

from redis import Redis
from rq import Queue, SimpleWorker, Worker
from sqlalchemy.orm import configure_mappers

from app.core.db import db
from app.core.private import keep_private
from app.jobs.registry import JOBS, QUEUES


class ForkingWorker(Worker):
    """RQ's worker, which forks a child for each job. The child must not use its parent's database connections."""

    def main_work_horse(self, *args: object, **kwargs: object) -> None:
        """First thing in the child: forget the connections that belong to the parent."""
        db.engine.dispose(close=False)
        super().main_work_horse(*args, **kwargs)


def load_jobs(queues: tuple[str, ...]) -> None:
    """Load what the jobs of these queues need, and take it out of the garbage collector's sight: it lives as long as we do.

    Otherwise the collector walks through some hundred thousand objects, for 0.1 to 0.2 seconds, once in a hundred certificates.
    """
    for name, queue in JOBS.items():
        if queue in queues:
            import_module(name.rpartition(".")[0])
    gc.collect()
    gc.freeze()


def run_worker(redis: Redis, queues: tuple[str, ...] = QUEUES, *, burst: bool = False, fork: bool = True) -> None:
    """Work on the queues until stopped (or, with `burst`, until they are empty).

    Args:
        redis: where the queues are.
        queues: names, the most urgent first.
        burst: stop when nothing is left.
        fork: a child for each job, so that a job which dies takes no worker with it.
    """
    keep_private()  # PINs pass through the children
    kind = ForkingWorker if fork else SimpleWorker
    configure_mappers()  # once, instead of a fifth of a second in every child
    if not fork:
        load_jobs(queues)
    worker = kind(
        [Queue(name, connection=redis) for name in queues], connection=redis, name=f"{'-'.join(queues)}-{os.getpid()}"
    )
    worker.work(burst=burst, with_scheduler=False)
