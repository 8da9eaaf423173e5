"""`flask ca roll-over`, `backup`, `restore`: what is done with people in the room."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import current_app

from app.core import clock
from app.core.errors import DomainError
from issuance.ceremony.backup import Backup, back_up, restore
from issuance.ceremony.configuration import DEVELOPMENT, load_configuration, require_two_people
from issuance.ceremony.roll_over import roll_over
from issuance.ceremony.words import sentence
from issuance.queries.authority import list_generation
from issuance.rules.shares import read


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
@click.option("--compromised", is_flag=True, help="The old key is in wrong hands: make no cross-certificates.")
def roll_over_command(path: Path, present: tuple[str, ...], compromised: bool) -> None:  # noqa: FBT001  click's way
    """Make the next generation of the CA with a new key, cross-certified with the present one."""
    settings = current_app.extensions["settings"]
    with said_plainly():
        configuration = load_configuration(path, present)
        if not settings.is_development and path == DEVELOPMENT:
            raise click.ClickException("A production ceremony needs a configuration of its own: --configuration.")
        record = roll_over(configuration, settings, now=clock.now(), is_compromised=compromised)
    for person in configuration.present:
        click.echo(f"present   {person.name} ({person.role})")
    for row in list_generation():
        click.echo(f"{row.purpose.value:<9} {row.key_label:<7} {row.sha256}")
    click.echo(f"record    {record}")


@click.command("backup")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--present", multiple=True, help="Name of somebody in the room; two at least.")
@click.option("--needed", default=2, show_default=True, help="How many shares open the backup.")
@click.option("--shares", "count", default=3, show_default=True, help="How many people get a share.")
@click.option("--shares-to", type=click.Path(path_type=Path), help="Directory for one file each; else on the screen.")
@click.option("--so-pin-file", type=click.Path(path_type=Path), help="PIN of the HSM's security officer.")
def backup_command(  # noqa: PLR0913, PLR0917  one argument for each option
    path: Path,
    present: tuple[str, ...],
    needed: int,
    count: int,
    shares_to: Path | None,
    so_pin_file: Path | None,
) -> None:
    """Write the authority's keys, wrapped, to PATH, and split the wrapping key among people."""
    with said_plainly():
        require_two_people(present)
        made = back_up(
            current_app.extensions["settings"],
            path,
            present=list(present),
            needed=needed,
            count=count,
            so_pin_path=so_pin_file,
            now=clock.now(),
        )
    _hand_out(made, shares_to)
    click.echo(f"backup    {made.path} ({made.name})")
    click.echo(f"keys      {', '.join(made.labels)}")
    if made.kept:
        raise click.ClickException(
            f"Not in this backup: {', '.join(made.kept)}. They never leave the HSM: back them up with its own tool."
        )


@click.command("restore")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--present", multiple=True, help="Name of somebody in the room; two at least.")
@click.option("--share", "files", multiple=True, type=click.Path(exists=True, path_type=Path), help="File of a share.")
def restore_command(path: Path, present: tuple[str, ...], files: tuple[Path, ...]) -> None:
    """Put the keys of the backup in PATH onto an empty token, opened by its shares."""
    with said_plainly():
        require_two_people(present)
        shares = [read(file.read_text("utf-8"), file.name) for file in files]
        while not shares or len({share.number for share in shares}) < shares[0].needed:
            if files:
                break  # too few files are an error, not a question
            typed = click.prompt(f"Share {len(shares) + 1}, one line", hide_input=True)
            shares.append(read(typed, f"Share {len(shares) + 1}"))
        labels = restore(current_app.extensions["settings"], path, shares, present=list(present))
    click.echo(f"restored  {', '.join(labels)}")


def _hand_out(made: Backup, directory: Path | None) -> None:
    total = len(made.shares)
    for share in made.shares:
        head = f"Share {share.number} of {total} of the key backup {made.name}; {share.needed} open it."
        if directory is None:
            click.echo(f"{head} Only its keeper may look at the screen now.")
            click.pause()
            click.echo(share.text())
            click.pause("Written down and compared? Press any key: the screen is cleared. ")
            click.clear()
        else:
            directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            file = directory / f"share-{share.number}.txt"
            file.touch(mode=0o600, exist_ok=False)
            file.write_text(f"{head}\nKeep it apart from the others and from the backup.\n\n{share.text()}\n", "utf-8")
            click.echo(f"share     {file}")
