"""A token is lost, stolen or damaged: recorded at once, its certificates are revoked, another one is charged."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.core.actor import Actor
from app.core.transaction import transaction
from app.jobs import defer
from issuance.errors import TokenError
from issuance.queries.tokens import get_token_for_update
from issuance.rules.token_loss import CIRCUMSTANCES, FAULTS, REPORTERS, is_charged
from issuance.services.token_steps import move
from models.enums import TokenStatus

IN_AN_ENVELOPE = (TokenStatus.ENCLOSED,)
OUT = (TokenStatus.POSTED, TokenStatus.HELD, TokenStatus.ACTIVE)


@dataclass(frozen=True, slots=True)
class TokenReport:
    """What was told about a token."""

    circumstance: str  # issuance.rules.token_loss.CIRCUMSTANCES
    reporter: str  # REPORTERS
    reporter_name: str
    reported_at: datetime
    fault: str  # FAULTS: whose
    explanation: str = ""


def report_token(token_id: UUID, report: TokenReport, *, actor: Actor, now: datetime) -> UUID:
    """Record a loss or a damage; promise what follows.

    What follows: the revocation of every certificate on the token (keyCompromise for a loss or a theft, superseded for
    a damage), the end of an enrolment that is still open on it, another token for a letter that is not enclosed yet, and
    the charge for a replacement if the holder is at fault.

    Returns:
        key of the line in the token's book.

    Raises:
        TokenError: report-circumstance, report-reporter, report-name, report-fault, report-later,
            token-in-envelope: it lies in an envelope that is not posted.
        NotFoundError: there is no such token.
        IllegalTransitionError: it is lost, damaged, back or retired already.
    """
    _refuse_wrong(report, now)
    to, kind, _reason = CIRCUMSTANCES[report.circumstance]
    with transaction():
        token = get_token_for_update(token_id)
        if token.status in IN_AN_ENVELOPE:
            raise TokenError("token-in-envelope")
        before = token.status
        charged = is_charged(report.fault, before)
        line = move(
            token,
            to,
            kind=kind,
            actor=actor,
            now=now,
            detail={
                "circumstance": report.circumstance,
                "reporter": report.reporter,
                "reporter_name": report.reporter_name.strip()[:80],
                "reported_at": report.reported_at.isoformat(),
                "fault": report.fault,
                "charged": charged,
                "actor_id": str(actor.id) if actor.id else None,
                **({"explanation": report.explanation.strip()[:1000]} if report.explanation.strip() else {}),
            },
        )
        if before in OUT:
            defer("issuance.jobs.tokens.revoke_of_token", line.id)
        if charged:
            defer("app.billing.jobs.charge_token_replacement", line.id)
        if before is TokenStatus.RESERVED and token.mail_piece_id is not None:
            defer("issuance.jobs.reserve_token", token.mail_piece_id)
        return line.id


def _refuse_wrong(report: TokenReport, now: datetime) -> None:
    checks = (
        (report.circumstance in CIRCUMSTANCES, "report-circumstance", "circumstance"),
        (report.reporter in REPORTERS, "report-reporter", "reporter"),
        (bool(report.reporter_name.strip()), "report-name", "reporter_name"),
        (report.fault in FAULTS, "report-fault", "fault"),
        (report.reported_at <= now, "report-later", "reported_on"),
    )
    for is_good, code, field in checks:
        if not is_good:
            raise TokenError(code, field=field)
