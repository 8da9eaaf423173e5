"""Renewal by the clock."""

from flask import current_app

from app.core import clock
from issuance.rules.renewal import Policy, steps_of
from issuance.services.plan_renewal_notices import plan_renewal_notices
from models.enums import NoticeChannel

BATCH = 500
MOST = 5_000  # certificates of one channel looked at in one turn: the clock has other things to do


def plan_notices() -> None:
    """Plan the notices that are due: who was not reached in this turn is in the next one."""
    settings = current_app.extensions["settings"]
    policy = Policy(settings.renewal_window_days, settings.renewal_least_days)
    for channel, days in (
        (NoticeChannel.EMAIL, settings.renewal_email_days),
        (NoticeChannel.LETTER, settings.renewal_letter_days),
    ):
        planned = 0
        for step in steps_of(days):
            after = None
            while planned < MOST:
                batch = plan_renewal_notices(step, channel, policy=policy, now=clock.now(), limit=BATCH, after=after)
                planned += batch.planned
                after = batch.last
                if after is None:
                    break
