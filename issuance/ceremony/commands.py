"""`flask ca roll-over`, `backup`, `restore`: what is done with people in the room."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import current_app

from app.core import clock
from app.core.errors import DomainError
from issuance.ceremony.configuration import DEVELOPMENT, load_configuration
from issuance.ceremony.roll_over import roll_over
from issuance.ceremony.words import sentence
from issuance.queries.authority import list_generation


@contextmanager
def said_plainly() -> Iterator[None]:
    """An error of the house as one sentence, and exit status 1."""
    try:
        yield
    except DomainError as error:
        raise click.ClickException(sentence(error)) from error


@click.command("roll-over")
@click.option("--configuration", "path", type=click.Path(path_type=Path), default=DEVELOPMENT, show_default=True)
@click.option("--present", multiple=True, help="Name of somebody in the room; two at least.")
def roll_over_command(path: Path, present: tuple[str, ...]) -> None:
    """Make the next generation of the CA with a new key, cross-certified with the present one."""
    settings = current_app.extensions["settings"]
    with said_plainly():
        configuration = load_configuration(path, present)
        if not settings.is_development and path == DEVELOPMENT:
            raise click.ClickException("A production ceremony needs a configuration of its own: --configuration.")
        record = roll_over(configuration, settings, now=clock.now())
    for person in configuration.present:
        click.echo(f"present   {person.name} ({person.role})")
    for row in list_generation():
        click.echo(f"{row.purpose.value:<9} {row.key_label:<7} {row.sha256}")
    click.echo(f"record    {record}")
