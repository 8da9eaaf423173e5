"""What the OCSP responder reads for every answer, on connections of its own (app.core.direct)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from app.core.direct import Direct
from issuance.rules.ocsp_response import GOOD, UNKNOWN, Status, Word
from models.enums import CaKeyPurpose, CertificateStatus

# What was given to somebody. A serial number that is only reserved belongs to no certificate yet, and one whose
# signing went wrong ("suspect") to none that counts.
ISSUED = frozenset(
    {
        CertificateStatus.ISSUED.value,
        CertificateStatus.ACTIVE.value,
        CertificateStatus.REVOCATION_REQUESTED.value,
        CertificateStatus.REVOKED.value,
        CertificateStatus.EXPIRED.value,
    }
)
_STATUSES = """
SELECT c.serial, c.ca_certificate_id, c.status, r.reason, r.revoked_at, r.invalid_since
FROM certificate c LEFT JOIN revocation r ON r.certificate_id = c.id WHERE c.serial = ANY(%s)
"""
_AUTHORITY = """
SELECT id, purpose, generation, key_label, der, serial, active FROM ca_certificate
ORDER BY active DESC, generation DESC, created_at DESC
"""


@dataclass(frozen=True, slots=True)
class Known:
    """One serial number of one CA, as it stands in the database now."""

    ca_id: UUID
    status: Status


class AuthorityRow(NamedTuple):
    """A certificate of the authority itself."""

    id: UUID
    purpose: CaKeyPurpose
    generation: int
    key_label: str
    der: bytes
    serial: str
    active: bool


def read_statuses(reader: Direct, serials: list[str]) -> dict[str, Known]:
    """What is known of holders' certificates with these serial numbers. What is not in the answer was never reserved."""
    return {
        serial: Known(ca_id, _status(status, reason, revoked_at, invalid_since))
        for serial, ca_id, status, reason, revoked_at, invalid_since in reader.fetch(_STATUSES, (serials,))
    }


def read_authority_rows(reader: Direct) -> list[AuthorityRow]:
    """Every certificate of the authority itself; the active ones and the newest first."""
    return [
        AuthorityRow(key, CaKeyPurpose(purpose), generation, label, bytes(encoded), serial, active)
        for key, purpose, generation, label, encoded, serial, active in reader.fetch(_AUTHORITY)
    ]


def _status(status: str, reason: str | None, revoked_at: datetime | None, invalid_since: datetime | None) -> Status:
    if revoked_at is not None:
        # The server writes moments in its own zone; an answer is in UTC.
        since = invalid_since.astimezone(UTC) if invalid_since else None
        return Status(Word.REVOKED, reason or "", revoked_at.astimezone(UTC), since)
    return GOOD if status in ISSUED else UNKNOWN
