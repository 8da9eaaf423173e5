"""Ends of a case without a certificate: what has to be said, and what becomes of the papers. Pure.

Refused: forms and identity documents are books and stay for ten years from the refusal (施行規則12条1項1号, 2項). Withdrawn or
lapsed: no certificate and no decision of ours exists, so no clause keeps them; they belong to the company and go back, unless
the company agrees that they stay until they are destroyed (個人情報保護法22条).
"""

from datetime import date

from app.core.errors import DomainError
from models.enums import LetterKind, PapersFate
from registration.rules.retention import keep_until


class RefusalError(DomainError):
    """A refusal or a withdrawal cannot be recorded like this. Codes: reason-needed, papers-must-stay."""


def require_reason(reason: str) -> str:
    """The reason in words, without blanks around it: the company reads it, and the books keep it.

    Raises:
        RefusalError: there is none.
    """
    if not reason.strip():
        raise RefusalError("reason-needed", field="reason")
    return reason.strip()


def require_fate(kind: LetterKind, papers: PapersFate) -> None:
    """Check what is to become of the papers.

    Raises:
        RefusalError: the papers of a refused case are books.
    """
    if kind is LetterKind.REFUSAL_NOTICE and papers is not PapersFate.KEPT:
        raise RefusalError("papers-must-stay", field="papers")


def kept_until(kind: LetterKind, closed_on: date) -> date | None:
    """The last day on which the books of a refused case are kept; None where no clause says so."""
    return keep_until(closed_on) if kind is LetterKind.REFUSAL_NOTICE else None
