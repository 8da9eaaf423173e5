"""Which CAs there are, and which key answers for each: read from the database, kept for two seconds."""

import hashlib
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from uuid import UUID

from asn1crypto import x509 as asn1_x509
from cryptography import x509

from app.core.direct import Direct
from issuance.queries.ocsp import AuthorityRow, read_authority_rows
from issuance.rules.ocsp_request import CertId
from issuance.rules.ocsp_response import key_hash
from issuance.rules.signing_bytes import PublicKey, algorithm_identifier
from models.enums import CaKeyPurpose

KEPT_SECONDS = 2.0
HASHES = {
    "1.3.14.3.2.26": "sha1",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}


@dataclass(frozen=True, slots=True)
class Responder:
    """A delegated responder (RFC 6960 §4.2.2.2)."""

    id: UUID
    key_label: str
    certificate: bytes
    key_hash: bytes
    public_key: PublicKey
    algorithm: bytes
    not_before: datetime
    not_after: datetime


@dataclass(slots=True)
class Authority:
    """One CA name and key: its rows, the certificates that it gave to the authority itself, and who answers."""

    ids: set[UUID]
    since: datetime
    responder: Responder | None = None
    own_serials: set[str] = field(default_factory=set)


class Table:
    """The CAs as they were read at one moment, by the hashes of name and key."""

    def __init__(self, by_hashes: dict[tuple[str, bytes, bytes], Authority]) -> None:
        self._by_hashes = by_hashes

    def find(self, asked: CertId) -> Authority | None:
        """The CA that this question means; None if it is none of ours."""
        name = HASHES.get(asked.algorithm)
        return self._by_hashes.get((name, asked.name_hash, asked.key_hash)) if name else None


class Authorities:
    """Finds the CA that a question means. Threads share it."""

    def __init__(self) -> None:
        self._lock, self._table, self._until = threading.Lock(), Table({}), 0.0

    def is_fresh(self) -> bool:
        """Whether the table may still be used."""
        return time.monotonic() < self._until

    def table(self, reader: Direct) -> Table:
        """What there is, read again if its time is over. A round asks once: in the next moment it may be another."""
        with self._lock:
            if not self.is_fresh():
                began = time.monotonic()
                self._table = Table(_read_table(reader))
                self._until = began + KEPT_SECONDS
            return self._table


def _read_table(reader: Direct) -> dict[tuple[str, bytes, bytes], Authority]:
    rows = read_authority_rows(reader)
    table: dict[tuple[str, bytes, bytes], Authority] = {}
    by_issuer: dict[bytes, list[tuple[int, Authority]]] = {}
    for row in rows:
        if row.purpose is not CaKeyPurpose.CA:
            continue
        subject, key_bits, since = _ca(row.der)
        names = [
            (name, hashlib.new(name, subject).digest(), hashlib.new(name, key_bits).digest())
            for name in HASHES.values()
        ]
        authority = table.setdefault(names[0], Authority(ids=set(), since=since))
        table.update(dict.fromkeys(names, authority))
        authority.ids.add(row.id)
        authority.since = min(authority.since, since)
        by_issuer.setdefault(subject, []).append((row.generation, authority))
        if authority.responder is None:
            authority.responder = _responder_of(rows, row.generation)
    for row in rows:
        issuer = x509_of(row.der).issuer.public_bytes()
        for generation, authority in by_issuer.get(issuer, ()):
            if generation == row.generation:
                authority.own_serials.add(row.serial)
    return table


def _responder_of(rows: list[AuthorityRow], generation: int) -> Responder | None:
    found = next(
        (row for row in rows if row.purpose is CaKeyPurpose.OCSP and row.active and row.generation == generation), None
    )
    return _responder(found.id, found.key_label, found.der) if found else None


@lru_cache(maxsize=32)
def _responder(row_id: UUID, key_label: str, encoded: bytes) -> Responder:
    certificate = x509_of(encoded)
    public = certificate.public_key()
    assert isinstance(public, PublicKey)
    return Responder(
        id=row_id,
        key_label=key_label,
        certificate=encoded,
        key_hash=key_hash(_key_bits(encoded)),
        public_key=public,
        algorithm=algorithm_identifier(public),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
    )


@lru_cache(maxsize=32)
def _ca(encoded: bytes) -> tuple[bytes, bytes, datetime]:
    """Subject (DER), bits of the public key, and the moment since when there is this CA."""
    certificate = x509_of(encoded)
    return certificate.subject.public_bytes(), _key_bits(encoded), certificate.not_valid_before_utc.astimezone(UTC)


def _key_bits(encoded: bytes) -> bytes:
    key = asn1_x509.Certificate.load(encoded)["tbs_certificate"]["subject_public_key_info"]["public_key"]
    return bytes(key.contents[1:])  # without the count of unused bits


@lru_cache(maxsize=64)
def x509_of(encoded: bytes) -> x509.Certificate:
    """A certificate, parsed once."""
    return x509.load_der_x509_certificate(encoded)
