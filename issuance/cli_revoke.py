"""`flask ca revoke`: for the day on which the portal is down. Two people in the room, by name."""

from datetime import datetime
from uuid import UUID

import click

from app.core import clock
from app.core.actor import Actor, ActorKind
from app.core.clock import TOKYO
from app.core.db import db
from app.core.errors import DomainError
from issuance import queries
from issuance.queries.revocations import find_publication, find_revocation
from issuance.rules.revocation_batch import read_serials
from issuance.rules.revocation_policy import CIRCUMSTANCES, reason_of
from issuance.services.publish_crl import publish_crl
from issuance.services.revoke_certificate import revoke_certificate
from models.certificates import Certificate
from models.enums import CertificateStatus, RevocationAsker

TWO = 2


@click.command("revoke")
@click.option("--serial", required=True, help="Serial number of the certificate, hexadecimal.")
@click.option("--circumstance", required=True, type=click.Choice(list(CIRCUMSTANCES)), help="What happened.")
@click.option(
    "--asked-by",
    type=click.Choice([each.value for each in RevocationAsker]),
    default=RevocationAsker.AUTHORITY.value,
    show_default=True,
)
@click.option("--since", default="", help="Since when the key is unsafe, Japanese time: 2026-11-26T14:05.")
@click.option("--present", multiple=True, help="Name of somebody in the room; two at least.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def revoke(  # noqa: PLR0913  click passes one argument for each option
    *, serial: str, circumstance: str, asked_by: str, since: str, present: tuple[str, ...], yes: bool
) -> None:
    """Revoke a certificate, tell its holder, and issue a CRL."""
    names = list(dict.fromkeys(name.strip() for name in present if name.strip()))
    if len(names) < TWO:
        raise click.ClickException("Two people are needed: --present NAME --present NAME.")
    try:
        certificate = _certificate(serial)
        click.echo(
            f"serial    {certificate.serial}\nsubject   {certificate.subject}\nstatus    {certificate.status.value}"
        )
        if certificate.status is CertificateStatus.REVOKED:
            raise click.ClickException("It is revoked already.")
        certificate_id, number = certificate.id, certificate.serial
        db.session.rollback()
        if not yes:
            click.confirm("Revoke it for good?", abort=True)
        now = clock.now()
        revoke_certificate(
            certificate_id,
            reason=reason_of(circumstance),
            asked_by=asked_by,
            asked_at=now,
            actor=Actor(ActorKind.SYSTEM, None, f"{'、'.join(names)}（コマンド）"),
            now=now,
            invalid_since=datetime.fromisoformat(since).replace(tzinfo=TOKYO) if since else None,
        )
    except ValueError as error:
        raise click.ClickException("Write --since as 2026-11-26T14:05.") from error
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"revoked   {number}")
    _publish(certificate_id)


def _certificate(serial: str) -> Certificate:
    wanted = read_serials(serial)
    found = queries.find_by_serial(wanted[0]) if len(wanted) == 1 else None
    if found is None:
        raise click.ClickException("There is no certificate with this serial number.")
    return found


def _publish(certificate_id: UUID) -> None:
    """The CRL at once; if that cannot be, the promise stands and the workers do it."""
    try:
        publish_crl(now=clock.now())
    except DomainError as error:
        click.echo(f"CRL       promised, not issued yet: {error}")
        return
    db.session.rollback()
    row = find_revocation(certificate_id)
    found = find_publication(row) if row else None
    click.echo(f"CRL       {found.number if found else 'promised'}")
