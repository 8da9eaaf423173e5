"""What an officer must judge beside the papers' agreement, each with a clear way on. Pure.

* 旧氏 and 通称: the residence certificate shows another name beside the registered one (旧氏 since 2019-11-05, and it cannot be
  left out there); which one goes into the certificate is decided, with a reason.
* A company without a registered seal (商業登記法20条 was repealed on 2021-02-15): it registers one and sends the certificate, or it
  takes the way that the practice statement describes instead, if one is configured.
* The representative's address is never asked for: since 2024-10-01 a 株式会社 may have it hidden (商業登記規則31条の3).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from models.enums import JudgementKind, PaperKind
from registration.rules.comparisons import Answer

NO_COMPANY_SEAL = "no-company-seal"
CERTIFICATE_NAME = "certificate-name"
DUPLICATE_CERTIFICATE = "duplicate-certificate"
CHOICE = "choice"


class NameChoice(StrEnum):
    """Which name goes into the certificate."""

    REGISTERED = "registered"
    FORMER_SURNAME = "former_surname"
    COMMON_NAME = "common_name"


@dataclass(frozen=True, slots=True)
class Question:
    """Something that an officer answers with a reason. The answer holds for these facts alone."""

    code: str  # certificate-name:1, duplicate-certificate:1, no-company-seal
    kind: JudgementKind
    paper: PaperKind
    applicant: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    choices: tuple[str, ...] = ()
    must_be_answered: bool = True

    @property
    def topic(self) -> str:
        """The code without the applicant."""
        return self.code.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one applicant on the residence certificate."""

    position: int
    name: str
    former_surname: str
    common_name: str


def counts(question: Question, answer: Answer | None) -> bool:
    """Whether an answer was given on the facts as they are now; what it says beside them is its own."""
    return answer is not None and all(answer.facts.get(name) == value for name, value in question.facts.items())


def circumstances(people: Iterable[Names], *, seal_certificate_is_missing: bool) -> list[Question]:
    """The questions that these circumstances raise."""
    found = []
    for person in people:
        choices = name_choices(person.former_surname, person.common_name)
        if len(choices) > 1:
            facts = {
                "name": person.name,
                "former_surname": person.former_surname,
                "common_name": person.common_name,
            }
            found.append(
                Question(
                    f"{CERTIFICATE_NAME}:{person.position}",
                    JudgementKind.CIRCUMSTANCE,
                    PaperKind.RESIDENCE_CERTIFICATE,
                    person.name,
                    facts,
                    choices,
                )
            )
    if seal_certificate_is_missing:
        # Whether the paper is only late or cannot exist, the officer says; that it is missing is a fault anyway.
        found.append(
            Question(
                NO_COMPANY_SEAL,
                JudgementKind.CIRCUMSTANCE,
                PaperKind.COMPANY_SEAL_CERTIFICATE,
                must_be_answered=False,
            )
        )
    return found


def name_choices(former_surname: str, common_name: str) -> tuple[str, ...]:
    """The names to choose from for the certificate."""
    found = [NameChoice.REGISTERED.value]
    if former_surname:
        found.append(NameChoice.FORMER_SURNAME.value)
    if common_name:
        found.append(NameChoice.COMMON_NAME.value)
    return tuple(found)


def chosen_name(choice: str, *, name: str, former_surname: str, common_name: str) -> str:
    """The name for the certificate, before characters are substituted.

    With a former surname the given name stays: 山田 花子, formerly 佐藤, is 佐藤 花子. Of a name without a space nobody
    can tell where the surname ends, so the former surname is written as recorded and replaces nothing.
    """
    if choice == NameChoice.COMMON_NAME and common_name:
        return common_name
    if choice == NameChoice.FORMER_SURNAME and former_surname:
        parts = name.split(maxsplit=1)
        if len(former_surname.split()) > 1 or len(parts) < 2:
            return former_surname
        return f"{former_surname} {parts[1]}"
    return name
