"""What becomes of a letter is followed by a worker that may come late: the next letter's PIN is none of its business."""

import pytest
from flask import Flask
from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.core.errors import StaleError
from issuance import jobs
from issuance.jobs.tokens import revoke_of_token
from issuance.queries.stops import count_stopped
from issuance.services.check_pin import check_pin
from issuance.services.follow_mail_piece import follow_mail_piece
from issuance.services.reserve_token import reserve_token
from issuance.services.resume_enrolment import resume_enrolment
from mailings.rules.resending import ResendReason
from mailings.services.record_outcome import record_loss
from mailings.services.send_letter_again import send_letter_again
from models.certificates import Revocation
from models.enums import CertificateStatus, EnrolmentStatus, PinKind, PinStatus
from models.pin_secrets import PinSecret
from tests.factories.desk import staff_actor
from tests.factories.stories import certificates_of, delivered_story, enrolment_of, promises_of, stop_issue
from tests.integration.test_main_line import Story, pins

pytestmark = pytest.mark.hsm


@pytest.fixture
def story(app: Flask, authority: None) -> Story:
    return delivered_story(app)


def second_letter(story: Story) -> None:
    """The holder lost the first one; the second is printed before the worker has heard of the loss."""
    db.session.rollback()
    record_loss(story.piece, circumstances="転居のとき", actor=story.mailroom, now=clock.now())
    reason = ResendReason.LOST_BY_HOLDER
    story.piece = send_letter_again(story.piece, reason=reason, actor=story.mailroom, now=clock.now())
    reserve_token(story.piece, now=clock.now())
    story.print()


def test_a_loss_that_is_followed_late_leaves_the_new_pin_alone(story: Story) -> None:
    first = story.piece
    second_letter(story)
    follow_mail_piece(first, now=clock.now())
    assert pins(PinKind.APPLICATION) == [PinStatus.DESTROYED, PinStatus.ISSUED]
    assert check_pin(story.number, story.pin, PinKind.APPLICATION, now=clock.now()) is not None
    db.session.rollback()
    newest = select(PinSecret.usable_until).order_by(PinSecret.created_at.desc()).limit(1)
    assert db.session.scalar(newest) is None  # its days begin with its own delivery


def test_a_loss_that_is_followed_in_time_voids_the_pin(story: Story) -> None:
    record_loss(story.piece, circumstances="転居のとき", actor=story.mailroom, now=clock.now())
    follow_mail_piece(story.piece, now=clock.now())
    assert pins(PinKind.APPLICATION) == [PinStatus.DESTROYED]


def lose(story: Story) -> str:
    """The mailroom records that the holder lost the letter with the token. Key of the line in the token's book."""
    record_loss(story.piece, circumstances="転居のとき", actor=story.mailroom, now=clock.now())
    follow_mail_piece(story.piece, now=clock.now())
    (promise,) = promises_of("issuance.jobs.tokens.revoke_of_token")
    return str(promise.subject_id)


def test_an_issue_that_stands_still_ends_with_the_token(story: Story) -> None:
    """Nobody may let it go on afterwards: the key is on a token that somebody may have found."""
    stopped = stop_issue(story).id
    revoke_of_token(lose(story))
    assert enrolment_of(story).status is EnrolmentStatus.REFUSED
    assert (count_stopped(), certificates_of(story)) == (0, [])
    assert pins(PinKind.APPLICATION) + pins(PinKind.DOWNLOAD) == [PinStatus.DESTROYED] * 2
    with pytest.raises(StaleError):
        resume_enrolment(stopped, actor=staff_actor("officer"))


def test_a_certificate_on_a_token_that_was_lost_with_its_letter_is_revoked(story: Story) -> None:
    jobs.issue_certificate(str(story.request(story.open())))
    line = lose(story)
    revoke_of_token(line)
    (certificate,) = certificates_of(story)
    assert certificate.status is CertificateStatus.REVOKED
    row = db.session.scalars(select(Revocation)).one()
    assert (row.reason, row.asked_by, row.decided_by_name) == ("keyCompromise", "holder", "小川 亮")


def test_the_next_letter_survives_a_loss_that_is_worked_off_late(story: Story) -> None:
    first = story.piece
    second_letter(story)
    follow_mail_piece(first, now=clock.now())
    (promise,) = promises_of("issuance.jobs.tokens.revoke_of_token")
    revoke_of_token(str(promise.subject_id))
    assert pins(PinKind.APPLICATION) == [PinStatus.DESTROYED, PinStatus.ISSUED]
