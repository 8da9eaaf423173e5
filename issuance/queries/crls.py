"""CRLs: which there are, which are due, and what became of a revocation."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cryptography import x509
from sqlalchemy import exists, func, select

from app.core.db import db
from app.core.errors import NotFoundError
from issuance.queries.authority import load
from issuance.queries.crl_parts import Base, iter_parts
from issuance.rules.crl_names import SHARD, SHARDS
from models.certificates import CaCertificate, Crl, Revocation
from models.enums import CaKeyPurpose


@dataclass(frozen=True, slots=True)
class Scope:
    """What one CRL covers: the certificates of one CA that name one shard."""

    ca_id: UUID
    generation: int
    key_label: str
    certificate: x509.Certificate
    shard: str


@dataclass(frozen=True, slots=True)
class Publication:
    """Of a revocation: recorded (`number` is None, 失効登録済（公開処理中）), or published (失効公開済) by a CRL."""

    revoked_at: datetime
    number: int | None = None
    published_at: datetime | None = None


def list_authorities(now: datetime) -> list[CaCertificate]:
    """Every CA that has not expired, active or rolled over, the newest generation first."""
    return still_signing(db.session.scalars(select(CaCertificate).where(CaCertificate.purpose == CaKeyPurpose.CA)), now)


def still_signing(rows: Iterable[CaCertificate], now: datetime) -> list[CaCertificate]:
    """Those of the authority's own certificates that are CAs and have not expired, the newest generation first."""
    found = [row for row in rows if row.purpose is CaKeyPurpose.CA and row.not_after > now]
    return sorted(found, key=lambda row: (row.generation, row.created_at), reverse=True)


def list_scopes(now: datetime, authorities: Sequence[CaCertificate] | None = None) -> list[Scope]:
    """Every CRL that has to be there: of each CA that has not expired each shard, the newest generation first.

    Args:
        now: the present moment.
        authorities: what `list_authorities` gave, for whoever has asked already.
    """
    known = set(db.session.execute(select(Crl.ca_certificate_id, Crl.shard).distinct()))
    known |= set(
        db.session.execute(
            select(Revocation.ca_certificate_id, Revocation.shard).where(Revocation.crl_number.is_(None)).distinct()
        )
    )
    return [
        Scope(ca.id, ca.generation, ca.key_label, load(ca), shard)
        for ca in (list_authorities(now) if authorities is None else authorities)
        for shard in sorted({*SHARDS, *(shard for ca_id, shard in known if ca_id == ca.id)})
    ]


def list_shards(ca_certificate_id: UUID) -> list[str]:
    """The shards of which a CA has CRLs."""
    return list(
        db.session.scalars(
            select(Crl.shard).where(Crl.ca_certificate_id == ca_certificate_id).distinct().order_by(Crl.shard)
        )
    )


def find_latest_crl(ca_certificate_id: UUID, shard: str = SHARD) -> Crl | None:
    """The newest CRL of a CA's shard."""
    return db.session.scalar(
        select(Crl)
        .where(Crl.ca_certificate_id == ca_certificate_id, Crl.shard == shard)
        .order_by(Crl.number.desc())
        .limit(1)
    )


def find_public_crl(generation: int, shard: str) -> Crl | None:
    """The newest CRL of a generation's shard, as its address names it."""
    return db.session.scalar(
        select(Crl)
        .join(CaCertificate, CaCertificate.id == Crl.ca_certificate_id)
        .where(CaCertificate.purpose == CaKeyPurpose.CA, CaCertificate.generation == generation, Crl.shard == shard)
        .order_by(Crl.number.desc())
        .limit(1)
    )


def find_base(previous: Crl, *, before: int | None = None) -> Base | None:
    """What a CRL can take from the one before it; None if there is no full part.

    Args:
        previous: the CRL before it.
        before: lowest sequence of a revocation that has to be put in: only parts that end before it are taken.
    """
    found: Crl | None = previous
    while found is not None:
        base = db.session.get_one(Crl, found.base_id) if found.base_id else None
        is_filled_here = found.base_parts > (base.base_parts if base else 0)
        if is_filled_here and (before is None or found.base_until < before):
            return Base(found.id, found.base_parts, found.base_entries, found.base_until)
        found = base
    return None


def get_crl(crl_id: UUID) -> Crl:
    """A CRL. Raises NotFoundError."""
    found = db.session.get(Crl, crl_id, populate_existing=True)
    if found is None:
        raise NotFoundError("crl", id=crl_id)
    return found


def get_ca_of(crl: Crl) -> CaCertificate:
    """The CA that issued a CRL."""
    return db.session.get_one(CaCertificate, crl.ca_certificate_id)


def is_anything_unpublished(ca_certificate_id: UUID, shard: str) -> bool:
    """Whether something was revoked that no CRL says yet."""
    unpublished = exists().where(
        Revocation.ca_certificate_id == ca_certificate_id,
        Revocation.shard == shard,
        Revocation.crl_number.is_(None),
    )
    return bool(db.session.scalar(select(unpublished)))


def is_published(revocation_id: UUID) -> bool:
    """Whether a CRL says so; also when its CA has expired, of which no more CRLs come."""
    found = db.session.execute(
        select(Revocation.crl_number, CaCertificate.not_after <= func.now())
        .join(CaCertificate, CaCertificate.id == Revocation.ca_certificate_id)
        .where(Revocation.id == revocation_id)
    ).first()
    return found is None or found[0] is not None or bool(found[1])


def publication_of(certificate_id: UUID) -> Publication | None:
    """What became of a certificate's revocation; None if it is not revoked."""
    found = db.session.execute(
        select(Revocation.revoked_at, Revocation.crl_number, Crl.this_update)
        .outerjoin(
            Crl,
            (Crl.ca_certificate_id == Revocation.ca_certificate_id)
            & (Crl.shard == Revocation.shard)
            & (Crl.number == Revocation.crl_number),
        )
        .where(Revocation.certificate_id == certificate_id)
    ).first()
    if found is None:
        return None
    revoked_at, number, published_at = found
    return Publication(revoked_at, None if number is None else int(number), published_at)


def crl_bytes(crl_id: UUID) -> bytes:
    """A CRL (DER) as one piece: for a CRL of ordinary size. What serves or checks a long one takes its parts in turn."""
    return b"".join(iter_parts(crl_id))
