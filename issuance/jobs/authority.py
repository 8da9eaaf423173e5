"""The nightly check of everything that was issued."""

from datetime import datetime, time, timedelta
from uuid import UUID

from app import jobs
from app.core import clock
from app.core.clock import TOKYO
from app.core.transaction import transaction
from issuance.queries.authority import find_authority
from issuance.queries.checks import Context, find_last_check
from issuance.services.check_authority import begin_check, continue_check
from models.enums import CaKeyPurpose

BEGINS = time(2, 0)  # Japan
STEP = timedelta(seconds=60)  # the worker's other work comes in between


def check() -> None:
    """By the clock: begin the check once a night. The work itself is promised, the clock has none of it."""
    now = clock.now()
    last = find_last_check()
    if find_authority(CaKeyPurpose.CA) is None or (last is not None and last.started_at >= _last_beginning(now)):
        return
    check_id = begin_check(now=now)
    with transaction():
        jobs.defer("issuance.jobs.authority.check_on", check_id)


def check_on(subject_id: str) -> None:
    """Go on with the check of this id for a minute; promise the rest."""
    check_id, context, until = UUID(subject_id), Context(), clock.now() + STEP
    while not continue_check(check_id, now=clock.now(), context=context):
        if clock.now() >= until:
            with transaction():
                jobs.defer("issuance.jobs.authority.check_on", check_id)
            return


def _last_beginning(now: datetime) -> datetime:
    here = now.astimezone(TOKYO)
    today = datetime.combine(here.date(), BEGINS, TOKYO)
    return today if today <= here else today - timedelta(days=1)
