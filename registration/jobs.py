"""Work of registration that is done outside of a request."""

from uuid import UUID

from registration.services.rasterise_scan import rasterise_scan as _rasterise


def rasterise_scan(scan_id: str) -> None:
    """Draw the pages of a scan. Safe to run twice."""
    _rasterise(UUID(scan_id))
