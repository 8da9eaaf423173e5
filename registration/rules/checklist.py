"""What an officer checks and records on each paper. The version is frozen on the case when it is received.

The comparison matrix is that of the guide's forms: name and seat of the company on forms 1–5 against the registry and seal
certificates; the applicant on forms 3, 5 against residence and personal seal certificate; seals by eye.
"""

from dataclasses import dataclass

from models.enums import PaperKind as P

CURRENT_VERSION = 1


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A field to record from a paper. `kind`: name, address, text, date."""

    code: str
    kind: str = "text"
    required: bool = True


@dataclass(frozen=True, slots=True)
class PaperSpec:
    """What is recorded and what is checked on one kind of paper, in the order of the screen."""

    fields: tuple[FieldSpec, ...]
    checks: tuple[str, ...]


COMPANY = (FieldSpec("company_name", "name"), FieldSpec("head_office", "address"))
REPRESENTATIVE = (FieldSpec("representative_title"), FieldSpec("representative_name", "name"))
PERSON = (FieldSpec("name", "name"), FieldSpec("address", "address"), FieldSpec("birth_date", "date"))

VERSIONS: dict[int, dict[P, PaperSpec]] = {
    1: {
        P.FORM_1: PaperSpec((), ("filled-in", "company-matches-registry", "representative-seal-matches-certificate")),
        P.FORM_2: PaperSpec((), ("filled-in", "representative-seal-matches-certificate", "notified-seal-clear")),
        P.FORM_3: PaperSpec((), ("filled-in", "notified-seal-matches-form-2", "applicants-listed")),
        P.FORM_4: PaperSpec(
            (
                FieldSpec("contact_name", "name"),
                FieldSpec("contact_email", "email"),
                FieldSpec("billing_name", "name"),
                FieldSpec("billing_email", "email"),
                FieldSpec("billing_department", required=False),
            ),
            ("filled-in", "contacts-complete"),
        ),
        P.FORM_5: PaperSpec(
            (FieldSpec("postal_code", required=False), FieldSpec("email", "email"), FieldSpec("name_romaji")),
            (
                "filled-in",
                "applicant-matches-residence-certificate",
                "seal-matches-seal-certificate",
                "explanation-given",
            ),
        ),
        P.FORM_6: PaperSpec((FieldSpec("user_id_email", "email"),), ("filled-in",)),
        P.REGISTRY_CERTIFICATE: PaperSpec(
            (FieldSpec("company_postal_code", required=False), *COMPANY, *REPRESENTATIVE, FieldSpec("company_number")),
            ("original", "registrar-seal"),
        ),
        P.COMPANY_SEAL_CERTIFICATE: PaperSpec((*COMPANY, *REPRESENTATIVE), ("original", "matches-registry")),
        P.RESIDENCE_CERTIFICATE: PaperSpec(PERSON, ("original", "no-individual-number", "mayor-seal")),
        P.PERSONAL_SEAL_CERTIFICATE: PaperSpec(PERSON, ("original", "matches-residence-certificate")),
    }
}


def paper_spec(kind: P, version: int = CURRENT_VERSION) -> PaperSpec:
    """What this version of the checklist says about a kind of paper."""
    return VERSIONS[version][kind]
