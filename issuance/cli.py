"""`flask ca …`: the key ceremony, the CRL, and the state of the authority."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from app.core import clock
from issuance import queries
from issuance.ceremony.commands import backup_command, restore_command, roll_over_command, said_plainly
from issuance.ceremony.configuration import DEVELOPMENT, load_configuration
from issuance.ceremony.making import UNITS
from issuance.ceremony.run import hold_ceremony
from issuance.cli_check import check_command, health_command
from issuance.cli_revoke import revoke
from issuance.queries.crls import list_scopes
from issuance.rules.crl_names import crl_name
from issuance.services.publish_crl import publish_crl
from models.enums import CaKeyPurpose

ca_cli = AppGroup("ca", help="The certification authority.")
for _command in (roll_over_command, backup_command, restore_command, check_command, health_command, revoke):
    ca_cli.add_command(_command)
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
    with said_plainly():
        configuration = load_configuration(path, present)
        if not settings.is_development and path == DEVELOPMENT:
            raise click.ClickException("A production ceremony needs a configuration of its own: --configuration.")
        record = hold_ceremony(configuration, settings, now=clock.now())
    for person in configuration.present:
        click.echo(f"present   {person.name} ({person.role})")
    for purpose in (CaKeyPurpose.CA, *UNITS):
        row = queries.get_authority(purpose)
        click.echo(f"{purpose.value:<9} {row.sha256}")
    click.echo(f"record    {record}")


@ca_cli.command("crl")
def crl() -> None:
    """Issue the CRL of every CA now."""
    with said_plainly():
        publish_crl(now=clock.now(), even_if_current=True)
    for scope in list_scopes(clock.now()):
        latest = queries.find_latest_crl(scope.ca_id, scope.shard)
        if latest is not None:
            name, until = crl_name(scope.generation, scope.shard), latest.next_update.isoformat()
            click.echo(f"{name}  number {latest.number}, {latest.entry_count} entries, next update {until}")
