"""Contents that the holder, or the profile, refused before the consent: read from the audit log, as long as they wait.

One waits while the 申請PIN it was said with opened no passage and was not replaced, and nobody has answered since.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, cast, exists, func, select
from sqlalchemy.orm import aliased, joinedload

from app.core.db import db
from app.core.errors import NotFoundError
from issuance.rules.contents import Step, step_of
from models.applications import Applicant, Application
from models.audit import AuditEntry
from models.enums import PinKind, PinStatus
from models.pin_secrets import PinSecret

REFUSED, UNFIT = "contents:refuse", "contents:unfit"
ANSWERED, ENDED = "contents:answer", "contents:end"
WAITING, SETTLED = (REFUSED, UNFIT), (ANSWERED, ENDED)
BEFORE = (PinStatus.ISSUED, PinStatus.LOCKED, PinStatus.EXPIRED)  # the 申請PIN opened no passage and has no successor
MOST = 200  # on one page
_Later, _Newer = aliased(AuditEntry), aliased(PinSecret)


@dataclass(frozen=True, slots=True)
class Refused:
    """Contents that somebody has to look at."""

    entry: AuditEntry
    applicant: Applicant
    pin: PinSecret
    history: list[AuditEntry] = field(default_factory=list)  # the newest first

    @property
    def seq(self) -> int:
        """Of the entry that waits; another one means that something was said since."""
        return self.entry.seq

    @property
    def told_at(self) -> datetime:
        """When it was said, or found."""
        return self.entry.at

    @property
    def about(self) -> str:
        """What the holder says is wrong; empty if the profile refuses a name."""
        return str(self.entry.detail.get("about", ""))

    @property
    def words(self) -> str:
        """As the holder wrote it."""
        return str(self.entry.detail.get("words", ""))

    @property
    def code(self) -> str:
        """Why the profile refuses; empty if the holder does."""
        return str(self.entry.detail.get("code", ""))

    @property
    def refused_field(self) -> str:
        """Which name the profile refuses."""
        return str(self.entry.detail.get("field", ""))

    @property
    def step(self) -> Step:
        """What somebody here does next."""
        return step_of(self.about, self.refused_field)

    @property
    def usable_until(self) -> date | None:
        """Last day on which the holder can still apply with this letter."""
        return self.pin.usable_until


def count_refused() -> int:
    """How many wait."""
    return db.session.scalar(select(func.count()).select_from(_waiting().subquery())) or 0


def list_refused(limit: int = MOST) -> list[Refused]:
    """Those that wait, the longest waiting first."""
    return _read(_waiting().order_by(AuditEntry.seq).limit(limit))


def list_refused_of(application_id: UUID) -> list[Refused]:
    """Those of one case that wait."""
    return _read(_waiting().where(Applicant.application_id == application_id).order_by(AuditEntry.seq))


def find_refused(applicant_id: UUID) -> Refused | None:
    """What waits about one applicant."""
    found = _read(_waiting().where(AuditEntry.subject_id == str(applicant_id)))
    return found[0] if found else None


def get_refused(applicant_id: UUID) -> Refused:
    """What waits about one applicant, with what was said before.

    Raises:
        NotFoundError: nothing waits.
    """
    found = find_refused(applicant_id)
    if found is None:
        raise NotFoundError("refused contents", id=applicant_id)
    history = db.session.scalars(
        select(AuditEntry)
        .where(AuditEntry.subject_id == str(applicant_id), AuditEntry.event.in_((*WAITING, *SETTLED)))
        .order_by(AuditEntry.seq.desc())
    )
    return Refused(found.entry, found.applicant, found.pin, list(history))


def find_last_entry(applicant_id: UUID, events: Sequence[str]) -> AuditEntry | None:
    """The newest of these events about an applicant."""
    return db.session.scalar(
        select(AuditEntry)
        .where(AuditEntry.subject_id == str(applicant_id), AuditEntry.event.in_(events))
        .order_by(AuditEntry.seq.desc())
        .limit(1)
    )


def count_said(applicant_id: UUID, pin_id: UUID) -> int:
    """How often a holder has refused with one letter."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(AuditEntry)
            .where(
                AuditEntry.subject_id == str(applicant_id),
                AuditEntry.event == REFUSED,
                AuditEntry.detail["pin"].astext == str(pin_id),
            )
        )
        or 0
    )


def _is_settled() -> ColumnElement[bool]:
    return exists().where(
        _Later.subject_id == AuditEntry.subject_id,
        _Later.event.in_((*WAITING, *SETTLED)),
        _Later.seq > AuditEntry.seq,
    )


def _has_successor() -> ColumnElement[bool]:
    """Another letter was sent since: its holder looks at the contents afresh."""
    return exists().where(
        _Newer.applicant_id == PinSecret.applicant_id,
        _Newer.kind == PinSecret.kind,
        _Newer.created_at > PinSecret.created_at,
    )


def _waiting() -> Any:  # noqa: ANN401  rows of three entities
    return (
        select(AuditEntry, Applicant, PinSecret)
        .join(Applicant, Applicant.id == cast(AuditEntry.subject_id, Uuid))
        .join(
            PinSecret,
            (PinSecret.id == cast(AuditEntry.detail["pin"].astext, Uuid)) & (PinSecret.kind == PinKind.APPLICATION),
        )
        .where(AuditEntry.event.in_(WAITING), PinSecret.status.in_(BEFORE), ~_is_settled(), ~_has_successor())
    )


def _read(query: Any) -> list[Refused]:  # noqa: ANN401
    whole = query.options(joinedload(Applicant.application).joinedload(Application.company))
    return [Refused(entry, applicant, pin) for entry, applicant, pin in db.session.execute(whole)]
