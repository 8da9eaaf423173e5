"""What an officer records and checks on each paper, as data. The version is frozen on the case when it is received.

Version 1 left the comparison across papers to the officer's eye. Version 2 records what is compared (research: domain §7, the
matrix "What the officer compares") and leaves to the eye what only an eye can do: seals, originals, attestations. What is
compared with what stands in `registration.rules.comparisons`.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

from models.enums import PaperKind as P

CURRENT_VERSION = 2


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A field to record from a paper.

    `kind`: name, kana, address, date, email, choice, company_number (12 or 13 digits), corporate_number (13),
    registration_number (T and 13), postal_code, text. `each_applicant`: form 3 has one for everybody on its list.
    """

    code: str
    kind: str = "text"
    required: bool = True
    options: tuple[str, ...] = ()
    each_applicant: bool = False


@dataclass(frozen=True, slots=True)
class PaperSpec:
    """What is recorded and what is checked on one kind of paper, in the order of the screen."""

    fields: tuple[FieldSpec, ...]
    checks: tuple[str, ...]


COMPANY = (FieldSpec("company_name", "name"), FieldSpec("head_office", "address"))
REPRESENTATIVE = (FieldSpec("representative_title"), FieldSpec("representative_name", "name"))
PERSON = (FieldSpec("name", "name"), FieldSpec("address", "address"), FieldSpec("birth_date", "date"))
CONTACTS = (
    FieldSpec("contact_name", "name"),
    FieldSpec("contact_email", "email"),
    FieldSpec("billing_name", "name"),
    FieldSpec("billing_email", "email"),
    FieldSpec("billing_department", required=False),
)
# Printed by some municipalities only; never asked for (research: domain §7).
SEX = FieldSpec("sex", "choice", required=False, options=("male", "female"))
# 商業登記規則30条1項. 閉鎖事項 shows what no longer holds; 要約書 and the print-out of 登記情報提供サービス are no certificates.
REGISTRY_KINDS = ("history", "current", "representative", "closed", "summary", "printout")
REGISTRY_KINDS_TAKEN = frozenset({"history", "current", "representative"})

_V1: dict[P, PaperSpec] = {
    P.FORM_1: PaperSpec((), ("filled-in", "company-matches-registry", "representative-seal-matches-certificate")),
    P.FORM_2: PaperSpec((), ("filled-in", "representative-seal-matches-certificate", "notified-seal-clear")),
    P.FORM_3: PaperSpec((), ("filled-in", "notified-seal-matches-form-2", "applicants-listed")),
    P.FORM_4: PaperSpec(CONTACTS, ("filled-in", "contacts-complete")),
    P.FORM_5: PaperSpec(
        (FieldSpec("postal_code", required=False), FieldSpec("email", "email"), FieldSpec("name_romaji")),
        ("filled-in", "applicant-matches-residence-certificate", "seal-matches-seal-certificate", "explanation-given"),
    ),
    P.FORM_6: PaperSpec((FieldSpec("user_id_email", "email"),), ("filled-in",)),
    P.REGISTRY_CERTIFICATE: PaperSpec(
        (
            FieldSpec("company_postal_code", required=False),
            *COMPANY,
            *REPRESENTATIVE,
            FieldSpec("company_number", "company_number"),
        ),
        ("original", "registrar-seal"),
    ),
    P.COMPANY_SEAL_CERTIFICATE: PaperSpec((*COMPANY, *REPRESENTATIVE), ("original", "matches-registry")),
    P.RESIDENCE_CERTIFICATE: PaperSpec(PERSON, ("original", "no-individual-number", "mayor-seal")),
    P.PERSONAL_SEAL_CERTIFICATE: PaperSpec(PERSON, ("original", "matches-residence-certificate")),
}

_V2: dict[P, PaperSpec] = {
    P.FORM_1: PaperSpec(
        (
            *COMPANY,
            *REPRESENTATIVE,
            FieldSpec("corporate_number", "corporate_number", required=False),
            FieldSpec("registration_number", "registration_number", required=False),
        ),
        ("filled-in", "representative-seal-matches-certificate"),
    ),
    P.FORM_2: PaperSpec(
        (*COMPANY, *REPRESENTATIVE), ("filled-in", "representative-seal-matches-certificate", "notified-seal-clear")
    ),
    P.FORM_3: PaperSpec(
        (COMPANY[0], *REPRESENTATIVE, FieldSpec("listed_name", "name", each_applicant=True)),
        ("filled-in", "notified-seal-matches-form-2", "applicants-listed"),
    ),
    P.FORM_4: _V1[P.FORM_4],
    P.FORM_5: PaperSpec(
        (
            *COMPANY,
            FieldSpec("name", "name"),
            FieldSpec("name_kana", "kana"),
            FieldSpec("name_romaji"),
            FieldSpec("birth_date", "date"),
            FieldSpec("postal_code", "postal_code", required=False),
            FieldSpec("address", "address"),
            SEX,
            FieldSpec("email", "email"),
            # 施行規則12条1項1号イ: the record that important matters were explained, by version and day.
            FieldSpec("explanation_version"),
            FieldSpec("explanation_date", "date"),
        ),
        ("filled-in", "seal-matches-seal-certificate", "explanation-given"),
    ),
    P.FORM_6: _V1[P.FORM_6],
    P.REGISTRY_CERTIFICATE: PaperSpec(
        (
            FieldSpec("registry_kind", "choice", options=REGISTRY_KINDS),
            FieldSpec("company_postal_code", "postal_code", required=False),
            *COMPANY,
            *REPRESENTATIVE,
            FieldSpec("company_number", "company_number"),
        ),
        ("original", "registrar-seal"),
    ),
    P.COMPANY_SEAL_CERTIFICATE: PaperSpec((*COMPANY, *REPRESENTATIVE), ("original", "registrar-seal")),
    P.RESIDENCE_CERTIFICATE: PaperSpec(
        (
            *PERSON,
            FieldSpec("former_surname", "name", required=False),
            FieldSpec("common_name", "name", required=False),
            SEX,
        ),
        ("original", "no-individual-number", "mayor-seal"),
    ),
    P.PERSONAL_SEAL_CERTIFICATE: PaperSpec(
        (*PERSON, FieldSpec("former_surname", "name", required=False), SEX), ("original", "mayor-seal")
    ),
}

VERSIONS: dict[int, dict[P, PaperSpec]] = {1: _V1, 2: _V2}

# Which impression is held against which: (paper, check) → the paper that shows the registered seal.
SEAL_CHECKS: dict[tuple[P, str], P] = {
    (P.FORM_1, "representative-seal-matches-certificate"): P.COMPANY_SEAL_CERTIFICATE,
    (P.FORM_2, "representative-seal-matches-certificate"): P.COMPANY_SEAL_CERTIFICATE,
    (P.FORM_3, "notified-seal-matches-form-2"): P.FORM_2,
    (P.FORM_5, "seal-matches-seal-certificate"): P.PERSONAL_SEAL_CERTIFICATE,
}


def paper_spec(kind: P, version: int = CURRENT_VERSION) -> PaperSpec:
    """What this version of the checklist says about a kind of paper."""
    return VERSIONS[version][kind]


def fields_of(kind: P, version: int, positions: Collection[int]) -> list[FieldSpec]:
    """The fields of a paper of one case.

    Args:
        kind: of the paper.
        version: of the checklist.
        positions: of the applicants that form 3 lists; a field for each applicant becomes one for each of them.
    """
    found = []
    for spec in paper_spec(kind, version).fields:
        if spec.each_applicant:
            found += [replace(spec, code=f"{spec.code}_{position}") for position in sorted(positions)]
        else:
            found.append(spec)
    return found
