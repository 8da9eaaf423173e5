"""E-mails: a row first, then the SMTP server, then the row again. Never two rows for one thing, never a lost one."""

import smtplib
import ssl
from collections.abc import Callable
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, formataddr, parseaddr
from typing import Any
from urllib.parse import unquote, urlparse
from uuid import UUID, uuid4

from flask import current_app
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app import audit
from app.core.actor import SYSTEM
from app.core.db import db
from app.core.transaction import transaction
from mailings.emails.texts import compose
from mailings.errors import MailServerError
from models.emails import OutgoingEmail
from models.enums import EmailStatus

TIMEOUT_SECONDS = 20


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
        whether it was sent now (False: it had gone already).

    Raises:
        MailServerError: the server did not take it; the promise is tried again.
    """
    row_id = _row(template, subject_id, recipient, values, now)
    if row_id is None:
        return False
    email = db.session.get_one(OutgoingEmail, row_id)
    message_id = email.message_id
    db.session.rollback()
    text = compose(template, {**values, **_sender()}, secret=open_secret() if open_secret else "")
    message = _message(recipient, text.subject, text.body, message_id, now)
    try:
        _deliver(message)
    except (OSError, smtplib.SMTPException) as error:
        _note(row_id, error=type(error).__name__, now=now)
        raise MailServerError(type(error).__name__) from error
    _note(row_id, error=None, now=now)
    return True


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
        if row.status is EmailStatus.SENT:
            return None
        row.status = EmailStatus.SENDING
        row.attempts += 1
        return row.id


def _note(row_id: UUID, *, error: str | None, now: datetime) -> None:
    with transaction():
        row = db.session.get_one(OutgoingEmail, row_id, with_for_update=True)
        row.status = EmailStatus.FAILED if error else EmailStatus.SENT
        row.last_error, row.sent_at = error, None if error else now
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


def _message(recipient: str, subject: str, body: str, message_id: str, now: datetime) -> EmailMessage:
    name, address = parseaddr(current_app.extensions["settings"].mail_from)
    message = EmailMessage()
    message["From"] = formataddr((name, address))
    message["To"] = Address(addr_spec=recipient)
    message["Subject"] = subject
    message["Message-ID"] = message_id  # the same at every try: a mailbox that got it twice shows it once
    message["Date"] = format_datetime(now)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body)
    return message


def _deliver(message: EmailMessage) -> None:
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
        server.send_message(message)
