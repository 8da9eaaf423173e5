"""A mail that was given up is sent once more by the job that sent it; one that told of a day that is over is not."""

from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from admin.views.emails import KINDS
from app.core import clock
from app.core.db import db
from app.core.errors import DomainError
from app.jobs.registry import JOBS
from mailings.services.release_address import JOB_OF, ONE_DAY, release_address, send_again
from models.emails import EmailAddress, OutgoingEmail
from models.enums import EmailAddressState, EmailStatus
from models.promises import Promise
from tests.factories.desk import staff_actor


def given_up(template: str) -> UUID:
    row = OutgoingEmail(
        template=template,
        subject_id=uuid4(),
        recipient="holder@example.jp",
        parameters={},
        message_id=f"<{uuid4()}@cectrust>",
        status=EmailStatus.GIVEN_UP,
        attempts=1,
        language="ja",
        created_at=clock.now(),
    )
    db.session.add(row)
    db.session.commit()
    return row.id


def promised() -> list[str]:
    db.session.rollback()
    return sorted(db.session.scalars(select(Promise.name)))


def test_every_kind_of_mail_has_its_job_or_its_day() -> None:
    assert set(JOB_OF) | ONE_DAY == set(KINDS) and not set(JOB_OF) & ONE_DAY
    assert set(JOB_OF.values()) <= set(JOBS)


@pytest.mark.parametrize("template", ["renewal_online", "renewal_papers", "receipt_reminder"])
def test_a_notice_about_a_certificate_is_sent_by_its_own_job(app: Flask, template: str) -> None:
    send_again(given_up(template), actor=staff_actor("officer"))
    assert promised() == ["mailings.jobs.email_certificate_notice"]


def test_what_told_of_a_day_is_not_sent_once_more(app: Flask) -> None:
    mail, officer = given_up("kept_letter"), staff_actor("officer")
    with pytest.raises(DomainError, match="mail-over"):
        send_again(mail, actor=officer)
    given_up("revocation_refused")
    address = EmailAddress(
        address="holder@example.jp",
        state=EmailAddressState.BLOCKED,
        soft_bounces=0,
        reason="550",
        released_by_name="",
        changed_at=clock.now(),
    )
    db.session.add(address)
    db.session.commit()
    assert release_address(address.id, actor=officer, now=clock.now()) == 1
    assert promised() == ["mailings.jobs.email_revocation_refused"]
