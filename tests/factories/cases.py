"""Cases in the queue: an envelope, a company, applicants, in any state; quickly, without the desk's services."""

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from app.core.db import db
from app.core.search import search_key
from models.applications import Applicant, Application, Envelope
from models.companies import Company
from models.enums import ApplicationStatus
from models.staff import StaffUser
from registration.rules.due import next_due
from tests.factories.staff import make_staff

RECEIVED_ON = date(2026, 11, 24)
CLOSED = {
    ApplicationStatus.APPROVED,
    ApplicationStatus.REFUSED,
    ApplicationStatus.WITHDRAWN,
    ApplicationStatus.EXPIRED,
}


def make_case(
    *applicants: str,
    company: str = "株式会社髙﨑建設",
    status: ApplicationStatus = ApplicationStatus.RECEIVED,
    received_on: date = RECEIVED_ON,
    claimed_by: UUID | None = None,
) -> Application:
    """A case of one company with one applicant per name."""
    number = db.session.query(Application).count() + 1
    clerk = db.session.query(StaffUser).filter_by(email="uketsuke@example.jp").first()
    clerk = clerk or make_staff("reception", email="uketsuke@example.jp", name="受付 一郎")
    firm = Company(id=uuid4(), name=company)
    envelope = Envelope(item_number=f"{number:011d}", received_on=received_on, received_by=clerk.id)
    db.session.add_all([firm, envelope])
    db.session.flush()
    case = Application(
        id=uuid4(),
        number=f"A-2026-{number:06d}",
        status=status,
        services=["contract", "certificate"],
        envelope_id=envelope.id,
        company_id=firm.id,
        received_on=received_on,
        approved_at=datetime(2026, 11, 25, tzinfo=UTC) if status is ApplicationStatus.APPROVED else None,
        closed_on=received_on if status in CLOSED else None,
        claimed_by=claimed_by,
        due_on=next_due(received_on=received_on, is_open=status not in CLOSED),
        search_key=search_key(company, *applicants),
    )
    case.applicants = [
        Applicant(number=f"{case.number}-{position}", position=position, name=name)
        for position, name in enumerate(applicants, start=1)
    ]
    db.session.add(case)
    db.session.commit()
    return case
