"""The octets of CRLs, in pieces: none of these holds more than one part in memory.

Position 0 is the head, then come the entries, last the tail. Full parts of entries lie with the CRL that filled them: its
base, the base of that, and so on (`models.certificates.Crl`). Each link has filled a part at least, so there are no more
links than parts. By psycopg's own cursor: results in binary, where SQLAlchemy's come as text of twice the length.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from app.core.db import db
from issuance.rules.crl_outline import Read

ENTRIES_IN_A_PART = 20_000  # of 49 octets with a reason code: about 1 MiB
OCTETS_IN_A_PIECE = 256 * 1024

# From the CRL to the oldest base: whose parts these are, and up to which position they lie with the next link.
_LINKS = """
WITH RECURSIVE link AS (
    SELECT id, base_id, 0 AS depth FROM crl WHERE id = %s
    UNION ALL
    SELECT crl.id, crl.base_id, depth + 1 FROM link JOIN crl ON crl.id = link.base_id
)
SELECT link.id, coalesce(base.base_parts, 0) FROM link LEFT JOIN crl AS base ON base.id = link.base_id ORDER BY depth
"""
_LENGTHS = "SELECT crl_id, position, length(data) FROM crl_part WHERE crl_id = ANY(%s) ORDER BY position"
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


@dataclass(frozen=True, slots=True)
class Base:
    """Full parts of entries that a CRL takes from an earlier one: positions 1 to `parts` of that, or of its own base."""

    crl_id: UUID
    parts: int
    entries: int
    until: int  # sequence of the last revocation in them


@dataclass(slots=True)
class Stored:
    """The entries of a CRL in their parts. Later CRLs may take the full ones."""

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
    links = _links_of(crl_id)
    position, offset = start, 1
    while True:
        owner = _owner(links, position)
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
    places = _places(crl_id)

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
    octets = sum(size for _owner, position, size in _places(base.crl_id) if 1 <= position <= base.parts)
    return Stored(base.parts, base.entries, octets, base.parts, base.entries, base.until)


def _links_of(crl_id: UUID) -> Sequence[tuple[UUID, int]]:
    with cursor() as reading:
        found: Sequence[tuple[UUID, int]] = reading.execute(_LINKS, (crl_id,)).fetchall()
    return found or [(crl_id, 0)]


def _owner(links: Sequence[tuple[UUID, int]], position: int) -> UUID:
    """The CRL with which a part lies. Head and tail are its own, and every part that its base had not filled."""
    if position == 0:
        return links[0][0]
    return next(crl_id for crl_id, shared in links if position > shared)


def _places(crl_id: UUID) -> list[tuple[UUID, int, int]]:
    """Owner, position and length of each part of a CRL, in order."""
    links = _links_of(crl_id)
    with cursor() as reading:
        rows = reading.execute(_LENGTHS, ([each for each, _shared in links],)).fetchall()
    return [(owner, position, size) for owner, position, size in rows if _owner(links, position) == owner]
