"""Comparing stored CRLs with the revocations: in the database, with a CRL's entries in a table for as long as it takes."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from cryptography.hazmat.primitives import hashes
from sqlalchemy import text

from app.core.db import db
from issuance.queries.crl_parts import cursor, iter_parts, reader_of
from issuance.rules.crl_entries import iter_entries
from issuance.rules.crl_outline import Outline, read_outline
from issuance.rules.profile import serial_text

MOST = 100  # of one kind that are named
UNPUBLISHED_AFTER = timedelta(hours=1)

_GAPS = text("""
SELECT shard, number, before FROM (
    SELECT shard, number, lag(number) OVER (PARTITION BY shard ORDER BY number) AS before
    FROM crl WHERE ca_certificate_id = :ca
) AS numbered WHERE number <> coalesce(before, 0) + 1 ORDER BY number LIMIT :most
""")
_WRONG = """
SELECT certificate.serial, entry.serial IS NULL AS missing
FROM revocation
JOIN certificate ON certificate.id = revocation.certificate_id
LEFT JOIN checked_entry AS entry ON entry.serial = certificate.serial
WHERE revocation.ca_certificate_id = %s AND revocation.shard = %s
  AND entry.entry IS DISTINCT FROM revocation.crl_entry AND revocation.crl_number <= %s
LIMIT %s
"""
_UNKNOWN = """
SELECT entry.serial FROM checked_entry AS entry
WHERE NOT EXISTS (
    SELECT FROM certificate JOIN revocation ON revocation.certificate_id = certificate.id
    WHERE certificate.serial = entry.serial AND revocation.ca_certificate_id = %s AND revocation.shard = %s
) LIMIT %s
"""
_WAITING = text("""
SELECT certificate.serial FROM revocation
JOIN certificate ON certificate.id = revocation.certificate_id
JOIN ca_certificate ON ca_certificate.id = revocation.ca_certificate_id
WHERE revocation.crl_number IS NULL AND revocation.revoked_at < :before AND ca_certificate.not_after > :now
LIMIT :most
""")


@dataclass(frozen=True, slots=True)
class StoredCrl:
    """What the octets of a CRL say, read once from end to end."""

    outline: Outline
    sha256: str
    signed_digest: bytes
    entry_count: int
    missing: list[str]  # serials of revocations that it should have
    different: list[str]  # serials whose entry has other contents than the revocation
    unknown: list[str]  # serials of entries without a revocation


def read_crl(
    crl_id: UUID, *, ca_certificate_id: UUID, shard: str, number: int, algorithm: hashes.HashAlgorithm
) -> StoredCrl:
    """Read a CRL from its parts and compare its entries. The table goes with the session's transaction.

    Raises:
        ValueError: its octets are no CRL.
    """
    outline = read_outline(reader_of(crl_id))
    whole, signed = hashlib.sha256(), hashes.Hash(algorithm)
    pieces = _hashed(iter_parts(crl_id), whole, signed, outline)
    with cursor() as working:
        working.execute("DROP TABLE IF EXISTS checked_entry")
        working.execute("CREATE TEMPORARY TABLE checked_entry (serial text, entry bytea) ON COMMIT DROP")
        count = 0
        # the parts are read on the same connection: rows are gathered, then copied
        for rows in _grouped(iter_entries(pieces)):
            with working.copy("COPY checked_entry (serial, entry) FROM STDIN") as copying:
                for row in rows:
                    copying.write_row(row)
            count += len(rows)
        working.execute("CREATE INDEX ON checked_entry (serial)")
        working.execute("ANALYZE checked_entry")
        wrong = working.execute(_WRONG, (ca_certificate_id, shard, number, MOST)).fetchall()
        unknown = working.execute(_UNKNOWN, (ca_certificate_id, shard, MOST)).fetchall()
        working.execute("DROP TABLE checked_entry")
    return StoredCrl(
        outline=outline,
        sha256=whole.hexdigest(),
        signed_digest=signed.finalize(),
        entry_count=count,
        missing=[serial for serial, is_missing in wrong if is_missing],
        different=[serial for serial, is_missing in wrong if not is_missing],
        unknown=[serial for (serial,) in unknown],
    )


def list_number_gaps(ca_certificate_id: UUID) -> list[tuple[str, int, int]]:
    """Where a CA's CRL numbers do not rise by one: shard, number, the number before."""
    rows = db.session.execute(_GAPS, {"ca": ca_certificate_id, "most": MOST})
    return [(shard, int(number), int(before or 0)) for shard, number, before in rows]


def list_waiting(now: datetime) -> list[str]:
    """Serials of what was revoked more than an hour ago and stands on no CRL."""
    values = {"before": now - UNPUBLISHED_AFTER, "now": now, "most": MOST}
    return list(db.session.scalars(_WAITING, values))


def _hashed(pieces: Iterator[bytes], whole: "hashlib._Hash", signed: hashes.Hash, outline: Outline) -> Iterator[bytes]:
    at = 0
    for piece in pieces:
        whole.update(piece)
        signed.update(piece[max(outline.signed_from - at, 0) : max(outline.signed_until - at, 0)])
        at += len(piece)
        yield piece


def _grouped(entries: Iterator[tuple[int, bytes]], size: int = 20_000) -> Iterator[list[tuple[str, bytes]]]:
    rows: list[tuple[str, bytes]] = []
    for serial, entry in entries:
        rows.append((serial_text(serial), entry))
        if len(rows) == size:
            yield rows
            rows = []
    yield rows
