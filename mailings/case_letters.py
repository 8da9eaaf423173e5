"""Letters to companies as documents: registration's frozen rows become what is printed and what is e-mailed."""

from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.core.db import db
from app.core.errors import NotFoundError
from mailings.letters import closing_notices, deficiency_notice, layout
from mailings.letters.approval_notice import Sender
from mailings.letters.wording import PAPERS
from mailings.template_queries import wording_in_force
from models.applications import Application
from models.enums import LetterKind, Service
from models.notices import CaseLetter, DeficiencyItem, DeficiencyNotice, LetterEnclosure
from models.papers import Paper


def sender() -> Sender:
    """Who sends our letters, by the settings."""
    settings = current_app.extensions["settings"]
    return Sender(settings.issuer_name, settings.issuer_address, settings.issuer_phone, settings.public_url)


def get_letter(letter_id: UUID) -> CaseLetter:
    """A letter with everything that stands on it. Raises NotFoundError."""
    items = joinedload(CaseLetter.notice).selectinload(DeficiencyNotice.items)
    found = db.session.scalars(
        select(CaseLetter)
        .where(CaseLetter.id == letter_id)
        .options(
            joinedload(CaseLetter.application).joinedload(Application.company),
            selectinload(CaseLetter.enclosures).joinedload(LetterEnclosure.sheet),
            items.joinedload(DeficiencyItem.paper).joinedload(Paper.applicant),
        )
    ).first()
    if found is None:
        raise NotFoundError("letter")
    return found


def render(letter: CaseLetter, number: str) -> bytes:
    """The letter as a PDF under the number of its mail piece, or without one.

    Raises:
        MissingGlyphError, DoesNotFitError: a text cannot be printed.
    """
    return layout.render(document(letter, number), sender())


def document(letter: CaseLetter, number: str) -> layout.Document:
    """What stands on the letter."""
    texts = wording_in_force(letter.kind).texts
    if letter.kind is LetterKind.DEFICIENCY_NOTICE:
        return deficiency_notice.compose(_notice(letter, number), sender(), texts)
    return closing_notices.compose(_closing(letter, number), sender(), texts)


def items_of(notice: DeficiencyNotice) -> tuple[deficiency_notice.Item, ...]:
    """What a notice asks for, in the order of the letter."""
    return tuple(
        deficiency_notice.Item(
            item.paper.kind,
            item.paper.applicant.name if item.paper.applicant else "",
            item.code,
            item.detail,
            item.words,
            item.remedy,
            item.returned_sheet_id is not None,
        )
        for item in notice.items
    )


def enclosures_of(letter: CaseLetter) -> tuple[str, ...]:
    """Papers that go back, as the letter names them."""
    return tuple(
        PAPERS[each.sheet.kind] + (f"（{each.applicant_name}様）" if each.applicant_name else "")
        for each in letter.enclosures
    )


def addressee_of(letter: CaseLetter) -> layout.Addressee:
    """Where a letter goes."""
    return layout.Addressee(
        letter.recipient_company,
        letter.recipient_department,
        letter.recipient_name,
        letter.recipient_postal_code,
        letter.recipient_address,
    )


def _notice(letter: CaseLetter, number: str) -> deficiency_notice.DeficiencyNotice:
    notice = letter.notice
    assert notice is not None
    return deficiency_notice.DeficiencyNotice(
        number=notice.number,
        due_on=notice.due_on,
        items=items_of(notice),
        remark=notice.remark,
        **_common(letter, number),
    )


def _closing(letter: CaseLetter, number: str) -> closing_notices.ClosingNotice:
    notice = letter.notice
    return closing_notices.ClosingNotice(
        kind=letter.kind,
        has_certificates=Service.CERTIFICATE in letter.application.services,
        reason_code=letter.reason_code,
        reason=letter.reason,
        keep_until=letter.keep_until,
        notice=notice.number if notice else "",
        notice_day=notice.issued_on if notice else None,
        due_on=notice.due_on if notice else None,
        **_common(letter, number),
    )


def _common(letter: CaseLetter, number: str) -> dict[str, Any]:
    case = letter.application
    return {
        "piece": number,
        "day": letter.issued_on,
        "case": case.number,
        "company": letter.recipient_company,
        "received_on": case.received_on,
        "addressee": addressee_of(letter),
        "enclosures": enclosures_of(letter),
    }
