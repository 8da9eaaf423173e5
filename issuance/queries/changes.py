"""What an approved change of a company touches."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.core.actor import Actor, ActorKind
from app.core.db import db
from app.core.errors import NotFoundError
from models.applications import Applicant, Application
from models.certificates import Certificate
from models.decisions import Decision
from models.enums import (
    DecisionKind,
)


def get_change(application_id: UUID) -> Application:
    """An approved application of registration. Raises NotFoundError."""
    found = db.session.get(Application, application_id)
    if found is None or found.approved_at is None:
        raise NotFoundError("application", id=application_id)
    return found


def get_decider(application: Application) -> Actor:
    """Who approved an application; of several steps, who took the last. Raises NotFoundError."""
    decision = db.session.scalars(
        select(Decision)
        .where(
            Decision.application_id == application.id,
            Decision.round == application.review_round,
            Decision.kind.in_((DecisionKind.APPROVED, DecisionKind.EMERGENCY_APPROVED)),
        )
        .order_by(Decision.decided_at.desc())
        .limit(1)
    ).first()
    if decision is None:
        raise NotFoundError("decision", application=application.id)
    return Actor(ActorKind.STAFF, decision.decided_by, decision.decided_by_name)


def list_certificates_of_company(company_id: UUID) -> list[Certificate]:
    """Every certificate of the company's applicants, in whatever state, the oldest first."""
    return list(
        db.session.scalars(
            select(Certificate)
            .join(Applicant, Applicant.id == Certificate.applicant_id)
            .join(Application, Application.id == Applicant.application_id)
            .where(Application.company_id == company_id)
            .order_by(Certificate.created_at, Certificate.serial)
        )
    )


def list_applicants_of_company(company_id: UUID, *, approved_until: datetime) -> list[UUID]:
    """The company's applicants whose application was approved until a moment."""
    return list(
        db.session.scalars(
            select(Applicant.id)
            .join(Application, Application.id == Applicant.application_id)
            .where(Application.company_id == company_id, Application.approved_at <= approved_until)
            .order_by(Applicant.number)
        )
    )
