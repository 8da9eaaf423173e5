"""The file of a granted disclosure is made and handed over. It is kept nowhere; its SHA-256 is."""

import hashlib
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app import audit, storage
from app.core.actor import Actor
from app.core.clock import day_in_tokyo
from app.core.db import db
from app.core.errors import IllegalTransitionError, NotFoundError
from app.core.transaction import transaction
from models.disclosures import DisclosureRequest
from models.enums import DisclosureStatus, SheetEventKind
from models.papers import Paper, Scan
from models.sheets import Sheet
from registration.disclosure_file import DisclosedPage, render
from registration.rules.disclosure import DISCLOSED_KINDS
from registration.services.disclosure_steps import DisclosureError, request_for_update
from registration.services.sheet_steps import note


def hand_over_disclosure(request_id: UUID, *, authority: str, actor: Actor, now: datetime) -> tuple[str, bytes]:
    """Make the file. Whoever has to print it again makes it again, and that is on record as well.

    Args:
        request_id: a granted request.
        authority: name of the authority, for the foot of each page.
        actor: who hands over.
        now: the present moment.

    Returns:
        number of the request, and the PDF.

    Raises:
        NotFoundError: there is no such request.
        DisclosureError: nothing of it was scanned (`disclosure-no-pages`), or a paper has no scan (`disclosure-no-scan`).
        IllegalTransitionError: it was not granted.
    """
    request = db.session.get(DisclosureRequest, request_id)
    if request is None:
        raise NotFoundError("disclosure")
    _require_granted(request)
    number, applicant_id = request.number, request.applicant_id
    # Decrypted and drawn before the transaction: neither may hold a row lock.
    pages = _pages(_papers(applicant_id))
    pdf = render(number, pages, handed_over_on=day_in_tokyo(now), authority=authority)
    handed = sorted({page.sheet_number for page in pages})
    with transaction():
        request = request_for_update(request_id)
        _require_granted(request)
        request.handed_over_on = day_in_tokyo(now)
        request.export_sha256 = hashlib.sha256(pdf).hexdigest()
        for sheet in db.session.scalars(select(Sheet).where(Sheet.number.in_(handed)).order_by(Sheet.number)):
            note(sheet, SheetEventKind.DISCLOSED, actor=actor, now=now, request=number)
        audit.record(
            "disclosure:hand-over",
            subject_type="application",
            subject_id=request.application_id,
            actor=actor,
            detail={"number": number, "sha256": request.export_sha256, "sheets": handed},
        )
        return number, pdf


def _require_granted(request: DisclosureRequest) -> None:
    if request.status is not DisclosureStatus.GRANTED:
        raise IllegalTransitionError("disclosure", current=request.status, event="hand_over")


def _papers(applicant_id: UUID) -> list[Paper]:
    return list(
        db.session.scalars(
            select(Paper)
            .where(Paper.applicant_id == applicant_id, Paper.kind.in_(DISCLOSED_KINDS), Paper.sheet_id.is_not(None))
            .order_by(Paper.position)
            .options(selectinload(Paper.scans).selectinload(Scan.pages), selectinload(Paper.sheet))
        )
    )


def _pages(papers: list[Paper]) -> list[DisclosedPage]:
    found = []
    for paper in papers:
        pages = [page for scan in paper.scans for page in scan.pages]
        if not pages or paper.sheet is None:
            raise DisclosureError("disclosure-no-scan", sheet=paper.sheet.number if paper.sheet else "")
        found += [
            DisclosedPage(paper.kind, paper.sheet.number, place, len(pages), storage.get(page.sha256))
            for place, page in enumerate(pages, start=1)
        ]
    if not found:
        raise DisclosureError("disclosure-no-pages")
    return found
