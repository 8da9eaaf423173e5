"""The worker process: RQ's own worker, inside the application's context."""

import os

from redis import Redis
from rq import Queue, SimpleWorker, Worker
from sqlalchemy.orm import configure_mappers

from app.core.db import db
from app.core.private import keep_private
from app.jobs.registry import QUEUES


class ForkingWorker(Worker):
    """RQ's worker, which forks a child for each job. The child must not use its parent's database connections."""

    def main_work_horse(self, *args: object, **kwargs: object) -> None:
        """First thing in the child: forget the connections that belong to the parent."""
        db.engine.dispose(close=False)
        super().main_work_horse(*args, **kwargs)


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
    worker = kind(
        [Queue(name, connection=redis) for name in queues], connection=redis, name=f"{'-'.join(queues)}-{os.getpid()}"
    )
    worker.work(burst=burst, with_scheduler=False)
