"""Several documents as one."""

from collections.abc import Sequence
from io import BytesIO

import pikepdf


def merged(documents: Sequence[bytes]) -> bytes:
    """PDFs as one PDF, in their order; the same documents give the same bytes."""
    target = BytesIO()
    with pikepdf.new() as whole:
        for each in documents:
            with pikepdf.open(BytesIO(each)) as part:
                whole.pages.extend(part.pages)
        whole.save(target, deterministic_id=True)
    return target.getvalue()
