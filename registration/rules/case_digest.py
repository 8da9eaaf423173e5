"""What an approval stands on: the SHA-256 of the canonical JSON of everything that was looked at. Pure."""

import hashlib
import json
from typing import Any


def case_digest(view: dict[str, Any]) -> str:
    """SHA-256 in hexadecimal over sorted, compact, unescaped JSON of the reviewed case.

    Args:
        view: company, applicants, papers with fields, dates, checks, and the SHA-256 of every scanned page; texts exactly
            as stored, never normalised.
    """
    text = json.dumps(view, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
