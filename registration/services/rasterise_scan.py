"""Drawing a scan's pages and storing them."""

from uuid import UUID

from sqlalchemy import select

from app import storage
from app.core.db import db
from app.core.transaction import transaction
from models.papers import Scan, ScanPage
from registration.scans import page_images


def rasterise_scan(scan_id: UUID) -> None:
    """Draw every page and store it, encrypted. A scan that has pages already is left alone.

    Raises:
        ScanRefusedError: the file cannot be drawn.
    """
    scan = db.session.get_one(Scan, scan_id)
    if db.session.scalar(select(ScanPage.id).where(ScanPage.scan_id == scan_id).limit(1)):
        return
    data = storage.get(scan.sha256)
    # Drawn and encrypted before the transaction: neither may hold a row lock.
    pages = [(storage_page.width, storage_page.height, storage_page.data) for storage_page in page_images(data)]
    stored = [(width, height, storage.put(image, "image/webp")) for width, height, image in pages]
    with transaction():
        db.session.get_one(Scan, scan_id, with_for_update=True)
        if db.session.scalar(select(ScanPage.id).where(ScanPage.scan_id == scan_id).limit(1)):
            return
        for number, (width, height, sha256) in enumerate(stored, start=1):
            db.session.add(ScanPage(scan_id=scan_id, page=number, sha256=sha256, width=width, height=height))
