"""`flask staff …`: the first member of staff, before anybody can sign in to add others."""

import click
from flask.cli import AppGroup

from app.core.actor import SYSTEM
from app.core.errors import DomainError
from app.security.permissions import Role
from app.security.services.staff import add_staff, make_first_password

staff_cli = AppGroup("staff", help="Members of staff.")
COMMANDS = (staff_cli,)


@staff_cli.command("add")
@click.option("--email", required=True)
@click.option("--name", required=True)
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice([role.value for role in Role]))
@click.option("--password", default="", help="Own password, not to be changed at the first sign-in (development).")
def add(email: str, name: str, roles: tuple[str, ...], password: str) -> None:
    """Take a person in, and print the first password unless one is given."""
    first = password or make_first_password()
    try:
        add_staff(email=email, name=name, roles=list(roles), password=first, actor=SYSTEM, must_change=not password)
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{email} added" if password else f"{email} added; first password: {first}")
