"""Holders are told in time that a certificate ends: one batch of one step is one transaction."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from app import audit
from app.core.actor import SYSTEM
from app.core.clock import TOKYO, day_in_tokyo
from app.core.db import db
from app.core.transaction import transaction
from app.jobs import defer
from issuance.queries import renewals
from issuance.queries.renewals import Ending, Standing
from issuance.rules.renewal import Policy, Step, online_until
from models.certificates import CertificateNotice
from models.enums import CertificateNoticeKind, NoticeChannel


@dataclass(frozen=True, slots=True)
class Batch:
    """What one turn did."""

    planned: int
    last: tuple[datetime, UUID] | None  # to go on from; None: the step is done


def plan_renewal_notices(  # noqa: PLR0913  which step by which way, from where on, under which policy
    step: Step,
    channel: NoticeChannel,
    *,
    policy: Policy,
    now: datetime,
    limit: int,
    after: tuple[datetime, UUID] | None = None,
) -> Batch:
    """Plan the notices of the next certificates of a step. Two at once, or one twice, never plan a notice twice.

    Nobody is told who has a newer certificate or is about to get one, whose company cancelled, or whose certificate is
    revoked. The notice says how far an online renewal would reach.

    Args:
        step: which certificates.
        channel: e-mail or letter.
        policy: of online renewals.
        now: the present moment.
        limit: how many certificates to look at.
        after: `last` of the batch before.
    """
    today = day_in_tokyo(now)
    with transaction():
        rows = renewals.list_without_notice(
            begin=max(now, _midnight(now, step.over + 1)),
            end=_midnight(now, step.days + 1),
            channel=channel,
            step=step.days,
            after=after,
            limit=limit,
        )
        standing = renewals.standing_of(rows, today)
        due = [row for row in rows if not _is_cared_for(standing[row.id])]
        planned = _plan(due, standing, step, channel, policy) if due else []
        for notice_id in planned:
            if channel is NoticeChannel.EMAIL:
                defer("mailings.jobs.email_certificate_notice", notice_id)
            else:
                defer("mailings.jobs.prepare_certificate_letter", notice_id)
        if planned:
            audit.record(
                "notice:plan",
                subject_type="certificate_notice",
                subject_id=f"renewal-{channel.value}-{step.days}",
                actor=SYSTEM,
                detail={"count": len(planned), "day": today, "first": str(planned[0]), "last": str(planned[-1])},
            )
        return Batch(len(planned), (rows[-1].not_after, rows[-1].id) if len(rows) == limit else None)


def _is_cared_for(standing: Standing) -> bool:
    return standing.is_cancelled or standing.is_renewed or standing.is_requested or standing.is_opened


def _plan(
    due: list[Ending], standing: dict[UUID, Standing], step: Step, channel: NoticeChannel, policy: Policy
) -> list[UUID]:
    values = [
        {
            "certificate_id": row.id,
            "kind": CertificateNoticeKind.RENEWAL,
            "step": step.days,
            "channel": channel,
            "online_until": None if standing[row.id].is_used else online_until(row.ends_on, row.anchor, policy),
        }
        for row in due
    ]
    statement = insert(CertificateNotice).values(values).on_conflict_do_nothing()
    return list(db.session.scalars(statement.returning(CertificateNotice.id)))


def _midnight(now: datetime, days: int) -> datetime:
    """The beginning, in Japan, of the day so many days from today."""
    return datetime.combine(day_in_tokyo(now) + timedelta(days=days), time(), TOKYO)
