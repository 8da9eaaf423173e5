"""The approval profile: which steps a case passes, who takes each, what is confirmed, how long findings hold. Pure.

Version 1 is built in. Later versions are rows (`models.approval_profiles`); a case keeps the version of its reception
(EJBCA and ILM freeze profiles likewise). Four eyes, freshness, checks and digest are in no profile: no version can
switch them off.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from app.core.errors import DomainError

# What a profile may be made of. A new word needs its sentence in admin/messages_approval.py.
STEP_CODES = ("second-check", "identity", "company", "approve", "final-approval")
ROLES = ("officer", "approver")  # who may see papers and stands on a case's deciding side
CONFIRMATIONS = (
    "every-paper-seen",
    "seals-compared",
    "names-compared",
    "dates-read",
    "judgements-agreed",
    "changes-compared",
)
EMERGENCY_STEP = "emergency"  # the one step of the emergency procedure; no profile has it
MOST_STEPS = 4
LONGEST_REVIEW_DAYS = 90
LONGEST_APPLICATION_DAYS = 365


class ProfileContentError(DomainError):
    """A profile's content is not one. Codes: profile-…, field: which part of the form."""


@dataclass(frozen=True, slots=True)
class Step:
    """One decision on a case: its code, the role that takes it, and what is confirmed with it, by code."""

    code: str
    role: str
    confirmations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """One version. Days are counted in Japan; the last one still counts."""

    version: int
    steps: tuple[Step, ...]
    review_valid_days: int  # from the day on which the review was finished
    application_valid_days: int  # from the day of receipt

    @property
    def confirmations(self) -> tuple[str, ...]:
        """Everything that is confirmed in any step, in the order of the catalogue."""
        asked = {code for step in self.steps for code in step.confirmations}
        return tuple(code for code in CONFIRMATIONS if code in asked)

    def as_json(self) -> dict[str, Any]:
        """The content as it is stored; `parse_profile` reads it back."""
        return {
            "steps": [
                {"code": step.code, "role": step.role, "confirmations": list(step.confirmations)} for step in self.steps
            ],
            "review_valid_days": self.review_valid_days,
            "application_valid_days": self.application_valid_days,
        }


BUILT_IN = Profile(
    version=1,
    steps=(Step("approve", "approver", ("every-paper-seen", "seals-compared", "names-compared")),),
    review_valid_days=30,
    application_valid_days=180,
)


def parse_profile(version: int, content: Mapping[str, Any]) -> Profile:
    """A version from its stored content, or from what somebody proposes.

    Raises:
        ProfileContentError: profile-no-step, profile-too-many-steps, profile-step-unknown, profile-step-twice,
            profile-role-unknown, profile-no-confirmation, profile-confirmation-unknown, profile-last-step,
            profile-days.
    """
    rows = content.get("steps")
    if not isinstance(rows, Sequence) or isinstance(rows, str) or not rows:
        raise ProfileContentError("profile-no-step", field="steps")
    if len(rows) > MOST_STEPS:
        raise ProfileContentError("profile-too-many-steps", field="steps", most=MOST_STEPS)
    steps = tuple(_step(row) for row in rows)
    codes = [step.code for step in steps]
    if twice := next((code for code in codes if codes.count(code) > 1), None):
        raise ProfileContentError("profile-step-twice", field="steps", step=twice)
    if steps[-1].role != "approver":  # an officer may check once more, but an approver decides
        raise ProfileContentError("profile-last-step", field="steps")
    return Profile(
        version=version,
        steps=steps,
        review_valid_days=_days(content, "review_valid_days", LONGEST_REVIEW_DAYS),
        application_valid_days=_days(content, "application_valid_days", LONGEST_APPLICATION_DAYS),
    )


def _step(row: Mapping[str, Any]) -> Step:
    code, role = str(row.get("code", "")), str(row.get("role", ""))
    confirmed = [str(each) for each in row.get("confirmations", ())]
    if code not in STEP_CODES:
        raise ProfileContentError("profile-step-unknown", field="steps", step=code)
    if role not in ROLES:
        raise ProfileContentError("profile-role-unknown", field="steps", role=role, step=code)
    if not confirmed:
        raise ProfileContentError("profile-no-confirmation", field="steps", step=code)
    if unknown := next((each for each in confirmed if each not in CONFIRMATIONS), None):
        raise ProfileContentError("profile-confirmation-unknown", field="steps", confirmation=unknown)
    return Step(code, role, tuple(each for each in CONFIRMATIONS if each in confirmed))


def _days(content: Mapping[str, Any], name: str, most: int) -> int:
    value = content.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
        raise ProfileContentError("profile-days", field=name, most=most)
    return value


def next_step(profile: Profile, taken: Collection[str]) -> Step | None:
    """The first step of the profile that is not taken in this round; None if all are."""
    return next((step for step in profile.steps if step.code not in taken), None)


def missing_confirmations(asked: Collection[str], given: Collection[str]) -> list[str]:
    """What must be confirmed and was not, in the order of the catalogue."""
    return [code for code in CONFIRMATIONS if code in asked and code not in given]


def review_valid_until(profile: Profile, reviewed_on: date) -> date:
    """The last day on which a review may be approved."""
    return reviewed_on + timedelta(days=profile.review_valid_days)


def application_valid_until(profile: Profile, received_on: date) -> date:
    """The last day on which an application may be approved."""
    return received_on + timedelta(days=profile.application_valid_days)


@dataclass(frozen=True, slots=True)
class Lapse:
    """What has run out (`review` or `application`), and its last day."""

    what: str
    last_day: date


def lapse_of(profile: Profile, *, received_on: date, reviewed_on: date, today: date) -> Lapse | None:
    """What has run out on a day, the application before the review: a new review would not help it."""
    if today > (last := application_valid_until(profile, received_on)):
        return Lapse("application", last)
    if today > (last := review_valid_until(profile, reviewed_on)):
        return Lapse("review", last)
    return None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the comparison of two versions: `kind` step or days, its code, and both sides as plain values."""

    kind: str
    code: str
    old: Step | int | None
    new: Step | int | None

    @property
    def differs(self) -> bool:
        """Whether the two versions disagree here."""
        return self.old != self.new


def compare_profiles(old: Profile, new: Profile) -> list[Line]:
    """The two versions side by side, step by step in their order, then the days."""
    count = max(len(old.steps), len(new.steps))
    lines = [Line("step", str(index + 1), _at(old.steps, index), _at(new.steps, index)) for index in range(count)]
    lines.append(Line("days", "review_valid_days", old.review_valid_days, new.review_valid_days))
    lines.append(Line("days", "application_valid_days", old.application_valid_days, new.application_valid_days))
    return lines


def _at(steps: tuple[Step, ...], index: int) -> Step | None:
    return steps[index] if index < len(steps) else None
