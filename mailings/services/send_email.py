"""E-mails: a row first, then the SMTP server, then the row again. Never two rows for one thing, never a lost one."""

import smtplib
import ssl
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NoReturn
from urllib.parse import unquote, urlparse
from uuid import UUID, uuid4

from flask import current_app
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app import audit
from app.core.actor import SYSTEM
from app.core.db import db
from app.core.transaction import transaction
from mailings.emails.message import Prepared, prepare
from mailings.emails.texts import compose
from mailings.errors import MailGivenUpError, MailServerError
from mailings.services.email_addresses import is_blocked, note_bounce
from models.emails import OutgoingEmail
from models.enums import EmailStatus

TIMEOUT_SECONDS = 20
PERMANENT = 500  # SMTP: 5xx for the recipient means never (RFC 5321 §4.2.1)
LONGEST_TRYING = timedelta(days=4)  # RFC 5321 §4.5.4.1: four to five days
MOST_WORDS = 200
ABOUT = "about"  # among the values: the subject of the job that sends it, where the row has a subject of its own
BLOCKED, TOO_LONG = "address-blocked", "tried-too-long"
ENDED = frozenset({EmailStatus.SENT, EmailStatus.BOUNCED, EmailStatus.GIVEN_UP})


def send_email(
    template: str,
    subject_id: UUID,
    recipient: str,
    values: dict[str, Any],
    *,
    now: datetime,
    open_secret: Callable[[], str] | None = None,
) -> bool:
    """Send an e-mail about something, once: the row of (template, subject, recipient) says whether it has gone.

    Args:
        template: one of mailings.emails.texts.
        subject_id: what it is about.
        recipient: address.
        values: for the text; nothing secret.
        now: the present moment.
        open_secret: gives the secret that stands in the text; called while sending, its value is kept nowhere.

    Returns:
        whether it was sent now. False: it had gone already, or it is given up (its row says why): the server refuses the
        recipient for good, or the address is known to bounce.

    Raises:
        MailServerError: the server did not take it; the promise is tried again.
        MailGivenUpError: it was tried for days. The promise is tried once more and finds it given up.
    """
    row_id = _row(template, subject_id, recipient, values, now)
    if row_id is None:
        return False
    email = db.session.get_one(OutgoingEmail, row_id)
    message_id = email.message_id
    db.session.rollback()
    text = compose(template, {**values, **_sender()}, secret=open_secret() if open_secret else "")
    settings = current_app.extensions["settings"]
    try:
        mail = prepare(row_id, recipient, text.subject, text.body, message_id=message_id, now=now, settings=settings)
        _deliver(mail)
    except ValueError:
        return _give_up(row_id, "address-malformed", now=now)
    except smtplib.SMTPRecipientsRefused as error:
        code, words = error.recipients.get(recipient, (450, b""))
        if code >= PERMANENT:
            return _give_up(row_id, f"{code} {words.decode('ascii', 'replace')}"[:MOST_WORDS], now=now, bounces=True)
        _failed(row_id, f"{type(error).__name__}: {code}", error, now=now)
    except (OSError, smtplib.SMTPException) as error:
        _failed(row_id, type(error).__name__, error, now=now)
    _note(row_id, EmailStatus.SENT, error=None, now=now)
    return True


def has_gone(template: str, subject_id: UUID, recipient: str) -> bool:
    """Whether an e-mail was taken by the server."""
    found = db.session.scalar(
        select(OutgoingEmail.sent_at).where(
            OutgoingEmail.template == template,
            OutgoingEmail.subject_id == subject_id,
            OutgoingEmail.recipient == recipient,
        )
    )
    db.session.rollback()
    return found is not None


def _row(template: str, subject_id: UUID, recipient: str, values: dict[str, Any], now: datetime) -> UUID | None:
    with transaction():
        db.session.execute(
            insert(OutgoingEmail)
            .values(
                id=uuid4(),
                template=template,
                subject_id=subject_id,
                recipient=recipient,
                parameters={name: str(value) for name, value in values.items()},
                message_id=f"<{uuid4()}@cectrust>",
                status=EmailStatus.WAITING,
                attempts=0,
                created_at=now,
                language="ja",
            )
            .on_conflict_do_nothing(index_elements=["template", "subject_id", "recipient"])
        )
        row = db.session.scalars(
            select(OutgoingEmail)
            .where(
                OutgoingEmail.template == template,
                OutgoingEmail.subject_id == subject_id,
                OutgoingEmail.recipient == recipient,
            )
            .with_for_update()
        ).one()
        if row.status in ENDED:
            return None
        if is_blocked(recipient):
            _set(row, EmailStatus.GIVEN_UP, error=BLOCKED, now=now)
            return None
        row.status = EmailStatus.SENDING
        row.attempts += 1
        return row.id


def _failed(row_id: UUID, reason: str, error: Exception, *, now: datetime) -> NoReturn:
    """Not now. The promise is tried again, less and less often, for some days; then the mail is given up."""
    if now - db.session.get_one(OutgoingEmail, row_id).created_at > LONGEST_TRYING:
        _give_up(row_id, f"{TOO_LONG}: {reason}", now=now)
        raise MailGivenUpError(reason) from error
    _note(row_id, EmailStatus.FAILED, error=reason, now=now)
    raise MailServerError(reason) from error


def _give_up(row_id: UUID, reason: str, *, now: datetime, bounces: bool = False) -> bool:
    db.session.rollback()
    with transaction():
        row = db.session.get_one(OutgoingEmail, row_id, with_for_update=True)
        if bounces:
            note_bounce(row.recipient, reason, permanent=True, now=now)
        _set(row, EmailStatus.GIVEN_UP, error=reason, now=now)
    return False


def _note(row_id: UUID, status: EmailStatus, *, error: str | None, now: datetime) -> None:
    db.session.rollback()
    with transaction():
        _set(db.session.get_one(OutgoingEmail, row_id, with_for_update=True), status, error=error, now=now)


def _set(row: OutgoingEmail, status: EmailStatus, *, error: str | None, now: datetime) -> None:
    row.status, row.last_error = status, error
    row.sent_at = now if status is EmailStatus.SENT else None
    audit.record(
        "email:send",
        subject_type="outgoing_email",
        subject_id=row.id,
        actor=SYSTEM,
        outcome="failed" if error else "done",
        detail={"template": row.template, "recipient": row.recipient, **({"error": error} if error else {})},
    )


def _sender() -> dict[str, str]:
    settings = current_app.extensions["settings"]
    return {"sender": settings.issuer_name, "phone": settings.issuer_phone, "site": settings.public_url}


def _deliver(mail: Prepared) -> None:
    url = urlparse(current_app.extensions["settings"].mail_url)
    host, secure = url.hostname or "localhost", url.scheme == "smtps"
    port = url.port or (465 if secure else 25)
    context = ssl.create_default_context()
    with (
        smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_SECONDS, context=context)
        if secure
        else smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)
    ) as server:
        if url.scheme == "smtp+starttls":
            server.starttls(context=context)
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        options = ["SMTPUTF8"] if not (mail.recipient + mail.sender).isascii() else []
        server.sendmail(mail.sender, [mail.recipient], mail.data, mail_options=options)
