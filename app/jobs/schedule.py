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
    Regular("issuance.jobs.renewal.plan_notices", timedelta(minutes=15)),
    Regular("issuance.jobs.authority.check", timedelta(minutes=10)),
    Regular("issuance.jobs.ocsp.renew_responders", timedelta(hours=1)),
    Regular("app.timestamps.clock_check.check_clock", timedelta(minutes=1)),
    Regular("issuance.jobs.tokens.warn_low_stock", timedelta(hours=1)),
    Regular("mailings.jobs.collect_bounces", timedelta(minutes=2)),
    Regular("mailings.jobs.warn_kept_letters", timedelta(hours=1)),
    Regular("issuance.jobs.receipts.follow", timedelta(hours=1)),
    Regular("registration.jobs.remind_notices", timedelta(hours=1)),
    Regular("registration.jobs.expire_notices", timedelta(hours=1)),
    Regular("app.audit.anchor.anchor_chain", timedelta(hours=1)),
)
