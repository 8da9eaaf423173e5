"""What registration refuses, by code. The sentences stand at the screen."""

from datetime import date

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


class StepRefusedError(DomainError):
    """The step cannot be taken now, or not by this person.

    Codes: step-taken (by whom, when), second-step (this person took one already), wrong-role, no-open-step,
    confirmations-missing.
    """


class LapsedError(DomainError):
    """Too much time has passed. Codes: review-lapsed, application-lapsed; `last_day` was the last one."""

    def __init__(self, what: str, last_day: date) -> None:
        super().__init__(f"{what}-lapsed", last_day=last_day)


class ProfileDecisionError(DomainError):
    """A profile cannot be proposed or decided like this. Codes: proposal-open, own-proposal, accreditation-needed …"""


class EmergencyError(DomainError):
    """The emergency procedure has no such step from here, or not for this person. Codes: emergency-…"""


class ChangeError(DomainError):
    """What form 1 wants changed cannot be recorded or applied like this. Codes: change-…"""


class ChangeNotRecordedError(DomainError):
    """Form 1 asks for changes of which no new value was recorded. Code: change-not-recorded; `items` names them."""

    def __init__(self, items: list[str]) -> None:
        super().__init__("change-not-recorded", items=items)


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
