"""Whether somebody applies twice: the same person and company with a live certificate, in two cases, in one envelope. Pure.

A second certificate may be right (another token for the same person), so it is a question to an officer and not an error.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from models.enums import JudgementKind, PaperKind
from registration.rules.circumstances import DUPLICATE_CERTIFICATE, Question

SHOWN = 3


@dataclass(frozen=True, slots=True)
class Person:
    """An applicant of this case or of another one of the same company. `key` is the folded name (`app.core.search.fold`)."""

    number: str
    position: int
    name: str
    key: str
    birth_date: date | None
    case_number: str = ""
    case_is_open: bool = False
    live_serials: tuple[str, ...] = ()
    token_serials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to know about the case; no answer is asked for. Codes: same-envelope, same-person-here, same-person-open,
    same-company-open, has-token.
    """

    code: str
    applicant: str = ""
    detail: str = ""


def is_same_person(one: Person, other: Person) -> bool:
    """Same folded name and, as far as both are known, the same birth date."""
    return one.key == other.key and (one.birth_date == other.birth_date or None in {one.birth_date, other.birth_date})


def duplicate_questions(here: Iterable[Person], elsewhere: Iterable[Person]) -> list[Question]:
    """For everybody who has a live certificate of this company already: shall there be another one?"""
    others, found = list(elsewhere), []
    for person in here:
        serials = sorted({serial for each in others if is_same_person(person, each) for serial in each.live_serials})
        if serials:
            found.append(
                Question(
                    f"{DUPLICATE_CERTIFICATE}:{person.position}",
                    JudgementKind.DUPLICATE,
                    PaperKind.FORM_5,
                    person.name,
                    {"serials": serials},
                )
            )
    return found


def duplicate_notices(here: Iterable[Person], elsewhere: Iterable[Person], *, envelope: Iterable[str]) -> list[Notice]:
    """What else looks like the same thing twice.

    Args:
        here: the applicants of this case.
        elsewhere: applicants of other cases of the same company.
        envelope: numbers of the other cases that came in the same envelope.
    """
    people, others, found = list(here), list(elsewhere), []
    if numbers := sorted(envelope):
        found.append(Notice("same-envelope", detail=_some(numbers)))
    open_cases = sorted({each.case_number for each in others if each.case_is_open} - set(numbers))
    if open_cases:
        found.append(Notice("same-company-open", detail=_some(open_cases)))
    for index, person in enumerate(people):
        if any(is_same_person(person, each) for each in people[:index]):
            found.append(Notice("same-person-here", person.name))
        same = [each for each in others if is_same_person(person, each)]
        if pending := sorted({each.case_number for each in same if each.case_is_open}):
            found.append(Notice("same-person-open", person.name, _some(pending)))
        if tokens := sorted({serial for each in same for serial in each.token_serials}):
            found.append(Notice("has-token", person.name, _some(tokens)))
    return found


def _some(numbers: list[str]) -> str:
    """The first few; who wants all of them searches for the company."""
    return ", ".join(numbers[:SHOWN]) + (f" … (+{len(numbers) - SHOWN})" if len(numbers) > SHOWN else "")
