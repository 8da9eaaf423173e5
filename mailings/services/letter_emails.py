"""The e-mails that go beside letters to companies."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.core.db import db
from mailings import case_letters
from mailings.letters.deficiency_notice import items_as_text, long_day
from mailings.services.send_email import send_email
from models.enums import LetterKind, NoticeStatus
from models.notices import CaseLetter


def email_case_letter(letter_id: UUID, *, now: datetime) -> None:
    """Tell the company what the letter says; nothing if it was taken back, or if nobody knows an address."""
    letter = case_letters.get_letter(letter_id)
    if letter.stopped_at is not None or not letter.recipient_email:
        db.session.rollback()
        return
    template, recipient, values = letter.kind.value, letter.recipient_email, values_of(letter)
    db.session.rollback()
    send_email(template, letter_id, recipient, values, now=now)


def email_notice_reminder(notice_id: UUID, *, now: datetime) -> None:
    """Remind the company of what it has not answered; nothing if it has, meanwhile."""
    letter_id = db.session.scalar(
        select(CaseLetter.id).where(CaseLetter.notice_id == notice_id, CaseLetter.kind == LetterKind.DEFICIENCY_NOTICE)
    )
    if letter_id is None:
        return
    letter = case_letters.get_letter(letter_id)
    assert letter.notice is not None
    is_open = letter.notice.status is NoticeStatus.OPEN
    recipient, values = letter.recipient_email, values_of(letter)
    items = zip(case_letters.items_of(letter.notice), letter.notice.items, strict=True)
    values["items"] = items_as_text([text for text, item in items if item.answered_on is None])
    db.session.rollback()
    if is_open and recipient:
        send_email("notice_reminder", notice_id, recipient, values, now=now)


def values_of(letter: CaseLetter) -> dict[str, str]:
    """What the texts of the e-mails need."""
    values = {
        "name": addressed(letter.recipient_company, letter.recipient_department, letter.recipient_name),
        "case": letter.application.number,
        "received_on": long_day(letter.application.received_on),
    }
    if letter.notice is not None:
        values["number"] = letter.notice.number
        values["due_on"] = long_day(letter.notice.due_on)
        values["due_iso"] = letter.notice.due_on.isoformat()
    if letter.kind is LetterKind.DEFICIENCY_NOTICE and letter.notice is not None:
        values["items"] = items_as_text(case_letters.items_of(letter.notice))
        values["address"] = case_letters.sender().address
    return values


def addressed(company: str, department: str, name: str) -> str:
    """The head of an e-mail to a company's contact person."""
    return "　".join(filter(None, (company, department))) + f"\n{name or 'ご担当者'}"
