"""Certificates that end soon, and what already follows them.

Whether somebody was renewed is asked for many certificates at once: a company may have thousands of holders.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, literal_column, select, tuple_

from app.core.clock import day_in_tokyo
from app.core.db import db
from app.core.errors import NotFoundError
from issuance.queries.enrolments import LIVE_PIN
from issuance.rules.renewal import RENEWABLE, SPACES, Present, bare, same_person
from models.accounts import CompanyAccount
from models.applications import Applicant, Application
from models.certificates import Certificate, CertificateNotice
from models.enrolments import Enrolment
from models.enums import (
    AccountStatus,
    CertificateNoticeKind,
    CertificateStatus,
    EnrolmentKind,
    EnrolmentStatus,
    NoticeChannel,
)
from models.pin_secrets import PinSecret


@dataclass(frozen=True, slots=True)
class Ending:
    """A certificate and whose it is."""

    id: UUID
    serial: str
    status: CertificateStatus
    not_after: datetime
    identity_anchor: datetime
    applicant_id: UUID
    number: str  # of the applicant
    name: str
    birth_date: date | None
    company_id: UUID

    @property
    def ends_on(self) -> date:
        """The last day in Japan."""
        return day_in_tokyo(self.not_after)

    @property
    def anchor(self) -> date:
        """The day of issue on which the identity papers stand."""
        return day_in_tokyo(self.identity_anchor)


@dataclass(frozen=True, slots=True)
class Standing:
    """What already follows a certificate."""

    is_cancelled: bool = False  # the company closed its accounts
    is_renewed: bool = False  # a newer valid certificate of the same person in the same company
    is_used: bool = False  # an online renewal was issued, valid or not
    is_requested: bool = False  # an online renewal is being made
    is_opened: bool = False  # an online renewal waits for the holder, whose download PIN still works


def get_ending(certificate_id: UUID) -> Ending:
    """One certificate. Raises NotFoundError."""
    row = db.session.execute(_endings().where(Certificate.id == certificate_id)).first()
    if row is None:
        raise NotFoundError("certificate", id=certificate_id)
    return Ending(*row)


def is_live(certificate_id: UUID | None, now: datetime) -> bool:
    """Whether a certificate is neither revoked (nor about to be) nor over."""
    return certificate_id is not None and bool(
        db.session.scalar(
            select(Certificate.id).where(
                Certificate.id == certificate_id, Certificate.status.in_(RENEWABLE), Certificate.not_after >= now
            )
        )
    )


def list_endings(certificate_ids: Collection[UUID]) -> list[Ending]:
    """These certificates, in no order."""
    return [Ending(*row) for row in db.session.execute(_endings().where(Certificate.id.in_(certificate_ids)))]


def list_without_notice(  # noqa: PLR0913  which ones, of which step, from where on
    *,
    begin: datetime,
    end: datetime,
    channel: NoticeChannel,
    step: int,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[Ending]:
    """Valid certificates that end in [begin, end) and have no renewal notice of this step yet, the first to end first.

    Args:
        begin: aware.
        end: aware.
        channel: of the notice; the holder must have given an address for it.
        step: of the notice.
        after: end and key of the last one that was looked at.
        limit: how many at most.
    """
    told = (
        select(CertificateNotice.id)
        .where(
            CertificateNotice.certificate_id == Certificate.id,
            CertificateNotice.kind == CertificateNoticeKind.RENEWAL,
            CertificateNotice.step == step,
            CertificateNotice.channel == channel,
        )
        .exists()
    )
    reachable = Applicant.email != "" if channel is NoticeChannel.EMAIL else Applicant.address != ""
    wanted = _endings().where(
        Certificate.not_after >= begin,
        Certificate.not_after < end,
        Certificate.status.in_(RENEWABLE),
        reachable,
        ~told,
    )
    if after is not None:
        wanted = wanted.where(tuple_(Certificate.not_after, Certificate.id) > after)
    rows = db.session.execute(wanted.order_by(Certificate.not_after, Certificate.id).limit(limit))
    return [Ending(*row) for row in rows]


def standing_of(rows: Sequence[Ending], today: date) -> dict[UUID, Standing]:
    """What follows each of these certificates, by its key; three queries whatever their number."""
    if not rows:
        return {}
    cancelled = _cancelled({row.company_id for row in rows})
    newer = _newer(rows)
    passages = _passages([row.id for row in rows], today)
    found = {}
    for row in rows:
        states = passages.get(row.id, set())
        found[row.id] = Standing(
            is_cancelled=row.company_id in cancelled,
            is_renewed=any(
                end > row.not_after and same_person(row.name, row.birth_date, name, born)
                for end, name, born in newer.get((row.company_id, bare(row.name)), ())
            ),
            is_used=EnrolmentStatus.ISSUED in states,
            is_requested=EnrolmentStatus.REQUESTED in states,
            is_opened=EnrolmentStatus.OPENED in states,
        )
    return found


def present_of(row: Ending, standing: Standing, now: datetime) -> Present:
    """The certificate as the rules of renewal see it."""
    return Present(
        status=CertificateStatus.EXPIRED if row.status in RENEWABLE and now > row.not_after else row.status,
        ends_on=row.ends_on,
        anchor=row.anchor,
        is_cancelled=standing.is_cancelled,
        is_renewed=standing.is_renewed,
        is_used=standing.is_used,
        is_requested=standing.is_requested,
    )


def find_renewal_for_update(certificate_id: UUID) -> Enrolment | None:
    """The passage that renews a certificate, locked; one that was refused does not count."""
    return db.session.scalar(
        select(Enrolment)
        .where(
            Enrolment.renews_id == certificate_id,
            Enrolment.kind == EnrolmentKind.RENEWAL,
            Enrolment.status != EnrolmentStatus.REFUSED,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _endings() -> Any:  # noqa: ANN401  a select of exactly these columns
    return (
        select(
            Certificate.id,
            Certificate.serial,
            Certificate.status,
            Certificate.not_after,
            func.coalesce(Certificate.identity_anchor, Certificate.not_before),
            Certificate.applicant_id,
            Applicant.number,
            Applicant.name,
            Applicant.birth_date,
            Application.company_id,
        )
        .join(Applicant, Applicant.id == Certificate.applicant_id)
        .join(Application, Application.id == Applicant.application_id)
    )


def _cancelled(company_ids: set[UUID]) -> set[UUID]:
    """Companies that had accounts and have none open any more."""
    is_open = func.bool_or(CompanyAccount.status == AccountStatus.OPEN)
    return set(
        db.session.scalars(
            select(CompanyAccount.company_id)
            .where(CompanyAccount.company_id.in_(company_ids))
            .group_by(CompanyAccount.company_id)
            .having(~is_open)
        )
    )


def _newer(rows: Sequence[Ending]) -> dict[tuple[UUID, str], list[tuple[datetime, str, date | None]]]:
    """Valid certificates of people of these companies and names that end later than the first of these, by company and name."""
    plain = func.translate(Applicant.name, literal_column(f"'{SPACES}'"), literal_column("''"))  # as its index says it
    query = (
        select(Application.company_id, Certificate.not_after, Applicant.name, Applicant.birth_date)
        .join(Applicant, Applicant.application_id == Application.id)
        .join(Certificate, Certificate.applicant_id == Applicant.id)
        .where(
            Application.company_id.in_({row.company_id for row in rows}),
            plain.in_({bare(row.name) for row in rows}),
            Certificate.status.in_(RENEWABLE),
            Certificate.not_after > min(row.not_after for row in rows),
        )
    )
    found: dict[tuple[UUID, str], list[tuple[datetime, str, date | None]]] = {}
    for company_id, end, name, born in db.session.execute(query):
        assert end is not None  # it was issued
        found.setdefault((company_id, bare(name)), []).append((end, name, born))
    return found


def _passages(certificate_ids: Sequence[UUID], today: date) -> dict[UUID, set[EnrolmentStatus]]:
    """How far the online renewals of these certificates are. One whose download PIN is of no more use is not open."""
    rows = db.session.execute(
        select(Enrolment.renews_id, Enrolment.status, PinSecret.status, PinSecret.usable_until)
        .outerjoin(PinSecret, PinSecret.id == Enrolment.download_pin_id)
        .where(Enrolment.renews_id.in_(certificate_ids), Enrolment.kind == EnrolmentKind.RENEWAL)
    )
    found: dict[UUID, set[EnrolmentStatus]] = {}
    for renewed, status, pin, until in rows:
        is_idle = status is EnrolmentStatus.OPENED and (pin not in LIVE_PIN or (until is not None and until < today))
        if status is not EnrolmentStatus.REFUSED and not is_idle and renewed is not None:
            found.setdefault(renewed, set()).add(status)
    return found


def list_renewal_notices(certificate_ids: Collection[UUID]) -> dict[UUID, list[CertificateNotice]]:
    """The renewal notices that were planned for these certificates, the oldest first, by certificate."""
    rows = db.session.scalars(
        select(CertificateNotice)
        .where(
            CertificateNotice.certificate_id.in_(certificate_ids),
            CertificateNotice.kind == CertificateNoticeKind.RENEWAL,
        )
        .order_by(CertificateNotice.created_at, CertificateNotice.channel)
    )
    found: dict[UUID, list[CertificateNotice]] = {}
    for row in rows:
        found.setdefault(row.certificate_id, []).append(row)
    return found
