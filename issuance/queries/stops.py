"""Issues that stopped before the signature and wait for an officer: status requested, with a refusal's code."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import joinedload

from app.core.db import db
from app.core.errors import NotFoundError, StaleError
from issuance.queries.enrolments import get_enrolment_for_update
from issuance.rules.stops import Remedy, remedy_of
from models.applications import Applicant, Application
from models.audit import AuditEntry
from models.certificates import Certificate
from models.enrolments import Enrolment
from models.enums import CertificateStatus, EnrolmentKind, EnrolmentStatus

STOP = "enrolment:stop"
EVENTS = (STOP, "enrolment:resume")
MOST = 200  # on one page


def is_stopped() -> ColumnElement[bool]:
    """The criterion."""
    return and_(Enrolment.status == EnrolmentStatus.REQUESTED, Enrolment.refusal_code.is_not(None))


def is_stopped_row(enrolment: Enrolment) -> bool:
    """The same of a row that was read."""
    return enrolment.status is EnrolmentStatus.REQUESTED and enrolment.refusal_code is not None


@dataclass(frozen=True, slots=True)
class Stop:
    """One issue that stands still, with what stopped it last."""

    enrolment: Enrolment
    applicant: Applicant
    certificate: Certificate | None
    stopped_at: datetime | None
    findings: list[str] = field(default_factory=list)
    about: str = ""  # the name that the error is about, if it names one
    history: list[AuditEntry] = field(default_factory=list)  # stops and resumptions, the newest first

    @property
    def seq(self) -> int:
        """Number of the newest entry of its history: another one means that something happened since."""
        return self.history[0].seq if self.history else 0

    @property
    def code(self) -> str:
        """Of what stopped it."""
        return self.enrolment.refusal_code or ""

    @property
    def remedy(self) -> Remedy:
        """What it takes to go on."""
        is_renewal = self.enrolment.kind is EnrolmentKind.RENEWAL
        return remedy_of(self.code, self.findings, field=self.about, is_renewal=is_renewal)


def count_stopped() -> int:
    """How many stand still."""
    return db.session.scalar(select(func.count()).select_from(Enrolment).where(is_stopped())) or 0


def list_stopped(limit: int = MOST) -> list[Stop]:
    """Those that stand still, the longest waiting first; by three queries, however many there are."""
    rows = db.session.execute(_select().where(is_stopped()).order_by(Enrolment.requested_at, Enrolment.id).limit(limit))
    return _stops([(enrolment, applicant, certificate) for enrolment, applicant, certificate in rows])


def get_stop(enrolment_id: UUID) -> Stop:
    """One that stands still.

    Raises:
        NotFoundError: there is none, or it goes on.
    """
    row = db.session.execute(_select().where(is_stopped(), Enrolment.id == enrolment_id)).first()
    if row is None:
        raise NotFoundError("stopped enrolment", id=enrolment_id)
    return _stops([(row[0], row[1], row[2])])[0]


def get_stopped_for_update(enrolment_id: UUID, *, seen: int | None = None) -> Enrolment:
    """One that stands still, locked.

    Args:
        enrolment_id: which.
        seen: `Stop.seq` of what somebody looked at; None: whatever it stopped at last.

    Raises:
        NotFoundError: there is no such enrolment.
        StaleError: it does not stand still any more, or it went on and stopped again since.
    """
    enrolment = get_enrolment_for_update(enrolment_id)
    if not is_stopped_row(enrolment) or seen not in {None, _last_seq(enrolment_id)}:
        raise StaleError("enrolment")
    return enrolment


def _last_seq(enrolment_id: UUID) -> int:
    found = select(func.max(AuditEntry.seq)).where(
        AuditEntry.subject_id == str(enrolment_id), AuditEntry.event.in_(EVENTS)
    )
    return db.session.scalar(found) or 0


def _select() -> Any:  # noqa: ANN401  rows of three entities
    return (
        select(Enrolment, Applicant, Certificate)
        .join(Applicant, Applicant.id == Enrolment.applicant_id)
        .outerjoin(
            Certificate,
            and_(Certificate.enrolment_id == Enrolment.id, Certificate.status != CertificateStatus.SUSPECT),
        )
        .options(joinedload(Applicant.application).joinedload(Application.company))
    )


def _stops(rows: Sequence[tuple[Enrolment, Applicant, Certificate | None]]) -> list[Stop]:
    entries: dict[str, list[AuditEntry]] = {}
    wanted = [str(enrolment.id) for enrolment, _applicant, _certificate in rows]
    for entry in db.session.scalars(
        select(AuditEntry)
        .where(AuditEntry.subject_id.in_(wanted), AuditEntry.event.in_(EVENTS))
        .order_by(AuditEntry.seq.desc())
    ):
        entries.setdefault(entry.subject_id, []).append(entry)
    return [_stop(*row, entries.get(str(row[0].id), [])) for row in rows]


def _stop(
    enrolment: Enrolment, applicant: Applicant, certificate: Certificate | None, history: list[AuditEntry]
) -> Stop:
    last = next((entry for entry in history if entry.event == STOP), None)
    return Stop(
        enrolment,
        applicant,
        certificate,
        last.at if last else enrolment.requested_at,
        list(last.detail.get("findings", [])) if last else [],
        str(last.detail.get("field", "")) if last else "",
        history,
    )
