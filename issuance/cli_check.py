"""`flask ca check`: everything that was ever issued, looked at again."""

import click

from app.core import clock
from app.core.db import db
from issuance.queries.checks import Context
from issuance.services.check_authority import MOST_FINDINGS, begin_check, continue_check
from models.authority_checks import AuthorityCheck


@click.command("check")
def check_command() -> None:
    """Compare every certificate, CRL and revocation with what should have been possible; exit status 1 if anything is wrong."""
    check_id, context = begin_check(now=clock.now()), Context()
    while not continue_check(check_id, now=clock.now(), context=context):
        pass
    check = db.session.get_one(AuthorityCheck, check_id, populate_existing=True)
    for each in check.findings:
        click.echo(f"{each['code']} {each['serial']} {each['what']}".rstrip())
    if check.finding_count > MOST_FINDINGS:
        click.echo(f"… and {check.finding_count - MOST_FINDINGS} more")
    click.echo(f"{check.checked_count} certificates checked, {check.finding_count} findings")
    if check.finding_count:
        raise SystemExit(1)
