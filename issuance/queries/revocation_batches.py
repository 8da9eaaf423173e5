"""What a list of revocations would revoke, and lists that were proposed."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, LargeBinary, Select, Text, and_, any_, func, literal, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from app.core.clock import TOKYO
from app.core.db import db
from app.core.errors import NotFoundError
from issuance.queries.revocations import OPEN, REVOCABLE
from issuance.rules.revocation_batch import KEY_KINDS, BatchFilter
from models.applications import Applicant, Application
from models.certificates import Certificate, Revocation
from models.companies import Company
from models.enums import CertificateStatus as S
from models.revocations import RevocationBatch, RevocationRequest
from models.tokens import Token, TokenBatch

FIRST_ROWS = 20


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A certificate of the list, for people to look at."""

    serial: str
    holder: str
    company: str
    not_before: datetime | None
    not_after: datetime | None


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a filter finds now."""

    serials: list[str]  # sorted: what would be revoked
    excluded: list[tuple[str, str]]  # serial number, and why: revoked, expired, not-issued, suspect, unknown
    rows: list[FoundRow] = field(default_factory=list)  # the first of what would be revoked


def dry_run(wanted: BatchFilter, *, now: datetime) -> DryRun:
    """What would be revoked, and what would not and why. Nothing is changed."""
    serials, excluded, known = [], [], set()
    found = _filtered(select(Certificate.serial, Certificate.status, Certificate.not_after), wanted)
    for serial, status, not_after in db.session.execute(found.order_by(Certificate.serial)):
        known.add(serial)
        why = _why_not(status, not_after, now)
        if why:
            excluded.append((serial, why))
        else:
            serials.append(serial)
    excluded += [(serial, "unknown") for serial in wanted.serials if serial not in known]
    return DryRun(serials, excluded, list_rows_of(serials[:FIRST_ROWS]))


def list_by_serials_for_update(serials: list[str]) -> list[Certificate]:
    """These certificates, locked in one order over all processes."""
    return list(
        db.session.scalars(
            select(Certificate)
            .where(Certificate.serial.in_(serials))
            .order_by(Certificate.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def prepare_to_revoke(certificates: list[Certificate]) -> tuple[list[Applicant], set[UUID]]:
    """Read what the revocation of each of these locked certificates needs, at once.

    Returns:
        the holders, whom the session knows as long as somebody holds the list; and the keys of the certificates about
        which a request is open.
    """
    holders = list(
        db.session.scalars(select(Applicant).where(Applicant.id.in_({each.applicant_id for each in certificates})))
    )
    asked = select(RevocationRequest.certificate_id).where(
        RevocationRequest.certificate_id.in_([each.id for each in certificates]), RevocationRequest.status.in_(OPEN)
    )
    return holders, set(db.session.scalars(asked))


def get_batch(batch_id: UUID) -> RevocationBatch:
    """One list. Raises NotFoundError."""
    found = db.session.get(RevocationBatch, batch_id, populate_existing=True)
    if found is None:
        raise NotFoundError("revocation batch", id=batch_id)
    return found


def get_batch_for_update(batch_id: UUID) -> RevocationBatch:
    """One list, locked. Raises NotFoundError."""
    found = db.session.get(RevocationBatch, batch_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFoundError("revocation batch", id=batch_id)
    return found


def count_revoked_of(batch_id: UUID) -> int:
    """How many of a list this list revoked."""
    return db.session.scalar(select(func.count()).select_from(Revocation).where(Revocation.batch_id == batch_id)) or 0


def list_one_of_each_crl(batch_id: UUID) -> list[UUID]:
    """One revocation of the list for each CRL that it changes."""
    return list(
        db.session.scalars(
            select(Revocation.id)
            .where(Revocation.batch_id == batch_id)
            .ext(distinct_on(Revocation.ca_certificate_id, Revocation.shard))
            .order_by(Revocation.ca_certificate_id, Revocation.shard, Revocation.sequence.desc())
        )
    )


def list_batches(limit: int = 200) -> list[RevocationBatch]:
    """The newest lists."""
    return list(db.session.scalars(select(RevocationBatch).order_by(RevocationBatch.sequence.desc()).limit(limit)))


def find_last_revocation_of(batch_id: UUID) -> Revocation | None:
    """The last one of a list."""
    return db.session.scalar(
        select(Revocation).where(Revocation.batch_id == batch_id).order_by(Revocation.sequence.desc()).limit(1)
    )


def count_unpublished_of(batch_id: UUID) -> int:
    """How many revocations of a list no CRL says yet."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Revocation)
            .where(Revocation.batch_id == batch_id, Revocation.crl_number.is_(None))
        )
        or 0
    )


def list_rows_of(serials: list[str]) -> list[FoundRow]:
    """These certificates with their holders, by serial number."""
    found = db.session.execute(
        select(Certificate.serial, Applicant.name, Company.name, Certificate.not_before, Certificate.not_after)
        .join(Applicant, Applicant.id == Certificate.applicant_id)
        .join(Application, Application.id == Applicant.application_id)
        .join(Company, Company.id == Application.company_id)
        .where(Certificate.serial.in_(serials))
        .order_by(Certificate.serial)
    )
    return [FoundRow(*row) for row in found]


def _filtered(statement: Select[*tuple[Any, ...]], wanted: BatchFilter) -> Select[*tuple[Any, ...]]:
    if wanted.company:
        statement = (
            statement.join(Applicant, Applicant.id == Certificate.applicant_id)
            .join(Application, Application.id == Applicant.application_id)
            .join(Company, Company.id == Application.company_id)
            .where(or_(Company.corporate_number == wanted.company, Company.name == wanted.company))
        )
    if wanted.issued_from:
        statement = statement.where(Certificate.issued_at >= datetime.combine(wanted.issued_from, time(), TOKYO))
    if wanted.issued_until:
        end = datetime.combine(wanted.issued_until + timedelta(days=1), time(), TOKYO)
        statement = statement.where(Certificate.issued_at < end)
    if wanted.token_batch:
        statement = (
            statement.join(Token, Token.id == Certificate.token_id)
            .outerjoin(TokenBatch, TokenBatch.id == Token.batch_id)
            .where(
                or_(
                    TokenBatch.name == wanted.token_batch,
                    and_(Token.batch_id.is_(None), Token.batch == wanted.token_batch),
                )
            )
        )
    if wanted.key_kind:
        begins = literal(KEY_KINDS[wanted.key_kind], LargeBinary)
        statement = statement.where(func.position(begins.op("IN")(Certificate.der)) > 0)
    if wanted.profile_version is not None:
        statement = statement.where(Certificate.profile_version == wanted.profile_version)
    if wanted.serials:
        statement = statement.where(Certificate.serial == any_(literal(list(wanted.serials), ARRAY(Text))))
    return statement


def _why_not(status: S, not_after: datetime | None, now: datetime) -> str:
    if status is S.REVOKED:
        return "revoked"
    if status is S.EXPIRED or (not_after is not None and not_after <= now):
        return "expired"
    if status is S.SUSPECT:
        return "suspect"
    return "" if status in REVOCABLE else "not-issued"
