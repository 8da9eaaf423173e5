"""The octets of CRLs, in pieces: none of these holds more than one part in memory.

Position 0 is the head, then come the entries, last the tail. The full parts of entries may lie with an earlier CRL, the
base (`models.certificates.Crl`). By psycopg's own cursor: results in binary, where SQLAlchemy's come as text of twice the
length.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from app.core.db import db
from issuance.rules.crl_outline import Read

ENTRIES_IN_A_PART = 20_000  # of 49 octets with a reason code: about 1 MiB
OCTETS_IN_A_PIECE = 256 * 1024

_BASE = "SELECT base_id, base_parts FROM crl WHERE id = %s"
_LENGTHS = """
SELECT crl_id, position, length(data) FROM crl_part
WHERE crl_id = %s OR (crl_id = %s AND position BETWEEN 1 AND %s) ORDER BY position
"""
_PIECE = "SELECT substring(data FROM %s FOR %s) FROM crl_part WHERE crl_id = %s AND position = %s"
_OCTETS = "SELECT coalesce(sum(length(data)), 0) FROM crl_part WHERE crl_id = %s AND position BETWEEN 1 AND %s"
# A revocation has a number if and only if this CRL or an earlier one says it (issuance.services.write_crl).
_NEXT_PART = """
WITH part AS (
    SELECT string_agg(crl_entry, ''::bytea) AS data, max(sequence) AS last, count(*) AS entries
    FROM (
        SELECT crl_entry, sequence FROM revocation
        WHERE ca_certificate_id = %s AND shard = %s AND crl_number IS NOT NULL AND sequence > %s
        ORDER BY sequence LIMIT %s
    ) AS entry
), kept AS (
    INSERT INTO crl_part (id, crl_id, position, data) SELECT %s, %s, %s, data FROM part WHERE entries > 0
)
SELECT last, entries, length(data) FROM part
"""


@dataclass(frozen=True, slots=True)
class Base:
    """Full parts of entries that a CRL takes from an earlier one: positions 1 to `parts` of that."""

    crl_id: UUID
    parts: int
    entries: int
    until: int  # sequence of the last revocation in them


@dataclass(slots=True)
class Stored:
    """The entries of a CRL in their parts. The full ones may be the base of later CRLs."""

    parts: int = 0
    entries: int = 0
    octets: int = 0
    full_parts: int = 0
    full_entries: int = 0
    full_until: int = -1


def cursor() -> Any:  # noqa: ANN401  psycopg's, of the connection that SQLAlchemy lends
    """A cursor in the session's transaction with binary results."""
    lent = db.session.connection().connection.driver_connection
    return lent.cursor(binary=True)  # type: ignore[union-attr]


def iter_parts(crl_id: UUID, *, start: int = 0) -> Iterator[bytes]:
    """The octets of a CRL in pieces of a quarter MiB at most, from a part on.

    Each is fetched when it is asked for: a reader who takes an hour keeps no result open meanwhile. The pieces fit into a
    processor's cache, which halves the time of whoever hashes them.
    """
    base_id, shared = _base_of(crl_id)
    position, offset = start, 1
    while True:
        owner = base_id if 1 <= position <= shared else crl_id
        with cursor() as reading:
            row = reading.execute(_PIECE, (offset, OCTETS_IN_A_PIECE, owner, position)).fetchone()
        if row is None:
            return
        if row[0]:
            yield row[0]
        is_last = len(row[0]) < OCTETS_IN_A_PIECE
        position, offset = (position + 1, 1) if is_last else (position, offset + OCTETS_IN_A_PIECE)


def reader_of(crl_id: UUID) -> Read:
    """Reads a stored CRL by offset and length, for `issuance.rules.crl_outline`."""
    base = _base_of(crl_id)
    with cursor() as reading:
        places = reading.execute(_LENGTHS, (crl_id, *base)).fetchall()

    def read(offset: int, length: int) -> bytes:
        found, begins = [], 0
        with cursor() as reading:
            for owner, position, size in places:
                start, end = max(offset, begins), min(offset + length, begins + size)
                if start < end:
                    wanted = (start - begins + 1, end - start, owner, position)
                    found.append(reading.execute(_PIECE, wanted).fetchone()[0])
                begins += size
        return b"".join(found)

    return read


def store_entries(crl_id: UUID, ca_certificate_id: UUID, shard: str, base: Base | None) -> Stored:
    """Put the entries of everything that has a CRL number into parts from position 1 on, in the order of revocation.

    They go from table to table and never come here; what the base has is not touched at all.
    """
    stored, last = _begin(base), base.until if base else -1
    with cursor() as writing:
        while True:
            of_part = (uuid4(), crl_id, stored.parts + 1)
            wanted = (ca_certificate_id, shard, last, ENTRIES_IN_A_PART)
            last, count, octets = writing.execute(_NEXT_PART, (*wanted, *of_part)).fetchone()
            if not count:
                return stored
            stored.parts, stored.entries, stored.octets = (
                stored.parts + 1,
                stored.entries + count,
                stored.octets + octets,
            )
            if count < ENTRIES_IN_A_PART:
                return stored
            if base is None:
                stored.full_parts, stored.full_entries, stored.full_until = stored.parts, stored.entries, last


def store_part(crl_id: UUID, position: int, data: bytes) -> None:
    """One part as it is."""
    with cursor() as writing:
        writing.execute(
            "INSERT INTO crl_part (id, crl_id, position, data) VALUES (%s, %s, %s, %s)",
            (uuid4(), crl_id, position, data),
        )


def _begin(base: Base | None) -> Stored:
    if base is None:
        return Stored()
    with cursor() as reading:
        octets = int(reading.execute(_OCTETS, (base.crl_id, base.parts)).fetchone()[0])
    return Stored(base.parts, base.entries, octets, base.parts, base.entries, base.until)


def _base_of(crl_id: UUID) -> tuple[UUID | None, int]:
    with cursor() as reading:
        base_id, parts = reading.execute(_BASE, (crl_id,)).fetchone() or (None, 0)
    return (base_id, parts) if base_id else (None, 0)
