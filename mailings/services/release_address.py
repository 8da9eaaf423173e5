"""Somebody asked the addressee: mails to an address are tried again."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from app import audit
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import NotFoundError
from app.core.transaction import transaction
from app.jobs import defer
from mailings.errors import MailOverError, SecretGoneError
from mailings.services.send_email import ABOUT
from models.emails import EmailAddress, OutgoingEmail
from models.enums import EmailAddressState, EmailStatus

CASE_LETTER = "mailings.jobs.email_case_letter"
# Which job sends a template. The subject of the row is that of the job, or the row names the job's (ABOUT).
JOB_OF = {
    "login": "mailings.jobs.email_login",
    "download_pin": "mailings.jobs.email_download_pin",
    "contents_refused": "mailings.jobs.email_contents_refused",
    "contents_answered": "mailings.jobs.email_contents_answered",
    "contents_ended": "mailings.jobs.email_contents_answered",
    "key_refused": "mailings.jobs.email_key_refused",
    "enrolment_stopped": "mailings.jobs.email_enrolment_stopped",
    "enrolment_ended": "mailings.jobs.email_enrolment_ended",
    "certificate_issued": "mailings.jobs.email_certificate_issued",
    "certificate_revoked": "mailings.jobs.email_certificate_revoked",
    "contract_turn": "mailings.jobs.email_contract",
    "contract_completed": "mailings.jobs.email_contract_completed",
    "invoice": "mailings.jobs.email_invoice",
    "invoice_readdressed": "mailings.jobs.email_invoice_readdressed",
    "emergency": "mailings.jobs.email_emergency",
    "notice_reminder": "mailings.jobs.email_notice_reminder",
    "renewal_online": "mailings.jobs.email_certificate_notice",
    "renewal_papers": "mailings.jobs.email_certificate_notice",
    "receipt_reminder": "mailings.jobs.email_certificate_notice",
    "revocation_refused": "mailings.jobs.email_revocation_refused",
    **dict.fromkeys(("deficiency_notice", "refusal_notice", "withdrawal_notice", "lapse_notice"), CASE_LETTER),
}
# They told of one day, which is over: the next one is told of by itself.
ONE_DAY = frozenset({"kept_letter", "kept_letter_company", "low_stock"})
SECRETS = frozenset({"login", "download_pin"})  # forgotten once they went: a new one is asked for instead


def release_address(address_id: UUID, *, actor: Actor, now: datetime) -> int:
    """Take an address as good again, and promise once more what was given up for it and is still true.

    Returns:
        how many mails are tried again.

    Raises:
        NotFoundError: no such address.
    """
    with transaction():
        row = db.session.get(EmailAddress, address_id, with_for_update=True, populate_existing=True)
        if row is None:
            raise NotFoundError("email address", id=address_id)
        row.state, row.soft_bounces, row.changed_at = EmailAddressState.GOOD, 0, now
        row.released_by_name, row.released_at = actor.name, now
        held = db.session.scalars(
            select(OutgoingEmail)
            .where(func.lower(OutgoingEmail.recipient) == row.address, OutgoingEmail.status == EmailStatus.GIVEN_UP)
            .with_for_update()
        ).all()
        held = [email for email in held if email.template not in ONE_DAY]
        for email in held:
            _again(email)
        audit.record(
            "email:release",
            subject_type="email_address",
            subject_id=row.id,
            actor=actor,
            detail={"address": row.address, "again": len(held)},
        )
        return len(held)


def send_again(email_id: UUID, *, actor: Actor) -> None:
    """Try a mail once more that was given up, or that came back.

    Raises:
        NotFoundError: no such mail, or it went and did not come back.
        SecretGoneError: it held a secret, and went: a new one must be asked for.
        MailOverError: it told of a day that is over.
    """
    with transaction():
        email = db.session.get(OutgoingEmail, email_id, with_for_update=True, populate_existing=True)
        if email is None or email.status not in {EmailStatus.GIVEN_UP, EmailStatus.BOUNCED}:
            raise NotFoundError("email", id=email_id)
        if email.template in SECRETS and email.status is EmailStatus.BOUNCED:
            raise SecretGoneError(email.template)
        if email.template in ONE_DAY:
            raise MailOverError(email.template)
        _again(email)
        audit.record(
            "email:send-again",
            subject_type="outgoing_email",
            subject_id=email.id,
            actor=actor,
            detail={"template": email.template, "recipient": email.recipient},
        )


def _again(email: OutgoingEmail) -> None:
    email.status, email.sent_at, email.bounced_at = EmailStatus.WAITING, None, None
    about = email.parameters.get(ABOUT)
    defer(JOB_OF[email.template], UUID(about) if about else email.subject_id)
