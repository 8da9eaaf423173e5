"""E-mails about certificates, to the address of form 5: it ends soon, please confirm it, it was revoked or stays valid."""

from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import select

from app.core.clock import day_in_tokyo, to_tokyo
from app.core.db import db
from mailings.certificates import Told, find_revocation, get_told, is_moot
from mailings.letters.certificate_wording import reason_in_words
from mailings.services.send_email import ABOUT, send_email
from models.applications import Applicant
from models.audit import AuditEntry
from models.certificates import Certificate
from models.companies import ContactPerson
from models.enrolments import Enrolment
from models.enums import CertificateNoticeKind, ContactRole, EnrolmentStatus, RevocationAsker, RevocationRequestStatus
from models.revocations import RevocationRequest

MOMENT = "%Y-%m-%d %H:%M"


def email_certificate_notice(notice_id: UUID, *, now: datetime) -> None:
    """What was planned, unless it is no longer so, or nobody gave an address."""
    told = get_told(notice_id)
    certificate_id, recipient, kind = told.certificate.id, told.applicant.email, told.notice.kind
    is_off = is_moot(told, now) or not recipient
    template, values = ("", {}) if is_off or kind is CertificateNoticeKind.REVOCATION else _notice(told, now)
    db.session.rollback()
    if is_off:
        return
    if kind is CertificateNoticeKind.REVOCATION:
        email_certificate_revoked(certificate_id, now=now)  # under the certificate's key: never a second time
    else:
        send_email(template, notice_id, recipient, values, now=now)


def email_key_refused(enrolment_id: UUID, *, now: datetime) -> None:
    """The key was refused when the certificate was made: another one is needed. Not if it came meanwhile.

    Once for each key: who made another one and had that refused, too, hears of it again.
    """
    enrolment = db.session.get_one(Enrolment, enrolment_id)
    is_waited_for = enrolment.status is EnrolmentStatus.OPENED and enrolment.refusal_code is not None
    subject = uuid5(enrolment_id, enrolment.spki_sha256 or "")
    _email_holder("key_refused", enrolment, {}, now=now, is_off=not is_waited_for, subject=subject)


def email_enrolment_stopped(enrolment_id: UUID, *, now: datetime) -> None:
    """The certificate waits for an officer; there is nothing to do. Not if it went on meanwhile."""
    enrolment = db.session.get_one(Enrolment, enrolment_id)
    is_waiting = enrolment.status is EnrolmentStatus.REQUESTED and enrolment.refusal_code is not None
    _email_holder("enrolment_stopped", enrolment, {}, now=now, is_off=not is_waiting)


def email_enrolment_ended(enrolment_id: UUID, *, now: datetime) -> None:
    """It ended without a certificate, why, and what to do next."""
    enrolment = db.session.get_one(Enrolment, enrolment_id)
    reason = db.session.scalar(
        select(AuditEntry.detail["reason"].astext)
        .where(AuditEntry.subject_id == str(enrolment_id), AuditEntry.event == "enrolment:end")
        .order_by(AuditEntry.seq.desc())
        .limit(1)
    )
    is_off = enrolment.status is not EnrolmentStatus.REFUSED or reason is None
    _email_holder("enrolment_ended", enrolment, {"reason": reason or ""}, now=now, is_off=is_off)


def _email_holder(  # noqa: PLR0913  which e-mail, about what, and whether it still holds
    template: str,
    enrolment: Enrolment,
    values: dict[str, str],
    *,
    now: datetime,
    is_off: bool,
    subject: UUID | None = None,
) -> None:
    applicant, enrolment_id = db.session.get_one(Applicant, enrolment.applicant_id), enrolment.id
    values |= {"name": applicant.name, "application_number": applicant.number}
    if subject is not None:
        values[ABOUT] = str(enrolment_id)
    recipient = "" if is_off else applicant.email
    db.session.rollback()
    if recipient:
        send_email(template, subject or enrolment_id, recipient, values, now=now)


def email_certificate_revoked(certificate_id: UUID, *, now: datetime) -> None:
    """The certificate is no longer valid: since when, why, what stays valid, what to do (施行規則6条12号)."""
    certificate = db.session.get_one(Certificate, certificate_id)
    applicant = db.session.get_one(Applicant, certificate.applicant_id)
    revocation = find_revocation(certificate_id)
    recipient = applicant.email
    if revocation is None or not recipient:
        db.session.rollback()
        return
    reason, reason_en = reason_in_words(revocation.reason)
    values = {
        "name": applicant.name,
        "serial": certificate.serial,
        "revoked_at": f"{to_tokyo(revocation.revoked_at):{MOMENT}}",
        "valid_before": f"{to_tokyo(revocation.invalid_since or revocation.revoked_at):{MOMENT}}",
        "reason": reason,
        "reason_en": reason_en,
    }
    db.session.rollback()
    send_email("certificate_revoked", certificate_id, recipient, values, now=now)


def email_revocation_refused(request_id: UUID, *, now: datetime) -> None:
    """The certificate stays valid, and why: to the holder, or to the contact person of the company that asked."""
    request = db.session.get_one(RevocationRequest, request_id)
    certificate = db.session.get_one(Certificate, request.certificate_id)
    name, recipient = _asker(request, db.session.get_one(Applicant, certificate.applicant_id))
    values = {
        "name": name,
        "number": request.number,
        "serial": certificate.serial,
        "asked_at": f"{to_tokyo(request.asked_at):{MOMENT}}",
        "reason": request.refusal_reason,
    }
    is_refused = request.status is RevocationRequestStatus.REFUSED
    db.session.rollback()
    if is_refused and recipient:
        send_email("revocation_refused", request_id, recipient, values, now=now)


def _asker(request: RevocationRequest, holder: Applicant) -> tuple[str, str]:
    """Name and address of who is told. What third parties gave is no address that we know; they are written to."""
    if request.asked_by is RevocationAsker.HOLDER:
        return holder.name, holder.email
    if request.asked_by is RevocationAsker.COMPANY:
        contact = db.session.scalars(
            select(ContactPerson).where(
                ContactPerson.company_id == holder.application.company_id, ContactPerson.role == ContactRole.CONTACT
            )
        ).first()
        return (contact.name, contact.email) if contact else ("", "")
    return "", ""


def _notice(told: Told, now: datetime) -> tuple[str, dict[str, str]]:
    """The template and what it needs."""
    certificate, today = told.certificate, day_in_tokyo(now)
    values = {"name": told.applicant.name, "serial": certificate.serial}
    if told.notice.kind is CertificateNoticeKind.RECEIPT:
        due_on = certificate.receipt_due_on or today
        return "receipt_reminder", {**values, "due_on": due_on.isoformat(), "days": str(max(0, (due_on - today).days))}
    values |= {"not_after": told.ends_on.isoformat(), "days": str((told.ends_on - today).days)}
    if told.notice.online_until is None:
        return "renewal_papers", values
    online = {"opens_on": max(told.opens_on, today).isoformat(), "online_until": told.notice.online_until.isoformat()}
    return "renewal_online", {**values, **online}
