"""Reading what issuance keeps, and what it needs of other features' tables: one family per file.

The oldest names stand here too; what is new is imported from its family.
"""

from issuance.queries.authority import (
    find_authority,
    get_authority,
    load,
)
from issuance.queries.certificates import (
    find_by_serial,
    find_certificate,
    find_certificate_for_update,
    get_certificate_for_update,
)
from issuance.queries.changes import (
    get_change,
    get_decider,
    list_applicants_of_company,
    list_certificates_of_company,
)
from issuance.queries.crls import (
    crl_bytes,
    find_latest_crl,
)
from issuance.queries.enrolments import (
    LIVE_PIN,
    count_by_status,
    find_applicant,
    find_open_enrolment,
    find_open_enrolment_for_update,
    find_pin,
    get_enrolment,
    get_enrolment_for_update,
    get_pin_for_update,
    is_key_known,
    list_live_pins_for_update,
)
from issuance.queries.revocations import (
    find_revocation,
)
from issuance.queries.tokens import (
    find_free_token,
    find_token_of_applicant,
    find_token_of_piece,
    get_mail_piece,
)

__all__ = [
    "LIVE_PIN",
    "count_by_status",
    "crl_bytes",
    "find_applicant",
    "find_authority",
    "find_by_serial",
    "find_certificate",
    "find_certificate_for_update",
    "find_free_token",
    "find_latest_crl",
    "find_open_enrolment",
    "find_open_enrolment_for_update",
    "find_pin",
    "find_revocation",
    "find_token_of_applicant",
    "find_token_of_piece",
    "get_authority",
    "get_certificate_for_update",
    "get_change",
    "get_decider",
    "get_enrolment",
    "get_enrolment_for_update",
    "get_mail_piece",
    "get_pin_for_update",
    "is_key_known",
    "list_applicants_of_company",
    "list_certificates_of_company",
    "list_live_pins_for_update",
    "load",
]
