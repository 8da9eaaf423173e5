"""Which of the ten papers a case needs: the table on page 2 of the guide, as data.

CECTRUST (contract or storage service) and CECSIGN (certificates) share forms 1 and 4 and the company's certificates; one set
of those serves every service applied for. Forms 5, 9 and 10 are needed for each certificate applicant, form 6 for
each user-ID applicant.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from models.enums import PaperKind, Service

CECTRUST = frozenset({Service.CONTRACT, Service.STORAGE})
CECSIGN = frozenset({Service.CERTIFICATE})


class Per(StrEnum):
    """Whether one paper serves the case, or each applicant needs an own one."""

    CASE = "case"
    CERTIFICATE_APPLICANT = "certificate_applicant"
    USER_ID_APPLICANT = "user_id_applicant"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One line of the table."""

    kind: PaperKind
    services: frozenset[Service]
    per: Per
    must_be_fresh: bool = False


TABLE = (
    Requirement(PaperKind.FORM_1, CECTRUST | CECSIGN, Per.CASE),
    Requirement(PaperKind.FORM_2, CECSIGN, Per.CASE),
    Requirement(PaperKind.FORM_3, CECSIGN, Per.CASE),
    Requirement(PaperKind.FORM_4, CECTRUST | CECSIGN, Per.CASE),
    Requirement(PaperKind.FORM_5, CECSIGN, Per.CERTIFICATE_APPLICANT),
    Requirement(PaperKind.FORM_6, CECTRUST, Per.USER_ID_APPLICANT),
    Requirement(PaperKind.REGISTRY_CERTIFICATE, CECTRUST | CECSIGN, Per.CASE, must_be_fresh=True),
    Requirement(PaperKind.COMPANY_SEAL_CERTIFICATE, CECTRUST | CECSIGN, Per.CASE, must_be_fresh=True),
    Requirement(PaperKind.RESIDENCE_CERTIFICATE, CECSIGN, Per.CERTIFICATE_APPLICANT, must_be_fresh=True),
    Requirement(PaperKind.PERSONAL_SEAL_CERTIFICATE, CECSIGN, Per.CERTIFICATE_APPLICANT, must_be_fresh=True),
)

FRESH_KINDS = frozenset(requirement.kind for requirement in TABLE if requirement.must_be_fresh)


@dataclass(frozen=True, slots=True)
class ApplicantWishes:
    """What an applicant applies for."""

    position: int
    wants_certificate: bool
    wants_user_id: bool


@dataclass(frozen=True, slots=True)
class NeededPaper:
    """One sheet that the case needs; `applicant_position` is None for one that serves the whole case."""

    kind: PaperKind
    applicant_position: int | None


def required_papers(services: Collection[Service], applicants: Collection[ApplicantWishes]) -> list[NeededPaper]:
    """The papers of a case, in the order of the guide, applicant by applicant within a line."""
    applied = frozenset(services)
    needed = []
    for line in TABLE:
        if not line.services & applied:
            continue
        if line.per is Per.CASE:
            needed.append(NeededPaper(line.kind, None))
            continue
        needed += [NeededPaper(line.kind, each.position) for each in applicants if _wishes(each, line.per)]
    return needed


def _wishes(applicant: ApplicantWishes, per: Per) -> bool:
    return applicant.wants_certificate if per is Per.CERTIFICATE_APPLICANT else applicant.wants_user_id
