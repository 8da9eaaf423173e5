"""What registration refuses, by code. The sentences stand at the screen."""

from app.core.errors import DomainError
from registration.rules import field_values
from registration.rules.faults import Fault

PaperFieldError = field_values.PaperFieldError  # raised where a field is read; part of what registration refuses


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


class JudgementError(DomainError):
    """Nothing to judge here, or not like this. Codes: judgement-not-asked, judgement-reason, facts-changed,
    no-such-choice, no-seal-alternative.
    """


class CaseTakenError(DomainError):
    """Somebody else has the case. Code: case-claimed; `name` is the other person, `since` the moment."""

    def __init__(self, name: str, since: str) -> None:
        super().__init__("case-claimed", name=name, since=since)


class CaseWorkError(DomainError):
    """The case cannot be worked like this now. Codes: case-on-hold, case-hold-reason, not-on-hold, note-empty, note-my-number,
    reassign-reason, not-an-officer, not-claimed, claim-of-another, case-is-closed.
    """
