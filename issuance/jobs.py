"""What other features and the clock ask of issuance. Each is safe to run twice."""

from datetime import timedelta
from uuid import UUID

from app import jobs
from app.core import clock
from app.core.transaction import transaction
from issuance import queries
from issuance.services.follow_mail_piece import follow_mail_piece as follow
from issuance.services.forget_download_pin import forget_download_pin as forget
from issuance.services.issue_certificate import issue_certificate as issue
from issuance.services.publish_crl import publish_crl
from issuance.services.reserve_token import reserve_token as reserve
from models.enums import CaKeyPurpose

ABANDONED_AFTER = timedelta(minutes=5)


def reserve_token(subject_id: str) -> None:
    """Set a token aside for the mail piece of this id."""
    reserve(UUID(subject_id), now=clock.now())


def follow_mail_piece(subject_id: str) -> None:
    """Bring the token to where the mail piece of this id is."""
    follow(UUID(subject_id), now=clock.now())


def forget_download_pin(subject_id: str) -> None:
    """The e-mail with the PIN of this id has gone."""
    forget(UUID(subject_id))


def issue_certificate(subject_id: str) -> None:
    """Issue the certificate of the enrolment of this id."""
    issue(UUID(subject_id), now=clock.now())


def reconcile() -> None:
    """By the clock: take up intents that were never completed."""
    abandoned = queries.list_abandoned_intents(clock.now() - ABANDONED_AFTER)
    if abandoned:
        with transaction():
            for enrolment_id in abandoned:
                jobs.defer("issuance.jobs.issue_certificate", enrolment_id)


def publish_crl_if_due() -> None:
    """By the clock: a CRL at least daily."""
    if queries.find_authority(CaKeyPurpose.CA) is not None:
        publish_crl(now=clock.now())
