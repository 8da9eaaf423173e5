"""What the checks look at: the issued revision, what came back, and whom we expect to have signed where."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader

from app.contracts.signing.places import Slot
from app.contracts.signing.trust import Trust


class RejectedError(Exception):
    """One check's "no"."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class Candidate:
    """A candidate revision. Parsing happens when the first check asks for it, inside that check's guard."""

    issued: bytes
    issued_sha256: str  # of the revision that was handed out for signing
    up: bytes
    slot: Slot
    certificate: bytes  # DER, the one that is registered for the person who should sign
    trust: Trust
    received_at: datetime

    @cached_property
    def before(self) -> PdfFileReader:
        """The issued revision."""
        return PdfFileReader(BytesIO(self.issued), strict=True)

    @cached_property
    def reader(self) -> PdfFileReader:
        """The candidate."""
        return PdfFileReader(BytesIO(self.up), strict=True)

    @property
    def revision(self) -> int:
        """The number of the candidate's newest revision, from 0."""
        return int(self.reader.xrefs.total_revisions) - 1

    @cached_property
    def signature(self) -> Any:
        """The newest signature."""
        return self.reader.embedded_signatures[-1]


def require(condition: object, code: str, detail: str = "") -> None:
    """Reject with this code unless the condition holds."""
    if not condition:
        raise RejectedError(code, detail)
