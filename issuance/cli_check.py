"""`flask ca check`: everything that was ever issued, looked at again. `flask ca health`: how each part is now."""

import json

import click

from app.core import clock
from app.core.db import db
from issuance.queries.checks import Context
from issuance.queries.health import read_health
from issuance.rules.health import HealthState, worst
from issuance.services.check_authority import MOST_FINDINGS, begin_check, continue_check
from models.authority_checks import AuthorityCheck

HEALTH = {
    "authority-missing": "no key ceremony was held: flask ca init",
    "authority-expired": "the CA certificate ended on {until}: docs/runbooks/roll-over.md",
    "authority-roll-over": "the CA certificate ends on {until} and cuts new certificates short: docs/runbooks/roll-over.md",
    "authority-valid": "valid until {until}",
    "signing-away": "does not answer: docs/runbooks/hsm-away.md",
    "signing-answers": "answers, {operations} operations",
    "keys-missing": "not on the token: {keys}: docs/runbooks/hsm-away.md",
    "keys-there": "{keys}",
    "latency-good": "{milliseconds} ms to read a public key",
    "latency-slow": "{milliseconds} ms to read a public key: look at the HSM and its network",
    "crl-missing": "{name}: none was issued: flask ca crl",
    "crl-expired": "{name}: number {number} ended {left} hours from now: flask ca crl",
    "crl-late": "{name}: number {number} is {hours} hours old, {left} hours left: flask ca crl",
    "crl-fresh": "{name}: number {number}, {entries} entries, {hours} hours old, {left} hours left",
    "fetch-failed": "{name}: the public address does not give it ({reason}): look at the site and its proxy",
    "fetch-same": "{name}: the public address gives the very same",
    "fetch-waiting": "{name}: not fetched back yet",
    "responder-missing": "generation {generation}: no valid certificate: is the signing process there?",
    "responder-ends": "generation {generation}: {days} days left, and it was not renewed: is the clock process running?",
    "responder-valid": "generation {generation}: {days} days left",
    "clock-never": "never compared: set NTP_SERVER, start the clock process",
    "clock-wrong": "{milliseconds} ms off: no time stamps are given; correct the machine's clock",
    "clock-late": "last compared {minutes} minutes ago: is the clock process running?",
    "clock-good": "{milliseconds} ms off",
    "queue-failing": "{failing} promises fail again and again: see the portal's jobs page",
    "queue-waits": "{count} promises wait, the oldest {minutes} minutes: is the issuance worker running?",
    "queue-moves": "{count} promises wait",
    "unfinished": "{count} certificates were begun and not finished: see the portal's certificates",
    "unfinished-none": "none",
    "stopped": "refused before the signature, waiting for an officer: {count}",
    "stopped-none": "none",
    "suspect": "{count} certificates are suspect: docs/runbooks/ca-compromise.md",
    "suspect-none": "none",
    "check-never": "never run: flask ca check",
    "check-found": "{findings} findings in {checked} certificates: flask ca check",
    "check-old": "{checked} certificates, clean, {hours} hours ago: is the clock process running?",
    "check-clean": "{checked} certificates, clean, {hours} hours ago",
}


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


@click.command("health")
@click.option("--json", "as_json", is_flag=True, help="For a monitoring system.")
def health_command(as_json: bool) -> None:  # noqa: FBT001  click passes flags by name
    """How each part of the authority is; exit status 1 if something is bad."""
    lines = read_health(clock.now())
    whole = worst(lines)
    if as_json:
        rows = [{"part": each.part, "state": each.state, "code": each.code, **each.fields} for each in lines]
        click.echo(json.dumps({"ok": whole is not HealthState.BAD, "state": whole, "parts": rows}, default=str))
    else:
        for each in lines:
            click.echo(f"{each.state:<6} {each.part:<11} {HEALTH[each.code].format_map(each.fields)}")
    if whole is HealthState.BAD:
        raise SystemExit(1)
