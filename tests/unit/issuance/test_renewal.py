"""Steps of reminders, and the five years within which the present key may ask for the next certificate (施行規則5条2項)."""

from datetime import date

import pytest

from issuance.rules.renewal import (
    Policy,
    Present,
    Refusal,
    Step,
    online_until,
    opens_on,
    refusal,
    same_person,
    steps_of,
)
from models.enums import CertificateStatus

POLICY = Policy(window=90, least=90)
GOOD = Present(CertificateStatus.ACTIVE, ends_on=date(2028, 11, 25), anchor=date(2026, 11, 26))
DAY = date(2028, 10, 1)


def test_each_certificate_is_in_one_step_at_most() -> None:
    steps = steps_of((60, 30, 14, 30))
    assert steps == [Step(14, -1), Step(30, 14), Step(60, 30)]
    for left in range(61):
        assert len([step for step in steps if step.over < left <= step.days]) == 1
    assert steps_of(()) == [] and steps_of((0,)) == [Step(0, -1)]


@pytest.mark.parametrize(
    ("ends_on", "anchor", "expected"),
    [
        (date(2028, 11, 25), date(2026, 11, 26), date(2031, 11, 25)),  # the first of two years: renew once …
        (date(2030, 9, 30), date(2026, 11, 26), date(2031, 11, 25)),  # … and once more, for the rest
        (date(2031, 8, 27), date(2026, 11, 26), date(2031, 11, 25)),  # 90 days are just enough
        (date(2031, 8, 28), date(2026, 11, 26), None),
        (date(2031, 11, 25), date(2026, 11, 26), None),  # a certificate of five years is never renewed online
        (date(2029, 2, 27), date(2028, 2, 29), date(2033, 2, 28)),
    ],
)
def test_an_online_renewal_stays_within_five_years_of_the_papers(
    ends_on: date, anchor: date, expected: date | None
) -> None:
    assert online_until(ends_on, anchor, POLICY) == expected


@pytest.mark.parametrize(
    ("present", "today", "expected"),
    [
        (GOOD, DAY, None),
        (GOOD, date(2028, 8, 27), None),  # the first day of the window
        (GOOD, date(2028, 8, 26), Refusal.EARLY),
        (GOOD, date(2028, 11, 25), None),  # the very last day
        (GOOD, date(2028, 11, 26), Refusal.EXPIRED),
        (Present(CertificateStatus.REVOKED, GOOD.ends_on, GOOD.anchor), DAY, Refusal.REVOKED),
        (Present(CertificateStatus.REVOCATION_REQUESTED, GOOD.ends_on, GOOD.anchor), DAY, Refusal.REVOKED),
        (Present(CertificateStatus.ACTIVE, GOOD.ends_on, GOOD.anchor, is_cancelled=True), DAY, Refusal.CANCELLED),
        (Present(CertificateStatus.ACTIVE, GOOD.ends_on, GOOD.anchor, is_renewed=True), DAY, Refusal.RENEWED),
        (Present(CertificateStatus.ACTIVE, GOOD.ends_on, GOOD.anchor, is_used=True), DAY, Refusal.USED),
        (Present(CertificateStatus.ACTIVE, GOOD.ends_on, GOOD.anchor, is_requested=True), DAY, Refusal.REQUESTED),
        (Present(CertificateStatus.ACTIVE, GOOD.ends_on, date(2023, 12, 1)), DAY, Refusal.PAPERS),
    ],
)
def test_what_stands_against_an_online_renewal(present: Present, today: date, expected: Refusal | None) -> None:
    assert refusal(present, today, POLICY) == expected


def test_the_window_opens_ninety_days_before_the_end() -> None:
    assert opens_on(date(2028, 11, 25), POLICY) == date(2028, 8, 27)


def test_the_same_person_is_known_by_name_and_day_of_birth() -> None:
    born = date(1985, 4, 1)
    assert same_person("𠮷田 太郎", born, "𠮷田　太郎", born)
    assert same_person("𠮷田 太郎", born, "𠮷田太郎", None)
    assert not same_person("𠮷田 太郎", born, "𠮷田 太郎", date(1986, 4, 1))
    assert not same_person("𠮷田 太郎", born, "吉田 太郎", born)  # nothing is guessed of a name
