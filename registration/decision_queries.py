"""Reading what decisions stand on: profiles, steps taken, emergencies, recorded changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import any_, func, literal, select
from sqlalchemy.orm import joinedload

from app.core.clock import day_in_tokyo
from app.core.db import db
from app.core.errors import NotFoundError
from models.applications import Applicant, Application
from models.approval_profiles import ApprovalProfile
from models.certificates import Certificate
from models.companies import Company, ContactPerson
from models.decisions import ControlAction, Decision
from models.emergencies import EmergencyApproval
from models.enums import (
    ApplicationKind,
    ApplicationStatus,
    CertificateStatus,
    ContactRole,
    ControlSide,
    DecisionKind,
    ProfileStatus,
)
from models.staff import StaffUser
from registration.rules.approval_profile import BUILT_IN, Lapse, Profile, Step, lapse_of, next_step, parse_profile
from registration.rules.changes import COMPANY_FIELDS, ChangeField, fields_of, items_without_change, may_carry_over

APPROVALS = (DecisionKind.APPROVED, DecisionKind.EMERGENCY_APPROVED)
LIVE = (CertificateStatus.ISSUED, CertificateStatus.ACTIVE, CertificateStatus.REVOCATION_REQUESTED)


def current_profile_version() -> int:
    """The version that a case gets when it is received."""
    active = db.session.scalar(select(ApprovalProfile.version).where(ApprovalProfile.status == ProfileStatus.ACTIVE))
    return active or BUILT_IN.version


def get_profile(version: int) -> Profile:
    """What a version says.

    Raises:
        NotFoundError: there is no such version.
    """
    if version == BUILT_IN.version:
        return BUILT_IN
    content = db.session.scalar(select(ApprovalProfile.content).where(ApprovalProfile.version == version))
    if content is None:
        raise NotFoundError("approval profile", version=version)
    return parse_profile(version, content)


def list_profiles() -> Sequence[ApprovalProfile]:
    """Every version but the built-in one, the newest first."""
    return db.session.scalars(select(ApprovalProfile).order_by(ApprovalProfile.version.desc())).all()


def get_profile_row(profile_id: UUID, *, lock: bool = False) -> ApprovalProfile:
    """A version's row, locked if asked.

    Raises:
        NotFoundError: there is none.
    """
    row = db.session.get(ApprovalProfile, profile_id, with_for_update=lock or None)
    if row is None:
        raise NotFoundError("approval profile")
    return row


def find_active_profile_for_update() -> ApprovalProfile | None:
    """The active version's row, locked; None while the built-in one is active."""
    return db.session.scalar(
        select(ApprovalProfile).where(ApprovalProfile.status == ProfileStatus.ACTIVE).with_for_update()
    )


def has_open_proposal() -> bool:
    """Whether a version waits for a second person."""
    return bool(db.session.scalar(select(func.count()).where(ApprovalProfile.status == ProfileStatus.PROPOSED)))


def last_version() -> int:
    """The highest version there is."""
    return db.session.scalar(select(func.max(ApprovalProfile.version))) or BUILT_IN.version


def steps_taken(case: Application) -> list[Decision]:
    """The approvals of the present round of review, the oldest first; a voided round has none that counts."""
    if case.status not in {ApplicationStatus.REVIEWED, ApplicationStatus.APPROVED}:
        return []
    return [each for each in case.decisions if each.kind in APPROVALS and each.round == case.review_round]


def open_step(case: Application, profile: Profile) -> Step | None:
    """The step that comes next; None if the case does not wait for one."""
    if case.status is not ApplicationStatus.REVIEWED:
        return None
    return next_step(profile, {each.step for each in steps_taken(case)})


def lapse(case: Application, profile: Profile, today: date) -> Lapse | None:
    """What has run out on a reviewed case, if anything."""
    if case.status is not ApplicationStatus.REVIEWED or case.reviewed_at is None:
        return None
    return lapse_of(profile, received_on=case.received_on, reviewed_on=day_in_tokyo(case.reviewed_at), today=today)


def roles_of(staff_id: UUID | None) -> frozenset[str]:
    """The roles that a person has at this moment; none if the account is closed."""
    roles = db.session.scalar(select(StaffUser.roles).where(StaffUser.id == staff_id, StaffUser.active))
    return frozenset(roles or ())


@dataclass(frozen=True, slots=True)
class Standing:
    """Somebody who acted on a case, and on which side."""

    staff_id: UUID
    name: str
    side: ControlSide


def list_standings(application_id: UUID) -> list[Standing]:
    """Everybody who acted on a case, in the order in which they began."""
    rows = db.session.execute(
        select(ControlAction.staff_id, StaffUser.name, ControlAction.side)
        .join(StaffUser, StaffUser.id == ControlAction.staff_id)
        .where(ControlAction.application_id == application_id)
        .order_by(ControlAction.first_at, ControlAction.id)
    )
    return [Standing(*row) for row in rows]


def list_who_may_act(case: Application, step: Step) -> list[str]:
    """Names of the people who may take a step: the role, not on the working side, no step of this round yet."""
    worked = select(ControlAction.staff_id).where(
        ControlAction.application_id == case.id, ControlAction.side == ControlSide.WORKED
    )
    people = db.session.execute(
        select(StaffUser.id, StaffUser.name)
        .where(StaffUser.active, literal(step.role) == any_(StaffUser.roles), StaffUser.id.not_in(worked))
        .order_by(StaffUser.name)
    )
    acted = {each.decided_by for each in steps_taken(case)}
    return [name for staff_id, name in people if staff_id not in acted]


def decided_view(case: Application) -> dict[str, Any]:
    """What stands in the digest besides the papers: the profile, what form 1 changes, what was judged."""
    return {
        "approval_profile_version": case.approval_profile_version,
        "change_items": sorted(case.change_items),
        "changes": [[each.field, each.old_value, each.new_value] for each in case.changes],
        "judgements": [
            [each.code, str(each.paper_id), each.facts, each.accepted, each.reason, str(each.judged_by)]
            for each in sorted(case.judgements, key=lambda one: (one.code, str(one.paper_id)))
        ],
    }


def find_emergency(application_id: UUID) -> EmergencyApproval | None:
    """The declared emergency of a case, whether countersigned or not; a withdrawn one is none."""
    return db.session.scalar(
        select(EmergencyApproval).where(
            EmergencyApproval.application_id == application_id, EmergencyApproval.withdrawn_at.is_(None)
        )
    )


def get_emergency(emergency_id: UUID, *, lock: bool = False) -> EmergencyApproval:
    """One use of the procedure, locked if asked.

    Raises:
        NotFoundError: there is none.
    """
    row = db.session.get(EmergencyApproval, emergency_id, with_for_update=lock or None)
    if row is None:
        raise NotFoundError("emergency")
    return row


def list_emergencies(limit: int = 200) -> Sequence[EmergencyApproval]:
    """The uses of the procedure: those that wait for somebody first, then the newest."""
    return db.session.scalars(
        select(EmergencyApproval)
        .options(joinedload(EmergencyApproval.application).joinedload(Application.company))
        .order_by(
            (EmergencyApproval.followed_up_at.is_not(None) | EmergencyApproval.withdrawn_at.is_not(None)),
            EmergencyApproval.declared_at.desc(),
        )
        .limit(limit)
    ).all()


@dataclass(frozen=True, slots=True)
class OpenEmergencies:
    """How many emergencies nobody has followed up yet, and how many of these follow-ups are overdue."""

    count: int
    overdue: int


def count_open_emergencies(today: date) -> OpenEmergencies:
    """What still waits for a second or third person."""
    overdue = EmergencyApproval.countersigned_at.is_not(None) & (EmergencyApproval.follow_up_due_on < today)
    row = db.session.execute(
        select(func.count(), func.count().filter(overdue)).where(
            EmergencyApproval.withdrawn_at.is_(None), EmergencyApproval.followed_up_at.is_(None)
        )
    ).one()
    return OpenEmergencies(*row)


def company_may_be_filled_in(case: Application) -> bool:
    """Whether the papers of a case may still fill in the company's record; see the rule."""
    approved = db.session.scalar(
        select(func.count()).where(
            Application.company_id == case.company_id,
            Application.id != case.id,
            Application.status == ApplicationStatus.APPROVED,
        )
    )
    return may_carry_over(case.kind, company_has_approved_case=bool(approved))


def list_change_fields(case: Application) -> tuple[ChangeField, ...]:
    """The fields that the case's items of form 1 may change."""
    return fields_of(case.change_items)


def unrecorded_items(case: Application) -> list[str]:
    """Items of form 1 for which no new value was recorded."""
    if case.kind is not ApplicationKind.CHANGE:
        return []
    return [item.value for item in items_without_change(case.change_items, {each.field for each in case.changes})]


def record_of(company: Company) -> dict[str, str]:
    """The company's record as the fields of a change name them; "" where nothing stands."""
    found = {code: str(getattr(company, code) or "") for code in COMPANY_FIELDS}
    contacts = {each.role: each for each in company.contacts}
    for role, prefix in ((ContactRole.CONTACT, "contact"), (ContactRole.BILLING, "billing")):
        person: ContactPerson | None = contacts.get(role)
        for code in ("name", "email", "department", "phone"):
            found[f"{prefix}_{code}"] = str(getattr(person, code)) if person else ""
    return found


def company_for_update(company_id: UUID) -> Company:
    """The company's record, locked and fresh: two changes of one company wait for each other."""
    return db.session.get_one(Company, company_id, with_for_update=True, populate_existing=True)


def count_live_certificates(company_id: UUID) -> int:
    """How many certificates of a company are valid: what a change of its name would revoke."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Certificate)
            .join(Applicant, Applicant.id == Certificate.applicant_id)
            .join(Application, Application.id == Applicant.application_id)
            .where(Application.company_id == company_id, Certificate.status.in_(LIVE))
        )
        or 0
    )
