"""What the papers of a case say of the same thing, paper against paper: the matrix of research domain §7 as data.

The registry certificate is held to be right about the company, the residence certificate about the person; everything else is
compared with them. Only an exact match and one in other spacing or notation is automatic; a review class needs an officer's
judgement with a reason, bound to the two values; a mismatch cannot be judged away: the paper must be corrected.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from models.enums import PaperKind as P
from registration.rules.addresses import compare_addresses
from registration.rules.corporate_numbers import CorporateNumberError
from registration.rules.field_values import corporate_number_of
from registration.rules.names import compare_names

COMPARE = "compare:"  # a comparison's code in a judgement: compare:<field of the left paper>
_MAY_BE_JUDGED = "review_"
_ASK = {"match_prefecture_omitted"}  # 府中市 lies in two prefectures


class How(StrEnum):
    """By which rule two values are compared."""

    NAME = "name"
    ADDRESS = "address"
    DATE = "date"
    TEXT = "text"
    NUMBER = "number"


class Verdict(StrEnum):
    """What a comparison comes to."""

    AGREES = "agrees"
    OPEN = "open"  # an officer must judge
    ACCEPTED = "accepted"
    DENIED = "denied"
    DIFFERS = "differs"  # no judgement mends it


@dataclass(frozen=True, slots=True)
class Comparison:
    """One cell of the matrix: a field of one paper against one of the paper that is held to be right."""

    field: str
    how: How
    left: P
    right: P
    right_field: str


_COMPANY = P.REGISTRY_CERTIFICATE
_PERSON = P.RESIDENCE_CERTIFICATE
_FORMS_AND_SEAL = (P.FORM_1, P.FORM_2, P.FORM_3, P.COMPANY_SEAL_CERTIFICATE)
_ROWS: tuple[tuple[str, How, P, tuple[P, ...]], ...] = (
    ("company_name", How.NAME, _COMPANY, (*_FORMS_AND_SEAL, P.FORM_5)),
    ("head_office", How.ADDRESS, _COMPANY, (P.FORM_1, P.FORM_2, P.FORM_5, P.COMPANY_SEAL_CERTIFICATE)),
    ("representative_title", How.TEXT, _COMPANY, _FORMS_AND_SEAL),
    ("representative_name", How.NAME, _COMPANY, _FORMS_AND_SEAL),
    ("name", How.NAME, _PERSON, (P.FORM_5, P.PERSONAL_SEAL_CERTIFICATE)),
    ("former_surname", How.NAME, _PERSON, (P.PERSONAL_SEAL_CERTIFICATE,)),
    ("address", How.ADDRESS, _PERSON, (P.FORM_5, P.PERSONAL_SEAL_CERTIFICATE)),
    ("birth_date", How.DATE, _PERSON, (P.FORM_5, P.PERSONAL_SEAL_CERTIFICATE)),
    ("sex", How.TEXT, _PERSON, (P.FORM_5, P.PERSONAL_SEAL_CERTIFICATE)),
)
MATRIX: tuple[Comparison, ...] = (
    *(Comparison(field, how, left, right, field) for field, how, right, lefts in _ROWS for left in lefts),
    Comparison("corporate_number", How.NUMBER, P.FORM_1, _COMPANY, "company_number"),
    Comparison("registration_number", How.NUMBER, P.FORM_1, _COMPANY, "company_number"),
    Comparison("listed_name", How.NAME, P.FORM_3, _PERSON, "name"),
)


@dataclass(frozen=True, slots=True)
class PaperValues:
    """A paper with what was read from it. `position` is its applicant's, None for a paper of the whole case."""

    paper_id: UUID
    kind: P
    position: int | None
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """A judgement as it counts here: on which facts, and how it went."""

    accepted: bool
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Compared:
    """Two values that were compared."""

    code: str  # of the judgement, together with `paper_id`
    field: str  # of the left paper
    paper_id: UUID
    left: P
    right: P
    position: int | None
    left_value: str
    right_value: str
    how: How
    match: str  # a value of NameMatch or AddressMatch, review_iteration_mark, exact or mismatch
    verdict: Verdict

    @property
    def facts(self) -> dict[str, str]:
        """What a judgement on it is bound to."""
        return {"left": self.left_value, "right": self.right_value}

    @property
    def may_be_judged(self) -> bool:
        """Whether an officer may accept or deny it."""
        return may_be_judged(self.match)


def compared(papers: Iterable[PaperValues], answers: Mapping[tuple[UUID | None, str], Answer]) -> list[Compared]:
    """Every comparison of a case of which both values are recorded, in the order of the papers.

    Args:
        papers: of the case, with their fields.
        answers: judgements by paper and code.
    """
    listed = list(papers)
    found = []
    for paper in listed:
        for comparison in (each for each in MATRIX if each.left is paper.kind):
            if comparison.field == "listed_name":
                found += _listed(paper, comparison, listed, answers)
                continue
            right = _paper(listed, comparison.right, paper.position)
            if right is not None:
                found += _one(paper, comparison.field, right, comparison, answers)
    return found


def _listed(
    form_3: PaperValues, comparison: Comparison, papers: list[PaperValues], answers: Mapping[Any, Answer]
) -> list[Compared]:
    """Everybody on form 3's list against their own residence certificate."""
    found = []
    for right in papers:
        if right.kind is comparison.right:
            found += _one(form_3, f"{comparison.field}_{right.position}", right, comparison, answers)
    return found


def _one(
    left: PaperValues, field: str, right: PaperValues, comparison: Comparison, answers: Mapping[Any, Answer]
) -> list[Compared]:
    a, b = left.fields.get(field, ""), right.fields.get(comparison.right_field, "")
    if not a or not b:
        return []
    match = match_of(comparison.how, a, b)
    code = COMPARE + field
    answer = answers.get((left.paper_id, code))
    verdict = _verdict(match, answer if answer and answer.facts == {"left": a, "right": b} else None)
    # A paper of the whole case belongs to nobody, though form 3's line is about one applicant.
    return [
        Compared(code, field, left.paper_id, left.kind, right.kind, left.position, a, b, comparison.how, match, verdict)
    ]


def match_of(how: How, a: str, b: str) -> str:
    """How two values relate."""
    if how is How.ADDRESS:
        return compare_addresses(a, b).value
    if how in {How.NAME, How.TEXT}:
        return _match_names(a, b)
    if how is How.NUMBER:
        return "exact" if _corporate(a) == _corporate(b) is not None else "mismatch"
    return "exact" if a == b else "mismatch"


def may_be_judged(match: str) -> bool:
    """Whether this class is one that an officer judges with a reason."""
    return match.startswith(_MAY_BE_JUDGED) or match in _ASK


def _match_names(a: str, b: str) -> str:
    found = compare_names(a, b).value
    if found == "mismatch" and "々" in a + b and compare_names(_spelt_out(a), _spelt_out(b)).value != "mismatch":
        return "review_iteration_mark"  # 佐々木 and 佐佐木: never silently the same, but an officer may say so
    return found


def _spelt_out(text: str) -> str:
    """々 as the character that it repeats."""
    found: list[str] = []
    for character in text:
        found.append(found[-1] if character == "々" and found else character)
    return "".join(found)


def _corporate(text: str) -> str | None:
    try:
        return corporate_number_of(text.removeprefix("T"))
    except CorporateNumberError:
        return None


def _verdict(match: str, answer: Answer | None) -> Verdict:
    if may_be_judged(match):
        if answer is None:
            return Verdict.OPEN
        return Verdict.ACCEPTED if answer.accepted else Verdict.DENIED
    return Verdict.AGREES if match == "exact" or match.startswith("match_") else Verdict.DIFFERS


def _paper(papers: list[PaperValues], kind: P, position: int | None) -> PaperValues | None:
    of_kind = [each for each in papers if each.kind is kind]
    return next((each for each in of_kind if each.position in {position, None}), None)
