"""`flask billing …`: the price list."""

from pathlib import Path

import click
from flask.cli import AppGroup

from app.billing.rules.price_file import parse_price_file
from app.billing.services.load_prices import load_prices
from app.core.actor import SYSTEM
from app.core.errors import DomainError

billing_cli = AppGroup("billing", help="Price list.")


COMMANDS = (billing_cli,)


@billing_cli.command("load-prices")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load(file: Path) -> None:
    """Add the prices of FILE (CSV, see app/billing/prices.example.csv). Known prices stay as they are."""
    try:
        added = load_prices(parse_price_file(file.read_text("utf-8")), actor=SYSTEM)
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{added} prices added.")
