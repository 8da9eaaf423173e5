"""An emergency approval is no secret: approvers and auditors hear of it the moment it took effect."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import any_, literal, or_, select

from app.core.clock import to_tokyo
from app.core.db import db
from mailings.services.send_email import send_email
from models.emergencies import EmergencyApproval
from models.staff import StaffUser

ROLES = ("approver", "auditor")


def email_emergency(emergency_id: UUID, *, now: datetime) -> None:
    """Who approved which case without the profile's steps, why, and until when a third person must look at it."""
    row = db.session.get_one(EmergencyApproval, emergency_id)
    if row.countersigned_at is None:
        return
    values = {
        "number": row.application.number,
        "declared_by": row.declared_by_name,
        "countersigned_by": row.countersigned_by_name,
        "at": f"{to_tokyo(row.countersigned_at):%Y-%m-%d %H:%M}",
        "reason": row.reason,
        "due_on": row.follow_up_due_on.isoformat(),
    }
    people = db.session.execute(
        select(StaffUser.email, StaffUser.name)
        .where(StaffUser.active, or_(*(literal(role) == any_(StaffUser.roles) for role in ROLES)))
        .order_by(StaffUser.email)
    ).all()
    db.session.rollback()
    for email, name in people:
        send_email("emergency", emergency_id, email, {"name": name, **values}, now=now)
