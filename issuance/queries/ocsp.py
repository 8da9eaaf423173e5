"""What the OCSP responder reads, on a connection of its own: no session, no transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, select

from issuance.rules.ocsp_response import GOOD, UNKNOWN, Status, Word
from models.certificates import CaCertificate, Certificate, Revocation
from models.enums import CertificateStatus

# What was given to somebody. A serial number that is only reserved belongs to no certificate yet, and one whose
# signing went wrong ("suspect") to none that counts.
ISSUED = frozenset(
    {
        CertificateStatus.ISSUED,
        CertificateStatus.ACTIVE,
        CertificateStatus.REVOCATION_REQUESTED,
        CertificateStatus.REVOKED,
        CertificateStatus.EXPIRED,
    }
)
_STATUSES = (
    select(
        Certificate.serial,
        Certificate.ca_certificate_id,
        Certificate.status,
        Revocation.reason,
        Revocation.revoked_at,
        Revocation.invalid_since,
    )
    .outerjoin(Revocation, Revocation.certificate_id == Certificate.id)
    .where(Certificate.serial.in_(bindparam("serials", expanding=True)))
)
_AUTHORITY = select(
    CaCertificate.id,
    CaCertificate.purpose,
    CaCertificate.generation,
    CaCertificate.key_label,
    CaCertificate.der,
    CaCertificate.serial,
    CaCertificate.active,
).order_by(CaCertificate.active.desc(), CaCertificate.generation.desc(), CaCertificate.created_at.desc())


@dataclass(frozen=True, slots=True)
class Known:
    """One serial number of one CA, as it stands in the database now."""

    ca_id: UUID
    status: Status


def read_statuses(connection: Connection, serials: Sequence[str]) -> dict[str, Known]:
    """What is known of holders' certificates with these serial numbers. What is not in the answer was never reserved."""
    rows = connection.execute(_STATUSES, {"serials": list(serials)})
    return {
        serial: Known(ca_id, _status(status, reason, revoked_at, invalid_since))
        for serial, ca_id, status, reason, revoked_at, invalid_since in rows
    }


def read_authority_rows(connection: Connection) -> list[Any]:
    """Every certificate of the authority itself: id, purpose, generation, key_label, der, serial, active."""
    return list(connection.execute(_AUTHORITY))


def _status(status: CertificateStatus, reason: str | None, revoked_at: Any, invalid_since: Any) -> Status:
    if revoked_at is not None:
        return Status(Word.REVOKED, reason or "", revoked_at, invalid_since)
    return GOOD if status in ISSUED else UNKNOWN
