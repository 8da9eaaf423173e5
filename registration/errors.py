"""What registration refuses, by code. The sentences stand at the screen."""

from app.core.errors import DomainError
from registration.rules.faults import Fault


class FourEyesError(DomainError):
    """Whoever worked on a case cannot decide it, and the other way round. Code: four-eyes."""

    def __init__(self) -> None:
        super().__init__("four-eyes")


class IncompleteReviewError(DomainError):
    """Something is missing before the review can be finished. `faults` lists (code, paper kind, applicant, detail)."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("review-incomplete", count=len(faults))
        self.faults = faults


class ChangedSinceReviewError(DomainError):
    """The case is not what was reviewed. Code: changed-since-review."""

    def __init__(self) -> None:
        super().__init__("changed-since-review")


class ScanRefusedError(DomainError):
    """The file is no scan that we take. Codes: scan-…"""


class PaperFieldError(DomainError):
    """A field of a paper cannot be recorded like this."""
