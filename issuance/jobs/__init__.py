"""What other features and the clock ask of issuance. Each is safe to run twice."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from app import jobs
from app.core import clock
from app.core.db import db
from app.core.transaction import transaction
from issuance import queries
from issuance.errors import KeyRefusedError, ProfileError, UnfinishedError
from issuance.queries.crls import is_published
from issuance.queries.issuing import list_abandoned_enrolments, list_waiting_enrolments
from issuance.rules.profile import alternative_name, subject_of
from issuance.rules.revocation import reason_for_change
from issuance.rules.unfinished import ABANDONED_AFTER
from issuance.services.build_certificates import holder_of_applicant
from issuance.services.end_enrolments import end_enrolments
from issuance.services.follow_mail_piece import follow_mail_piece as follow
from issuance.services.forget_download_pin import forget_download_pin as forget
from issuance.services.issue_certificate import issue_certificates
from issuance.services.publish_crl import publish_crl as publish
from issuance.services.reserve_token import reserve_token as reserve
from issuance.services.revoke_certificate import revoke_certificate
from issuance.services.stop_enrolments import is_a_stop
from models.applications import Applicant, Application
from models.certificates import Certificate
from models.enums import CaKeyPurpose, CertificateStatus, ChangeItem

log = logging.getLogger(__name__)
AT_ABOUT = timedelta(minutes=15)  # an issue and an approval that ran beside each other
MOST_AT_ONCE = 64  # certificates that one job issues
LIVE = (CertificateStatus.ISSUED, CertificateStatus.ACTIVE, CertificateStatus.REVOCATION_REQUESTED)
BEING_ISSUED = (CertificateStatus.SERIAL_RESERVED, CertificateStatus.INTENDED)


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
    """Issue the certificate of the enrolment of this id, and of those that wait beside it: together they are cheaper.

    What fails of the others is reported by the promise of its own. A refused key is the holder's turn, another refusal an
    officer's: the promise is kept.
    """
    wanted = UUID(subject_id)
    waiting = list_waiting_enrolments(limit=MOST_AT_ONCE)
    db.session.rollback()
    together = [wanted, *(each for each in waiting if each != wanted)][:MOST_AT_ONCE]
    failures = issue_certificates(together, now=clock.now())
    for enrolment_id, error in failures.items():
        log.warning("no certificate for enrolment %s: %s", enrolment_id, getattr(error, "code", type(error).__name__))
    failure = failures.get(wanted)
    if failure is not None and not isinstance(failure, KeyRefusedError) and not is_a_stop(failure):
        raise failure


def publish_crl(subject_id: str) -> None:
    """The certificate of the revocation of this id was revoked: the CRL says so without delay.

    Raises:
        UnfinishedError: another process is just publishing without it; the promise is tried again.
    """
    publish(now=clock.now())
    if not is_published(UUID(subject_id)):
        raise UnfinishedError("crl-behind")


def revoke_for_change(subject_id: str) -> None:
    """An approved change made the contents of the company's certificates untrue, or the company cancelled.

    Only what was made of the old facts is revoked: a certificate whose contents were fixed after the approval stays.

    Raises:
        UnfinishedError: one is just being issued; what is there was revoked, the promise is tried again.
    """
    change = queries.get_change(UUID(subject_id))
    reason, approved_at = reason_for_change(change.change_items), change.approved_at
    if reason is None or approved_at is None:
        return
    found = [
        (row.id, row.status)
        for row in queries.list_certificates_of_company(change.company_id)
        if _made_before(row, change)
    ]
    decider = queries.get_decider(change)  # the revocation was decided with the change (施行規則12条1項2号ロ)
    ended = []
    if ChangeItem.CANCELLATION.value in change.change_items:
        ended = queries.list_applicants_of_company(change.company_id, approved_until=approved_at)
    db.session.rollback()
    for applicant_id in ended:
        end_enrolments(applicant_id, now=clock.now())
    for certificate_id, status in found:
        if status in LIVE:
            revoke_certificate(
                certificate_id,
                reason=reason,
                asked_by="company",
                asked_at=approved_at,
                actor=decider,
                now=clock.now(),
            )
    if any(status in BEING_ISSUED for _id, status in found):
        raise UnfinishedError("being-issued")


def _made_before(certificate: Certificate, change: Application) -> bool:
    """Whether a certificate was made before a change: for a cancellation its serial number, else its contents."""
    assert change.approved_at is not None
    if ChangeItem.CANCELLATION.value in change.change_items:
        return certificate.created_at <= change.approved_at
    if certificate.intended_at is None:
        return False
    return certificate.intended_at <= change.approved_at or _says_old_names(certificate, change.approved_at)


def _says_old_names(certificate: Certificate, approved_at: datetime) -> bool:
    """Whether one that was made while the change was just being approved was made of what the company was called before."""
    if certificate.tbs is None or certificate.intended_at is None or certificate.intended_at > approved_at + AT_ABOUT:
        return False
    holder = holder_of_applicant(db.session.get_one(Applicant, certificate.applicant_id))
    try:
        is_new = alternative_name(holder).value in certificate.tbs
        return not is_new or subject_of(holder).rfc4514_string() != certificate.subject
    except ProfileError:
        return True  # the new names fit into no certificate, so that these are the old ones


def reconcile() -> None:
    """By the clock: take up what was begun and never completed."""
    abandoned = list_abandoned_enrolments(clock.now() - ABANDONED_AFTER)
    if abandoned:
        with transaction():
            for enrolment_id in abandoned:
                jobs.defer("issuance.jobs.issue_certificate", enrolment_id)


def publish_crl_if_due() -> None:
    """By the clock: a CRL at least daily."""
    if queries.find_authority(CaKeyPurpose.CA) is not None:
        publish(now=clock.now())
