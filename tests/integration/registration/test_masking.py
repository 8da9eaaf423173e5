"""A 住民票 with a 個人番号: sent back, or blacked out before anything is stored. The unmasked file lies nowhere, ever."""

import hashlib
import logging
import sys
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from reportlab.pdfgen.canvas import Canvas
from sqlalchemy import select

from app import storage
from app.core import clock
from app.core.db import db
from models.audit import AuditEntry
from models.blobs import Blob
from models.enums import PaperKind, SheetEventKind, SheetStatus
from models.sheets import Sheet, SheetEvent
from registration import queries
from registration.errors import PaperFieldError, ScanRefusedError
from registration.rules.masks import Mask, MaskError
from registration.scans import page_images
from registration.services.attach_scan import attach_scan
from registration.services.mask_scan import mask_scan
from registration.services.return_numbered_paper import return_numbered_paper
from tests.factories.desk import receive, scan_file, staff_actor

pytestmark = pytest.mark.hsm
NUMBER = "123456789018"  # passes the check digit
MARK = b"unmasked-6f1d0c"


@pytest.fixture(autouse=True)
def _storage(signer_process: None) -> None:
    """Scans are stored encrypted."""


@pytest.fixture
def officer(app: Flask):
    return staff_actor("officer")


@pytest.fixture
def paper(app: Flask):
    case = receive(staff_actor("reception"))
    found = {paper.kind: paper.id for paper in queries.get_case(case).papers}
    db.session.rollback()
    return found[PaperKind.RESIDENCE_CERTIFICATE], found[PaperKind.FORM_1], case


def residence_certificate() -> bytes:
    """Two pages; the number stands on the first at 60 points from the left, 100 from the top, as text and as metadata."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=(595, 842), pageCompression=0)
    canvas.setSubject(f"{NUMBER} {MARK.decode()}")
    canvas.setFont("Helvetica", 20)
    canvas.drawString(60, 742, NUMBER)
    canvas.drawString(60, 600, "SETAI ZENIN")
    canvas.showPage()
    canvas.drawString(60, 700, "2/2")
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def over_the_number() -> list[Mask]:
    scale = 150 / 72  # pixels per point
    return [Mask(1, int(50 * scale), int(80 * scale), int(180 * scale), int(30 * scale))]


def mask(paper_id, data, masks, officer, **extra) -> None:
    given = {"paper_is_blacked_out": True} | extra
    mask_scan(paper_id, data, masks, actor=officer, now=clock.now(), **given)


def test_the_plain_scan_asks_whether_there_is_a_number(paper, officer) -> None:
    residence, form, _case = paper
    with pytest.raises(ScanRefusedError, match="scan-number-tick") as caught:
        attach_scan(residence, scan_file(), actor=officer, now=clock.now())
    assert caught.value.field == "no_individual_number"
    assert db.session.scalars(select(Blob)).all() == []  # refused before it was stored
    attach_scan(residence, scan_file(), actor=officer, now=clock.now(), declares_no_my_number=True)
    attach_scan(form, scan_file(), actor=officer, now=clock.now())


def test_only_pixels_without_the_number_are_stored(paper, officer) -> None:
    residence, _form, case = paper
    data = residence_certificate()
    before = page_images(data)
    mask(residence, data, over_the_number(), officer)
    found = next(each for each in queries.get_case(case).papers if each.id == residence)
    assert [(scan.media_type, len(scan.pages)) for scan in found.scans] == [("image/webp", 1), ("image/webp", 1)]
    pages = [storage.get(scan.pages[0].sha256) for scan in found.scans]
    area = over_the_number()[0]
    box = (area.left + 2, area.top + 2, area.left + area.width - 2, area.top + area.height - 2)
    with Image.open(BytesIO(pages[0])) as masked, Image.open(BytesIO(before[0].data)) as plain:
        assert not {"exif", "xmp", "icc_profile"} & set(masked.info)
        assert max(high for _low, high in masked.convert("RGB").crop(box).getextrema()) < 16
        assert min(low for low, _high in plain.convert("RGB").crop(box).getextrema()) < 64  # there was something
        assert masked.size == plain.size
        rest = (0, area.top + area.height + 20, *masked.size)
        assert list(masked.crop(rest).getextrema()) == list(plain.crop(rest).getextrema())
    with Image.open(BytesIO(pages[1])) as second, Image.open(BytesIO(before[1].data)) as plain:
        assert second.tobytes() == plain.tobytes()
    line = db.session.scalars(select(SheetEvent).where(SheetEvent.kind == SheetEventKind.MASKED)).one()
    assert (line.detail, line.actor_name) == ({"pages": 2, "areas": 1}, officer.name)
    assert db.session.scalars(select(AuditEntry).where(AuditEntry.event == "paper:mask")).one().detail["areas"] == 1


WATCHED: list[str] | None = None


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if WATCHED is None:
        return
    if event == "open" and isinstance(arguments[0], str | bytes) and isinstance(arguments[2], int) and arguments[2] & 3:
        WATCHED.append(str(arguments[0]))
    elif event.startswith("tempfile."):
        WATCHED.append(f"{event} {arguments[0]}")


sys.addaudithook(_watch)


def test_the_unmasked_file_lies_nowhere(paper, officer, settings, var_dir: Path, caplog) -> None:
    """Not in storage (opened and compared), database, Redis or logs (searched), nor in any file opened for writing."""
    global WATCHED  # noqa: PLW0603  a hook cannot be taken away again
    residence, _form, _case = paper
    data = residence_certificate()
    assert NUMBER.encode() in data
    caplog.set_level(logging.DEBUG)
    WATCHED = []
    try:
        mask(residence, data, over_the_number(), officer)
        with pytest.raises(MaskError):
            mask(residence, data, [Mask(9, 1, 1, 10, 10)], officer)
        with pytest.raises(ScanRefusedError):
            mask(residence, data[:900], over_the_number(), officer)
    finally:
        opened, WATCHED = WATCHED, None
    storage_root = settings.storage_url.removeprefix("file://")
    assert [name for name in opened if not name.startswith((storage_root, "/dev/null"))] == []
    digests = {blob.sha256 for blob in db.session.scalars(select(Blob))}
    assert hashlib.sha256(data).hexdigest() not in digests
    for digest in digests:
        content = storage.get(digest)
        assert content[:4] == b"RIFF"
        assert MARK not in content
        assert NUMBER.encode() not in content
    for needle in (NUMBER, MARK.decode()):
        assert needle not in caplog.text
        assert needle not in str([(entry.detail, entry.subject_id) for entry in db.session.scalars(select(AuditEntry))])
    for path in var_dir.rglob("*"):
        if path.is_file() and path.stat().st_size < 64 * 1024**2:
            content = path.read_bytes()
            assert MARK not in content, path
            assert NUMBER.encode() not in content, path


@pytest.mark.parametrize(
    ("masks", "extra", "error", "code"),
    [
        ([], {}, MaskError, "mask-none"),
        ([Mask(3, 1, 1, 10, 10)], {}, MaskError, "mask-off-page"),
        ([Mask(1, 1, 1, 10, 10)], {"paper_is_blacked_out": False}, MaskError, "mask-paper-too"),
    ],
)
def test_what_cannot_be_masked(paper, officer, masks, extra, error, code) -> None:
    with pytest.raises(error, match=code):
        mask(paper[0], residence_certificate(), masks, officer, **extra)
    assert db.session.scalars(select(Blob)).all() == []


def test_only_a_residence_certificate_is_masked_or_sent_back(paper, officer) -> None:
    with pytest.raises(ScanRefusedError, match="not-a-residence-certificate"):
        mask(paper[1], residence_certificate(), over_the_number(), officer)
    with pytest.raises(PaperFieldError, match="not-a-residence-certificate"):
        return_numbered_paper(paper[1], actor=officer, now=clock.now())


def test_the_paper_is_sent_back_and_is_missing(paper, officer) -> None:
    residence, _form, case = paper
    sheet_id = queries.get_paper(residence).sheet_id
    return_numbered_paper(residence, actor=officer, now=clock.now())
    found = queries.get_paper(residence)
    assert (found.sheet_id, found.received_on) == (None, None)
    sheet = db.session.get_one(Sheet, sheet_id)
    assert sheet.status is SheetStatus.TO_RETURN
    line = db.session.scalars(select(SheetEvent).where(SheetEvent.sheet_id == sheet_id)).all()[-1]
    assert (line.kind, line.detail) == (SheetEventKind.RETURN_DECIDED, {"reason": "individual-number"})
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "paper:return-numbered")).one()
    assert entry.subject_id == str(case)
    with pytest.raises(PaperFieldError, match="scan-no-sheet"):
        return_numbered_paper(residence, actor=officer, now=clock.now())


def test_a_scanned_paper_is_not_quietly_sent_back(paper, officer) -> None:
    attach_scan(paper[0], scan_file(), actor=officer, now=clock.now(), declares_no_my_number=True)
    with pytest.raises(PaperFieldError, match="scanned-with-number"):
        return_numbered_paper(paper[0], actor=officer, now=clock.now())
