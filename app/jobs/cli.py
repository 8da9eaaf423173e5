"""`flask jobs …`: the worker and the clock."""

import click
from flask import current_app
from flask.cli import AppGroup
from redis import Redis

from app.core import clock
from app.core.errors import DomainError
from app.jobs.clock import run_clock
from app.jobs.hand_over import hand_over
from app.jobs.registry import QUEUES
from app.jobs.worker import run_worker

jobs_cli = AppGroup("jobs", help="Work promised in transactions.")


def _redis() -> Redis:
    return Redis.from_url(current_app.extensions["settings"].redis_url())


@jobs_cli.command("work")
@click.argument("queues", nargs=-1)
@click.option("--burst", is_flag=True, help="Stop when the queues are empty.")
@click.option(
    "--no-fork", is_flag=True, help="Work in this process: what a job keeps in memory is there for the next one."
)
def work(queues: tuple[str, ...], burst: bool, no_fork: bool) -> None:  # noqa: FBT001  click passes flags by name
    """Work on QUEUES (all of them if none is named)."""
    unknown = set(queues) - set(QUEUES)
    if unknown:
        raise click.BadParameter(f"no such queue: {', '.join(sorted(unknown))}; there are {', '.join(QUEUES)}")
    run_worker(_redis(), queues or QUEUES, burst=burst, fork=not no_fork)


@jobs_cli.command("clock")
def tick_on() -> None:
    """Hand promises over and run the schedule, until stopped."""
    run_clock(_redis())


@jobs_cli.command("hand-over")
def hand_over_once() -> None:
    """Hand over what is due, once."""
    try:
        click.echo(hand_over(_redis(), clock.now()))
    except DomainError as error:
        raise click.ClickException(str(error)) from error
