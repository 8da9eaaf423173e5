"""The octets of CRLs, in pieces: none of these holds more than one part in memory.

By psycopg's own cursor: results in binary, where SQLAlchemy's come as text of twice the length.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

from app.core.db import db
from issuance.rules.crl_outline import Read

ENTRIES_IN_A_PART = 20_000  # of 49 octets with a reason code: about 1 MiB

_PART = "SELECT data FROM crl_part WHERE crl_id = %s AND position = %s"
_LENGTHS = "SELECT position, length(data) FROM crl_part WHERE crl_id = %s ORDER BY position"
_PIECE = "SELECT substring(data FROM %s FOR %s) FROM crl_part WHERE crl_id = %s AND position = %s"
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


def cursor() -> Any:  # noqa: ANN401  psycopg's, of the connection that SQLAlchemy lends
    """A cursor in the session's transaction with binary results."""
    lent = db.session.connection().connection.driver_connection
    return lent.cursor(binary=True)  # type: ignore[union-attr]


def iter_parts(crl_id: UUID, *, start: int = 0, until: int | None = None) -> Iterator[bytes]:
    """The parts of a CRL one after another, from one position until before another.

    Each is fetched when it is asked for: a reader who takes an hour keeps no result open meanwhile.
    """
    position = start
    while until is None or position < until:
        with cursor() as reading:
            row = reading.execute(_PART, (crl_id, position)).fetchone()
        if row is None:
            return
        yield row[0]
        position += 1


def reader_of(crl_id: UUID) -> Read:
    """Reads a stored CRL by offset and length, for `issuance.rules.crl_outline`."""
    with cursor() as reading:
        lengths = reading.execute(_LENGTHS, (crl_id,)).fetchall()

    def read(offset: int, length: int) -> bytes:
        found, begins = [], 0
        with cursor() as reading:
            for position, size in lengths:
                start, end = max(offset, begins), min(offset + length, begins + size)
                if start < end:
                    wanted = (start - begins + 1, end - start, crl_id, position)
                    found.append(reading.execute(_PIECE, wanted).fetchone()[0])
                begins += size
        return b"".join(found)

    return read


def store_entries(crl_id: UUID, ca_certificate_id: UUID, shard: str) -> tuple[int, int, int]:
    """Put the entries of everything that has a CRL number into parts from position 1 on, in the order of revocation.

    They go from table to table and never come here.

    Returns:
        parts, entries, octets.
    """
    parts, entries, octets, last = 0, 0, 0, -1
    with cursor() as writing:
        while True:
            of_part = (uuid4(), crl_id, parts + 1)
            wanted = (ca_certificate_id, shard, last, ENTRIES_IN_A_PART)
            after, count, length = writing.execute(_NEXT_PART, (*wanted, *of_part)).fetchone()
            if not count:
                return parts, entries, octets
            parts, entries, octets, last = parts + 1, entries + count, octets + length, after
            if count < ENTRIES_IN_A_PART:
                return parts, entries, octets


def store_part(crl_id: UUID, position: int, data: bytes) -> None:
    """One part as it is."""
    with cursor() as writing:
        writing.execute(
            "INSERT INTO crl_part (id, crl_id, position, data) VALUES (%s, %s, %s, %s)",
            (uuid4(), crl_id, position, data),
        )
