"""How long a one-time password link works, how many may be asked for, and which letter begins a login ID."""

import base64
import hashlib
from datetime import datetime, timedelta

from models.enums import CustomerKind

WORKS_FOR = timedelta(days=7)
MOST_LINKS = 3
MOST_LINKS_WITHIN = timedelta(hours=1)
TOKEN_BYTES = 32  # 256 bits: not guessed, so its plain SHA-256 may be kept
LETTERS = {CustomerKind.COMPANY_ID: "C", CustomerKind.USER_ID: "U"}


def format_login_id(kind: CustomerKind, sequence: int) -> str:
    """C10000001 for a company ID, U10000002 for a user ID."""
    return f"{LETTERS[kind]}{sequence:08d}"


def format_token(data: bytes) -> str:
    """Random bytes as they stand in the link."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def hash_token(token: str) -> str:
    """What is kept of a link's token: SHA-256 in hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()


def link_refusal(*, used_at: datetime | None, expires_at: datetime, now: datetime) -> str | None:
    """Why a link does not work any more, as a code; None if it does."""
    if used_at is not None:
        return "link-used"
    return "link-expired" if now >= expires_at else None
