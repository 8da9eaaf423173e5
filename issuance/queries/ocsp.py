"""What the OCSP responder reads for every answer, on connections of its own (app.core.direct)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from app.core.direct import Direct
from app.core.sent import Statement
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
# Moments in microseconds since 1970: a server writes them in a zone of its own. LATERAL and LIMIT, for the plan is kept: by
# index for each certificate, however few revocations there were when it was made. (There is one at most.)
_STATUSES = Statement(
    b"ocsp_statuses",
    b"SELECT c.serial, c.ca_certificate_id, c.status, r.reason, (extract(epoch FROM r.revoked_at) * 1000000)::bigint,"
    b" (extract(epoch FROM r.invalid_since) * 1000000)::bigint"
    b" FROM certificate c LEFT JOIN LATERAL (SELECT reason, revoked_at, invalid_since FROM revocation"
    b" WHERE certificate_id = c.id LIMIT 1) r ON true WHERE c.serial = ANY($1::text[])",
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
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
    asked = b"{%s}" % ",".join(serials).encode()  # hexadecimal, nothing to be quoted
    return {
        (serial or b"").decode(): Known(UUID((ca_id or b"").decode()), _status(*rest))
        for serial, ca_id, *rest in reader.ask(_STATUSES, (asked,))
    }


def read_authority_rows(reader: Direct) -> list[AuthorityRow]:
    """Every certificate of the authority itself; the active ones and the newest first."""
    return [
        AuthorityRow(key, CaKeyPurpose(purpose), generation, label, bytes(encoded), serial, active)
        for key, purpose, generation, label, encoded, serial, active in reader.fetch(_AUTHORITY)
    ]


def _status(
    status: bytes | None, reason: bytes | None, revoked_at: bytes | None, invalid_since: bytes | None
) -> Status:
    if revoked_at is not None:
        since = _moment(invalid_since) if invalid_since else None
        return Status(Word.REVOKED, (reason or b"").decode(), _moment(revoked_at), since)
    return GOOD if (status or b"").decode() in ISSUED else UNKNOWN


def _moment(microseconds: bytes) -> datetime:
    return _EPOCH + timedelta(microseconds=int(microseconds))
