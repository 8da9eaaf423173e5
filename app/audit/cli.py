"""`flask audit …`"""

import click
from flask.cli import AppGroup

from app.audit.verify import verify_chain

audit_cli = AppGroup("audit", help="The audit log.")


@audit_cli.command("verify")
def verify() -> None:
    """Check every link of the audit chain; exit status 1 if one does not hold."""
    report = verify_chain()
    if not report.is_intact:
        raise click.ClickException(f"broken at entry {report.broken_at}: {report.reason}")
    click.echo(f"intact: {report.entries} entries, {report.anchors} anchors")
