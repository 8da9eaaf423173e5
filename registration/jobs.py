"""Work of registration that is done outside of a request."""

import logging
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from app.core import clock
from app.core.db import db
from app.core.errors import DomainError
from registration import notice_queries
from registration.rules.notices import REMIND_DAYS_BEFORE
from registration.services.expire_notice import expire_notice
from registration.services.follow_returned_papers import follow_returned_papers as follow
from registration.services.rasterise_scan import rasterise_scan as _rasterise
from registration.services.remind_notice import remind_notice

log = logging.getLogger(__name__)
LONGEST_CLOSURE = timedelta(days=14)  # an open day lies in every two weeks


def rasterise_scan(scan_id: str) -> None:
    """Draw the pages of a scan. Safe to run twice."""
    _rasterise(UUID(scan_id))


def follow_returned_papers(subject_id: str) -> None:
    """Bring the sheets in the mail piece of this id to where it is. Safe to run twice."""
    follow(UUID(subject_id), now=clock.now())


def remind_notices() -> None:
    """By the clock: remind the companies whose notices run out soon."""
    until = clock.today() + timedelta(days=REMIND_DAYS_BEFORE) + LONGEST_CLOSURE
    _each(notice_queries.list_open_until(until), lambda notice_id: remind_notice(notice_id, now=clock.now()))


def expire_notices() -> None:
    """By the clock: let the cases lapse whose notices nobody answered."""
    _each(notice_queries.list_open_until(clock.today()), lambda notice_id: expire_notice(notice_id, now=clock.now()))


def _each(notice_ids: list[UUID], act: Callable[[UUID], object]) -> None:
    """One that cannot be done now is left for the next turn and keeps none of the others."""
    db.session.rollback()
    for notice_id in notice_ids:
        try:
            act(notice_id)
        except DomainError:
            log.exception("notice %s", notice_id)
