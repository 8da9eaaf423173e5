"""Deficiency notices: what may be asked, what goes back, and which days count. Pure.

The periods are the authority's own policy (docs/rules/deficiency.md); the law sets none for supplementing an application.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from app.core.calendar import is_business_day, next_open_day
from app.core.errors import DomainError
from models.enums import LetterKind, PaperKind, Posting, Remedy

ANSWER_DAYS = 30  # proposed to the officer, moved to an open day
SHORTEST_DAYS, LONGEST_DAYS = 7, 90  # the post takes two of them each way
REMIND_DAYS_BEFORE = 7
GRACE_DAYS = 7  # an answer that was posted on the last day is still on its way

OTHER = "other"  # what no rule found: the officer's words alone say it
# Our own omissions (no-scan, unchecked, questions that an officer has not answered) are never put to the company.
ASKABLE = frozenset(
    {
        "missing",
        "stale",
        "from-the-future",
        "no-date",
        "field-missing",
        "not-ok",
        "registry-closed",
        "registry-summary",
        "registry-printout",
        "differs",
        "differs-denied",
        OTHER,
    }
)
DATED = frozenset({"stale", "from-the-future"})  # their detail is the date of issue
NUMBER_CHECK = "no-individual-number"

FORMS = frozenset(
    {PaperKind.FORM_1, PaperKind.FORM_2, PaperKind.FORM_3, PaperKind.FORM_4, PaperKind.FORM_5, PaperKind.FORM_6}
)


class NoticeError(DomainError):
    """The notice cannot be written, changed or ended like this."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing that the officer ticked, with what stands behind it."""

    kind: PaperKind
    code: str
    detail: str
    words: str
    remedy: Remedy
    has_sheet: bool
    goes_back: bool


def remedies(kind: PaperKind, code: str) -> tuple[Remedy, ...]:
    """What the company can do about it, the usual first. Nobody but its issuer corrects an official certificate."""
    if code == "missing":
        return (Remedy.SEND, Remedy.EXPLAIN)
    if kind in FORMS:
        return (Remedy.CORRECT, Remedy.SEND_NEW, Remedy.EXPLAIN)
    return (Remedy.SEND_NEW, Remedy.EXPLAIN)


def goes_back_at_first(code: str, detail: str, remedy: Remedy) -> bool:
    """Whether the sheet should go back unless the officer decides otherwise.

    A form to correct does; a 住民票 with an individual number must not stay with us (番号法20).
    """
    return remedy is Remedy.CORRECT or (code == "not-ok" and detail == NUMBER_CHECK)


def require_ask(ask: Ask) -> None:
    """Check one ticked thing.

    Raises:
        NoticeError: notice-not-askable, remedy-not-possible, return-needed, no-sheet-to-return, words-needed.
    """
    if ask.code not in ASKABLE:
        raise NoticeError("notice-not-askable")
    if ask.remedy not in remedies(ask.kind, ask.code):
        raise NoticeError("remedy-not-possible")
    if ask.goes_back and not ask.has_sheet:
        raise NoticeError("no-sheet-to-return")
    if ask.remedy is Remedy.CORRECT and not ask.goes_back:
        raise NoticeError("return-needed")
    if ask.code == OTHER and not ask.words.strip():
        raise NoticeError("words-needed")


def default_due(issued_on: date) -> date:
    """The day that is proposed for the answer: thirty days on, or the next open day."""
    return next_open_day(issued_on + timedelta(days=ANSWER_DAYS))


def require_due(due_on: date, issued_on: date) -> None:
    """Check a day that the officer chose.

    Raises:
        NoticeError: notice-due-too-soon, notice-due-too-late, notice-due-closed (with the next open day).
    """
    if due_on < issued_on + timedelta(days=SHORTEST_DAYS):
        raise NoticeError("notice-due-too-soon", field="due_on", days=SHORTEST_DAYS)
    if due_on > issued_on + timedelta(days=LONGEST_DAYS):
        raise NoticeError("notice-due-too-late", field="due_on", days=LONGEST_DAYS)
    if not is_business_day(due_on):
        raise NoticeError("notice-due-closed", field="due_on", day=next_open_day(due_on).isoformat())


def remind_day(due_on: date) -> date:
    """The open day on which the company is reminded: a week before, or the last open day before that."""
    day = due_on - timedelta(days=REMIND_DAYS_BEFORE)
    while not is_business_day(day):
        day -= timedelta(days=1)
    return day


def is_to_remind(*, due_on: date, issued_on: date, today: date) -> bool:
    """Whether today is a day to remind: open, not before the reminder's day, not after the last one, not at once."""
    day = remind_day(due_on)
    return issued_on < day <= today <= due_on and is_business_day(today)


def last_day_of_grace(due_on: date) -> date:
    """The last day on which an answer that comes in still counts."""
    return next_open_day(due_on + timedelta(days=GRACE_DAYS))


def posting_of(kind: LetterKind, enclosures: int) -> Posting:
    """How a letter travels: originals registered, a decision recorded, a bare notice as ordinary mail."""
    if enclosures:
        return Posting.SIMPLE_REGISTERED
    return Posting.ORDINARY if kind is LetterKind.DEFICIENCY_NOTICE else Posting.RECORDED
