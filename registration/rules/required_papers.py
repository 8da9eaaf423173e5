"""Which of the ten papers a case needs, as data: kind of application × services × change items (docs/rules/required-papers.md).

NEW is the table on page 2 of the guide: CECTRUST (contract or storage service) and CECSIGN (certificates) share forms 1 and 4 and
the company's certificates; one set of those serves every service applied for. Forms 5, 9 and 10 are needed for each
certificate applicant, form 6 for each user-ID applicant.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from models.enums import ApplicationKind, ChangeItem, PaperKind, Service

CECTRUST = frozenset({Service.CONTRACT, Service.STORAGE})
CECSIGN = frozenset({Service.CERTIFICATE})
EVERY = CECTRUST | CECSIGN

FRESH_KINDS = frozenset(
    {
        PaperKind.REGISTRY_CERTIFICATE,
        PaperKind.COMPANY_SEAL_CERTIFICATE,
        PaperKind.RESIDENCE_CERTIFICATE,
        PaperKind.PERSONAL_SEAL_CERTIFICATE,
    }
)
# One set of the company's certificates serves every case of the same company in the same envelope.
SHARED_KINDS = frozenset({PaperKind.REGISTRY_CERTIFICATE, PaperKind.COMPANY_SEAL_CERTIFICATE})


class Per(StrEnum):
    """Whether one paper serves the case, or each applicant needs an own one."""

    CASE = "case"
    CERTIFICATE_APPLICANT = "certificate_applicant"
    USER_ID_APPLICANT = "user_id_applicant"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One line of a table: the paper is needed if one of the services, and one of the change items (if any), is there."""

    kind: PaperKind
    services: frozenset[Service] = EVERY
    per: Per = Per.CASE
    items: frozenset[ChangeItem] = frozenset()  # empty: whatever is changed


def _on(*items: ChangeItem) -> frozenset[ChangeItem]:
    return frozenset(items)


_NAME, _ADDRESS, _REPRESENTATIVE = ChangeItem.COMPANY_NAME, ChangeItem.ADDRESS, ChangeItem.REPRESENTATIVE
_CERTIFICATES, _USER_IDS = ChangeItem.FURTHER_CERTIFICATES, ChangeItem.FURTHER_USER_IDS
_SEALED = _on(_NAME, _REPRESENTATIVE, _CERTIFICATES, ChangeItem.CANCELLATION)

TABLES: dict[ApplicationKind, tuple[Requirement, ...]] = {
    ApplicationKind.NEW: (
        Requirement(PaperKind.FORM_1),
        Requirement(PaperKind.FORM_2, CECSIGN),
        Requirement(PaperKind.FORM_3, CECSIGN),
        Requirement(PaperKind.FORM_4),
        Requirement(PaperKind.FORM_5, CECSIGN, Per.CERTIFICATE_APPLICANT),
        Requirement(PaperKind.FORM_6, CECTRUST, Per.USER_ID_APPLICANT),
        Requirement(PaperKind.REGISTRY_CERTIFICATE),
        Requirement(PaperKind.COMPANY_SEAL_CERTIFICATE),
        Requirement(PaperKind.RESIDENCE_CERTIFICATE, CECSIGN, Per.CERTIFICATE_APPLICANT),
        Requirement(PaperKind.PERSONAL_SEAL_CERTIFICATE, CECSIGN, Per.CERTIFICATE_APPLICANT),
    ),
    ApplicationKind.CHANGE: (
        Requirement(PaperKind.FORM_1),
        Requirement(PaperKind.FORM_3, CECSIGN, items=_on(_CERTIFICATES)),
        Requirement(PaperKind.FORM_4, items=_on(ChangeItem.CONTACTS)),
        Requirement(PaperKind.FORM_5, CECSIGN, Per.CERTIFICATE_APPLICANT, _on(_CERTIFICATES)),
        Requirement(PaperKind.FORM_6, CECTRUST, Per.USER_ID_APPLICANT, _on(_USER_IDS)),
        Requirement(PaperKind.REGISTRY_CERTIFICATE, items=_on(_NAME, _ADDRESS, _REPRESENTATIVE)),
        Requirement(PaperKind.COMPANY_SEAL_CERTIFICATE, items=_SEALED),
        Requirement(PaperKind.RESIDENCE_CERTIFICATE, CECSIGN, Per.CERTIFICATE_APPLICANT, _on(_CERTIFICATES)),
        Requirement(PaperKind.PERSONAL_SEAL_CERTIFICATE, CECSIGN, Per.CERTIFICATE_APPLICANT, _on(_CERTIFICATES)),
    ),
    ApplicationKind.RENEWAL: (
        Requirement(PaperKind.FORM_3, CECSIGN),
        Requirement(PaperKind.FORM_5, CECSIGN, Per.CERTIFICATE_APPLICANT),
        Requirement(PaperKind.RESIDENCE_CERTIFICATE, CECSIGN, Per.CERTIFICATE_APPLICANT),
        Requirement(PaperKind.PERSONAL_SEAL_CERTIFICATE, CECSIGN, Per.CERTIFICATE_APPLICANT),
    ),
}


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


def required_papers(
    services: Collection[Service],
    applicants: Collection[ApplicantWishes],
    *,
    kind: ApplicationKind = ApplicationKind.NEW,
    change_items: Collection[ChangeItem] = (),
) -> list[NeededPaper]:
    """The papers of a case, in the order of the guide, applicant by applicant within a line."""
    needed = []
    for line in _lines(kind, services, change_items):
        if line.per is Per.CASE:
            needed.append(NeededPaper(line.kind, None))
            continue
        needed += [NeededPaper(line.kind, each.position) for each in applicants if _wishes(each, line.per)]
    return needed


def applicants_ask_for(
    kind: ApplicationKind, services: Collection[Service], change_items: Collection[ChangeItem] = ()
) -> frozenset[Per]:
    """For what the applicants of such an application may apply; empty if it has no applicants (a cancellation)."""
    return frozenset(line.per for line in _lines(kind, services, change_items)) - {Per.CASE}


def lacks_service(
    kind: ApplicationKind, services: Collection[Service], change_items: Collection[ChangeItem] = ()
) -> bool:
    """Whether a service is missing without which the application would ask for nothing."""
    wanted = [CECSIGN] if kind is ApplicationKind.RENEWAL or _CERTIFICATES in change_items else []
    wanted += [CECTRUST] if _USER_IDS in change_items else []
    return any(not each & frozenset(services) for each in wanted)


def _lines(
    kind: ApplicationKind, services: Collection[Service], change_items: Collection[ChangeItem]
) -> list[Requirement]:
    applied, changed = frozenset(services), frozenset(change_items)
    return [line for line in TABLES[kind] if line.services & applied and (not line.items or line.items & changed)]


def _wishes(applicant: ApplicantWishes, per: Per) -> bool:
    return applicant.wants_certificate if per is Per.CERTIFICATE_APPLICANT else applicant.wants_user_id
