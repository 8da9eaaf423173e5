"""A 住民票 that shows a 個人番号 is blacked out before anything of it is stored (番号法20条).

The file lives in the memory of this request and of the child that draws it, and nowhere else: it is neither stored nor
logged nor written to a temporary file. What is stored are pixels, painted over before they were encoded.
"""

from datetime import datetime, timedelta
from uuid import UUID

from app import audit, storage
from app.core.actor import Actor
from app.core.db import db
from app.core.transaction import transaction
from models.enums import PaperKind, SheetEventKind
from models.papers import Paper, Scan, ScanPage
from registration import queries
from registration.errors import ScanRefusedError
from registration.page_images import PageImage
from registration.rules.masks import Mask, MaskError, require_on_pages
from registration.scans import media_type_of, page_images
from registration.services.scan_steps import require_scannable
from registration.services.sheet_steps import note
from registration.services.steps import work_on

MEDIA_TYPE = "image/webp"


def mask_scan(  # noqa: PLR0913  the file, what to hide, and that the paper itself was treated as well
    paper_id: UUID, data: bytes, masks: list[Mask], *, paper_is_blacked_out: bool, actor: Actor, now: datetime
) -> None:
    """Store the pages with these areas painted black, each as a scan of its own with its one page.

    Args:
        paper_id: a residence certificate.
        data: the file from the scanner; it is dropped.
        masks: at least one area, in pixels of the page as `page_images` draws it.
        paper_is_blacked_out: the number on the paper itself was made unreadable, too: the original is kept (施行規則12条5項).
        actor: an officer who may.
        now: the present moment.

    Raises:
        ScanRefusedError: not a file that we take, or the paper is recorded as missing.
        MaskError: no area, an area off the page, or the paper itself still shows the number.
        PaperFieldError, FourEyesError, IllegalTransitionError: not this paper, this person, or not any more.
    """
    if not masks:
        raise MaskError("mask-none")
    if not paper_is_blacked_out:
        raise MaskError("mask-paper-too")
    media_type_of(data)
    application_id = queries.get_paper(paper_id).application_id
    db.session.rollback()
    pages = masked_pages(data, masks)
    stored = [(page, storage.put(page.data, MEDIA_TYPE)) for page in pages]
    with transaction():
        case = queries.case_for_update(application_id)
        paper = next(each for each in case.papers if each.id == paper_id)
        _require_residence_certificate(paper)
        for _page, sha256 in stored:
            require_scannable(paper, sha256)
        work_on(case, actor=actor, now=now)
        for number, (page, sha256) in enumerate(stored):
            _add_scan(paper, page, sha256, actor=actor, now=now + timedelta(microseconds=number))
        assert paper.sheet is not None  # guarded above
        note(paper.sheet, SheetEventKind.MASKED, actor=actor, now=now, pages=len(pages), areas=len(masks))
        audit.record(
            "paper:mask",
            subject_type="application",
            subject_id=application_id,
            actor=actor,
            detail={"paper": paper.kind, "pages": [sha256 for _page, sha256 in stored], "areas": len(masks)},
        )


def masked_pages(data: bytes, masks: list[Mask]) -> list[PageImage]:
    """Every page as pixels, painted over in the child that draws them.

    Raises:
        ScanRefusedError: it cannot be drawn.
        MaskError: an area lies on no page.
    """
    pages = page_images(data, masks=masks)
    require_on_pages(masks, [(page.width, page.height) for page in pages])
    return pages


def _require_residence_certificate(paper: Paper) -> None:
    if paper.kind is not PaperKind.RESIDENCE_CERTIFICATE:
        raise ScanRefusedError("not-a-residence-certificate")


def _add_scan(paper: Paper, page: PageImage, sha256: str, *, actor: Actor, now: datetime) -> None:
    scan = Scan(
        sheet_id=paper.sheet_id,
        sha256=sha256,
        media_type=MEDIA_TYPE,
        byte_count=len(page.data),
        uploaded_by=actor.id,
        created_at=now,
    )
    db.session.add(scan)
    db.session.flush()
    db.session.add(ScanPage(scan_id=scan.id, page=1, sha256=sha256, width=page.width, height=page.height))
