"""E-mails about contents that were refused before the consent: somebody looks at it, and what came of it."""

from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import select

from app.core.db import db
from mailings.services.send_email import ABOUT, send_email
from models.applications import Applicant
from models.audit import AuditEntry

REFUSED = ("contents:refuse", "contents:unfit")
ANSWERED, ENDED = "contents:answer", "contents:end"


def email_contents_refused(applicant_id: UUID, *, now: datetime) -> None:
    """It was noted and somebody looks at it. Not if it was answered meanwhile."""
    entry = _newest(applicant_id, (*REFUSED, ANSWERED, ENDED))
    if entry is not None and entry.event in REFUSED:
        _send("contents_refused", applicant_id, entry, {}, now=now)
    db.session.rollback()


def email_contents_answered(applicant_id: UUID, *, now: datetime) -> None:
    """The answer, with what to do next; or that no certificate is issued, and why."""
    entry = _newest(applicant_id, (ANSWERED, ENDED))
    if entry is not None and entry.event == ANSWERED:
        _send("contents_answered", applicant_id, entry, {"answer": entry.detail["answer"]}, now=now)
    elif entry is not None:
        _send("contents_ended", applicant_id, entry, {"reason": entry.detail["reason"]}, now=now)
    db.session.rollback()


def _newest(applicant_id: UUID, events: tuple[str, ...]) -> AuditEntry | None:
    return db.session.scalar(
        select(AuditEntry)
        .where(AuditEntry.subject_id == str(applicant_id), AuditEntry.event.in_(events))
        .order_by(AuditEntry.seq.desc())
        .limit(1)
    )


def _send(template: str, applicant_id: UUID, entry: AuditEntry, values: dict[str, str], *, now: datetime) -> None:
    applicant = db.session.get_one(Applicant, applicant_id)
    told = {ABOUT: str(applicant_id), "name": applicant.name, "application_number": applicant.number, **values}
    # An e-mail is sent once about one thing: this one is about one entry of the log.
    subject, recipient = uuid5(applicant_id, str(entry.seq)), applicant.email
    db.session.rollback()
    if recipient:
        send_email(template, subject, recipient, told, now=now)
