"""All keys that were certified, to find one that comes again or shares a prime with another.

A process keeps the products of all RSA moduli: 10,000 keys of 3072 bits are 4 MB and half a second when they are first
read. The issuance worker does not fork, so that it reads them once.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from flask import current_app
from sqlalchemy import select

from app.core.db import db
from issuance.rules.requests import spki_sha256
from issuance.rules.weak_keys import KnownModuli
from models.certificates import CaCertificate, Certificate
from models.enrolments import Enrolment

READ_AGAIN_AFTER = 60  # seconds after which other processes' certificates are looked for
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
OVERLAP = timedelta(minutes=15)  # a moment of issue is taken before its transaction ends


class Ledger:
    """The moduli that this process knows of."""

    def __init__(self) -> None:
        self._known = KnownModuli()
        self._seen: set[UUID] = set()
        self._under_way: dict[UUID, int] = {}
        self._latest: datetime | None = None
        self._read_at = float("-inf")

    def sharing(self, moduli: Mapping[UUID, int]) -> set[UUID]:
        """Those enrolments (of these, with their RSA moduli) whose key shares a prime with another one."""
        if not moduli:
            return set()
        self._read()
        others = [modulus for key, modulus in self._under_way.items() if key not in moduli]
        verdicts = self._known.sharing(list(moduli.values()), beside=others)
        self._under_way.update(moduli)
        return {key for key, shares in zip(moduli, verdicts, strict=True) if shares}

    def settle(self, enrolment_ids: Collection[UUID]) -> None:
        """These were issued: their keys count for ever."""
        for key in enrolment_ids:
            modulus = self._under_way.pop(key, None)
            if modulus is not None and key not in self._seen:
                self._seen.add(key)
                self._known.add([modulus])

    def drop(self, enrolment_ids: Collection[UUID]) -> None:
        """These were not issued."""
        for key in enrolment_ids:
            self._under_way.pop(key, None)

    def _read(self) -> None:
        if monotonic() - self._read_at < READ_AGAIN_AFTER:
            return
        query = select(Certificate.enrolment_id, Certificate.issued_at).where(Certificate.issued_at.is_not(None))
        if self._latest is not None:
            query = query.where(Certificate.issued_at >= self._latest - OVERLAP)
        rows = [row for row in db.session.execute(query) if row.enrolment_id not in self._seen]
        if self._latest is None:
            self._known.add(_own_moduli())
        self._take([row.enrolment_id for row in rows])
        self._latest = max((row.issued_at for row in rows), default=self._latest or _BEGINNING)
        self._read_at = monotonic()

    def _take(self, enrolment_ids: list[UUID]) -> None:
        for at in range(0, len(enrolment_ids), 500):
            part = enrolment_ids[at : at + 500]
            for (csr,) in db.session.execute(select(Enrolment.csr).where(Enrolment.id.in_(part))):
                if csr is not None and (modulus := modulus_of(x509.load_der_x509_csr(csr).public_key())):
                    self._known.add([modulus])
            self._seen.update(part)


def ledger() -> Ledger:
    """The ledger of this process."""
    found: Ledger = current_app.extensions.setdefault("issuance_ledger", Ledger())
    return found


def modulus_of(key: object) -> int | None:
    """The modulus of an RSA key; None for other keys."""
    return key.public_numbers().n if isinstance(key, rsa.RSAPublicKey) else None


def known_elsewhere(keys: Mapping[UUID, str]) -> set[UUID]:
    """Those enrolments (of these, with the SHA-256 of their keys) whose key was sent before, or is the authority's."""
    own = _own_keys()
    found = {enrolment_id for enrolment_id, key in keys.items() if key in own}
    rows = db.session.execute(
        select(Enrolment.id, Enrolment.spki_sha256)
        .where(Enrolment.spki_sha256.in_(keys.values()))
        .order_by(Enrolment.requested_at, Enrolment.id)
    )
    first: dict[str, UUID] = {}
    for row in rows:
        first.setdefault(row.spki_sha256 or "", row.id)
    return found | {enrolment_id for enrolment_id, key in keys.items() if first.get(key, enrolment_id) != enrolment_id}


def is_authority_key(key: str) -> bool:
    """Whether this is the SHA-256 of a key of the authority itself."""
    return key in _own_keys()


@dataclass(frozen=True, slots=True)
class _OwnKey:
    spki_sha256: str
    modulus: int | None


def _own_public_keys() -> list[_OwnKey]:
    """The keys of the authority, read once for each certificate of its own."""
    cache: dict[UUID, _OwnKey] = current_app.extensions.setdefault("own_keys", {})
    if fresh := set(db.session.scalars(select(CaCertificate.id))) - cache.keys():
        for row in db.session.execute(select(CaCertificate.id, CaCertificate.der).where(CaCertificate.id.in_(fresh))):
            key = x509.load_der_x509_certificate(row.der).public_key()
            if isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
                cache[row.id] = _OwnKey(spki_sha256(key), modulus_of(key))
    return list(cache.values())


def _own_keys() -> set[str]:
    return {each.spki_sha256 for each in _own_public_keys()}


def _own_moduli() -> list[int]:
    return sorted({each.modulus for each in _own_public_keys() if each.modulus is not None})
