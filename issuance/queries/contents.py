"""Contents that the holder, or the profile, refused before the consent: read from the audit log, as long as they wait.

One waits while the 申請PIN it was said with opened no passage and was not replaced, and nobody has answered since.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, Uuid, cast, func, select
from sqlalchemy.orm import aliased, joinedload

from app.core.db import db
from app.core.errors import NotFoundError
from issuance.queries.enrolments import LIVE_PIN
from issuance.rules.contents import Step, step_of
from models.applications import Applicant, Application
from models.audit import AuditEntry
from models.enrolments import Enrolment
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
    return db.session.scalar(count_of_refused()) or 0


def count_of_refused() -> Select[int]:
    """The same as a statement, to be asked beside others."""
    return select(func.count()).select_from(_waiting().subquery())


def list_refused(limit: int = MOST) -> list[Refused]:
    """Those that wait, the longest waiting first; by three queries, however many there are."""
    return _read(_waiting().order_by(AuditEntry.seq).limit(limit))


def list_refused_of(application_id: UUID) -> list[Refused]:
    """Those of one case that wait."""
    people = [str(each) for each in db.session.scalars(_applicants_of(application_id))]
    return _read(_waiting().where(AuditEntry.subject_id.in_(people)).order_by(AuditEntry.seq)) if people else []


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


def _applicants_of(application_id: UUID) -> Select[UUID]:
    return select(Applicant.id).where(Applicant.application_id == application_id)


def _waiting() -> Select[AuditEntry]:
    """Each condition asks for one row by its index: there are few entries of these events, in long tables."""
    person, pin = cast(AuditEntry.subject_id, Uuid), cast(AuditEntry.detail["pin"].astext, Uuid)
    newest = select(func.max(_Later.seq)).where(
        _Later.subject_id == AuditEntry.subject_id, _Later.event.in_((*WAITING, *SETTLED))
    )
    status = select(PinSecret.status).where(PinSecret.id == pin)
    successor = select(_Newer.id).where(  # of another letter, whose holder looks at the contents afresh
        _Newer.applicant_id == person,
        _Newer.kind == PinKind.APPLICATION,
        _Newer.status.in_(LIVE_PIN),
        _Newer.id != pin,
    )
    passage = select(Enrolment.id).where(Enrolment.applicant_id == person, Enrolment.created_at > AuditEntry.at)
    return select(AuditEntry).where(
        AuditEntry.event.in_(WAITING),
        newest.scalar_subquery() == AuditEntry.seq,
        status.scalar_subquery().in_(BEFORE),
        successor.limit(1).scalar_subquery().is_(None),
        passage.limit(1).scalar_subquery().is_(None),
    )


def _read(query: Select[AuditEntry]) -> list[Refused]:
    entries = list(db.session.scalars(query))
    if not entries:
        return []
    people = {
        str(each.id): each
        for each in db.session.scalars(
            select(Applicant)
            .where(Applicant.id.in_([UUID(each.subject_id) for each in entries]))
            .options(joinedload(Applicant.application).joinedload(Application.company))
        )
    }
    pins = {
        str(each.id): each
        for each in db.session.scalars(
            select(PinSecret).where(PinSecret.id.in_([UUID(each.detail["pin"]) for each in entries]))
        )
    }
    return [Refused(each, people[each.subject_id], pins[each.detail["pin"]]) for each in entries]
