"""`flask ca …`: the key ceremony, the CRL, and the state of the authority."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from app import signer
from app.core import clock
from app.core.errors import DomainError
from issuance import queries
from issuance.ceremony.configuration import DEVELOPMENT, load_configuration
from issuance.ceremony.run import UNITS, hold_ceremony
from issuance.cli_revoke import revoke
from issuance.services.publish_crl import publish_crl
from models.enums import CaKeyPurpose

ca_cli = AppGroup("ca", help="The certification authority.")
ca_cli.add_command(revoke)
COMMANDS: tuple[click.Command, ...] = (ca_cli,)


@ca_cli.command("init")
@click.option("--configuration", "path", type=click.Path(path_type=Path), default=DEVELOPMENT, show_default=True)
@click.option("--present", multiple=True, help="Name of somebody in the room; two at least.")
@click.option("--if-missing", is_flag=True, help="Do nothing if the authority is there.")
def init(path: Path, present: tuple[str, ...], if_missing: bool) -> None:  # noqa: FBT001  click passes flags by name
    """Hold the key ceremony: make the token, the keys and the certificates of the authority."""
    if if_missing and queries.find_authority(CaKeyPurpose.CA) is not None:
        click.echo("The authority is there.")
        return
    settings = current_app.extensions["settings"]
    try:
        configuration = load_configuration(path, present)
        if not settings.is_development and path == DEVELOPMENT:
            raise click.ClickException("A production ceremony needs a configuration of its own: --configuration.")
        record = hold_ceremony(configuration, settings, now=clock.now())
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    for person in configuration.present:
        click.echo(f"present   {person.name} ({person.role})")
    for purpose in (CaKeyPurpose.CA, *UNITS):
        row = queries.get_authority(purpose)
        click.echo(f"{purpose.value:<9} {row.sha256}")
    click.echo(f"record    {record}")


@ca_cli.command("crl")
def crl() -> None:
    """Issue a CRL now."""
    try:
        publish_crl(now=clock.now(), even_if_current=True)
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    latest = queries.find_latest_crl(queries.get_authority(CaKeyPurpose.CA).id)
    if latest is not None:
        click.echo(f"CRL {latest.number}, {latest.entry_count} entries, next update {latest.next_update.isoformat()}")


@ca_cli.command("health")
def health() -> None:
    """Whether the signing process answers, and with which keys."""
    try:
        state = signer.current().health()
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"keys {', '.join(state['keys'])}; operations {state['operations']}")
