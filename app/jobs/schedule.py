"""What is done by the clock: (dotted name, every so often). Each takes no argument and is safe to run twice."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Regular:
    """One regular task, run by the clock process itself: short, and idempotent."""

    name: str
    every: timedelta


SCHEDULE = (
    Regular("issuance.jobs.reconcile", timedelta(minutes=1)),
    Regular("issuance.jobs.issuing.expire", timedelta(hours=1)),
    Regular("issuance.jobs.publish_crl_if_due", timedelta(minutes=5)),
    Regular("mailings.jobs.collect_bounces", timedelta(minutes=2)),
    Regular("registration.jobs.remind_notices", timedelta(hours=1)),
    Regular("registration.jobs.expire_notices", timedelta(hours=1)),
    Regular("app.audit.anchor.anchor_chain", timedelta(hours=1)),
)
