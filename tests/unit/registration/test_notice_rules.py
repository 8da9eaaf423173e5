"""What may be asked of a company, and which days count."""

from datetime import date, timedelta

import pytest

from app.core.calendar import is_business_day
from app.core.errors import IllegalTransitionError
from models.enums import ApplicationStatus as S
from models.enums import LetterKind, PaperKind, PapersFate, Posting, Remedy
from registration.rules.notices import (
    LONGEST_DAYS,
    NUMBER_CHECK,
    SHORTEST_DAYS,
    Ask,
    NoticeError,
    default_due,
    goes_back_at_first,
    is_to_remind,
    last_day_of_grace,
    posting_of,
    remedies,
    remind_day,
    require_ask,
    require_due,
)
from registration.rules.recipients import Recipient, RecipientError, require_recipient
from registration.rules.refusals import RefusalError, kept_until, require_fate, require_reason
from registration.rules.states import Event, next_status

TUESDAY = date(2026, 11, 24)
ALL_DAYS = [date(2026, 1, 1) + timedelta(days=number) for number in range(730)]


@pytest.mark.parametrize(
    ("issued", "due"),
    [
        (TUESDAY, date(2026, 12, 24)),
        (date(2026, 11, 30), date(2027, 1, 4)),  # 30 December is closed until the 3rd
        (date(2026, 10, 22), date(2026, 11, 24)),  # Saturday, Sunday, 勤労感謝の日
    ],
)
def test_the_proposed_day_is_open(issued: date, due: date) -> None:
    assert default_due(issued) == due


def test_every_day_of_two_years_has_a_last_day_that_may_be_chosen() -> None:
    for day in ALL_DAYS:
        require_due(default_due(day), day)


@pytest.mark.parametrize(
    ("due", "code"),
    [
        (TUESDAY, "notice-due-too-soon"),
        (TUESDAY + timedelta(days=SHORTEST_DAYS - 1), "notice-due-too-soon"),
        (TUESDAY + timedelta(days=LONGEST_DAYS + 1), "notice-due-too-late"),
        (date(2026, 12, 5), "notice-due-closed"),
        (date(2026, 12, 31), "notice-due-closed"),
    ],
)
def test_a_day_that_cannot_be_kept_is_refused(due: date, code: str) -> None:
    with pytest.raises(NoticeError, match=code) as caught:
        require_due(due, TUESDAY)
    if code == "notice-due-closed":
        assert is_business_day(date.fromisoformat(caught.value.fields["day"]))


def test_the_shortest_and_the_longest_may_be_chosen() -> None:
    require_due(TUESDAY + timedelta(days=SHORTEST_DAYS), TUESDAY)
    require_due(date(2027, 2, 22), TUESDAY)


@pytest.mark.parametrize(
    ("due", "day"),
    [
        (date(2026, 12, 24), date(2026, 12, 17)),
        (date(2027, 1, 8), date(2026, 12, 28)),  # not on New Year's Day, but before the closure
        (date(2026, 11, 30), date(2026, 11, 20)),  # 23 November is a holiday
    ],
)
def test_the_reminder_goes_on_an_open_day(due: date, day: date) -> None:
    assert remind_day(due) == day


def test_a_reminder_falls_on_open_days_between_the_notice_and_its_last_day() -> None:
    issued, due = TUESDAY, date(2026, 12, 24)
    days = [day for day in ALL_DAYS if is_to_remind(due_on=due, issued_on=issued, today=day)]
    assert days == [date(2026, 12, number) for number in (17, 18, 21, 22, 23, 24)]


def test_who_was_just_told_is_not_reminded() -> None:
    due = TUESDAY + timedelta(days=SHORTEST_DAYS)
    assert not any(is_to_remind(due_on=due, issued_on=TUESDAY, today=day) for day in ALL_DAYS)


def test_grace_ends_on_an_open_day_a_week_later() -> None:
    assert last_day_of_grace(date(2026, 12, 17)) == date(2026, 12, 24)
    assert last_day_of_grace(date(2026, 12, 24)) == date(2027, 1, 4)
    assert all(last_day_of_grace(day) >= day + timedelta(days=7) for day in ALL_DAYS)


def ask(**change: object) -> Ask:
    values: dict[str, object] = {
        "kind": PaperKind.FORM_5,
        "code": "not-ok",
        "detail": "filled-in",
        "words": "",
        "remedy": Remedy.SEND_NEW,
        "has_sheet": True,
        "goes_back": False,
    }
    return Ask(**(values | change))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"code": "no-scan"}, "notice-not-askable"),
        ({"code": "unchecked"}, "notice-not-askable"),
        ({"kind": PaperKind.RESIDENCE_CERTIFICATE, "remedy": Remedy.CORRECT, "goes_back": True}, "remedy-not-possible"),
        ({"code": "missing", "remedy": Remedy.CORRECT}, "remedy-not-possible"),
        ({"remedy": Remedy.SEND}, "remedy-not-possible"),
        ({"remedy": Remedy.CORRECT}, "return-needed"),
        ({"goes_back": True, "has_sheet": False}, "no-sheet-to-return"),
        ({"code": "other", "words": " \n"}, "words-needed"),
    ],
)
def test_what_makes_no_sense_is_not_asked(change: dict[str, object], code: str) -> None:
    with pytest.raises(NoticeError, match=code):
        require_ask(ask(**change))


@pytest.mark.parametrize("kind", PaperKind)
@pytest.mark.parametrize("code", ["missing", "stale", "not-ok", "other"])
def test_what_is_offered_first_may_be_asked(kind: PaperKind, code: str) -> None:
    remedy = remedies(kind, code)[0]
    back = goes_back_at_first(code, "filled-in", remedy)
    require_ask(ask(kind=kind, code=code, words="x", remedy=remedy, goes_back=back, has_sheet=code != "missing"))


def test_a_residence_certificate_with_a_number_goes_back() -> None:
    assert goes_back_at_first("not-ok", NUMBER_CHECK, Remedy.SEND_NEW)
    assert not goes_back_at_first("not-ok", "original", Remedy.SEND_NEW)


@pytest.mark.parametrize(
    ("kind", "enclosures", "posting"),
    [
        (LetterKind.DEFICIENCY_NOTICE, 0, Posting.ORDINARY),
        (LetterKind.DEFICIENCY_NOTICE, 2, Posting.SIMPLE_REGISTERED),
        (LetterKind.REFUSAL_NOTICE, 0, Posting.RECORDED),
        (LetterKind.LAPSE_NOTICE, 1, Posting.SIMPLE_REGISTERED),
    ],
)
def test_originals_travel_registered(kind: LetterKind, enclosures: int, posting: Posting) -> None:
    assert posting_of(kind, enclosures) is posting


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"address": ""}, "recipient_address"),
        ({"company": " "}, "recipient_company"),
        ({"postal_code": "1234"}, "recipient_postal_code"),
        ({"email": "a b@example.jp"}, "recipient_email"),
        ({"email": "a@example"}, "recipient_email"),
    ],
)
def test_a_letter_without_proper_address_is_not_written(change: dict[str, str], field: str) -> None:
    values = {"company": "株式会社髙﨑建設", "address": "茨城県日立市"} | change
    with pytest.raises(RecipientError) as caught:
        require_recipient(Recipient(**values))
    assert caught.value.field == field


def test_a_letter_needs_neither_person_nor_mail() -> None:
    require_recipient(Recipient("株式会社髙﨑建設", address="茨城県日立市", postal_code="317-0055"))
    require_recipient(Recipient("葛󠄀城建設", address="a", postal_code="3170055", email="a@example.jp"))


def test_the_papers_of_a_refusal_are_books() -> None:
    with pytest.raises(RefusalError, match="papers-must-stay"):
        require_fate(LetterKind.REFUSAL_NOTICE, PapersFate.RETURNED)
    require_fate(LetterKind.WITHDRAWAL_NOTICE, PapersFate.RETURNED)
    assert kept_until(LetterKind.REFUSAL_NOTICE, date(2028, 2, 29)) == date(2038, 2, 28)
    assert kept_until(LetterKind.WITHDRAWAL_NOTICE, TUESDAY) is None
    with pytest.raises(RefusalError, match="reason-needed"):
        require_reason(" \n")
    assert require_reason(" x ") == "x"


def test_an_incomplete_case_waits_for_the_company() -> None:
    assert next_status(S.INCOMPLETE, Event.EDIT) is S.INCOMPLETE
    assert next_status(S.INCOMPLETE, Event.TAKE_NOTICE_BACK) is S.IN_REVIEW
    assert {state for state in S if _may(state, Event.EXPIRE)} == {S.INCOMPLETE}
    assert {state for state in S if _may(state, Event.ASK_FOR_PAPERS)} == {S.RECEIVED, S.IN_REVIEW}


def _may(state: S, event: Event) -> bool:
    try:
        next_status(state, event)
    except IllegalTransitionError:
        return False
    return True
