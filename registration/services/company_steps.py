"""Inner step: the registry certificate tells which company a case belongs to."""

from datetime import datetime

from sqlalchemy import select

from app.core.actor import Actor
from app.core.db import db
from app.core.transaction import require_transaction
from models.applications import Application
from models.companies import Company
from registration import decision_queries
from registration.errors import PaperFieldError
from registration.services.steps import work_on


def settle_corporate_number(case: Application, number: str, *, actor: Actor, now: datetime) -> None:
    """Give the company of the case its corporate number, or the case the company that has this number already.

    Reception often knows no number, so a company that applied before begins as a second record. With the number the record
    that was opened for this application gives way to the known one; whatever else stood on it goes along.

    Args:
        case: whose registry certificate is being recorded; its row is locked.
        number: 13 digits.
        actor: who records it; works on every case that moves.
        now: the present moment.

    Raises:
        PaperFieldError: the company was approved with another number, or something was decided on the second record.
    """
    require_transaction()
    company = case.company
    if company.corporate_number == number:
        return
    # Twelve digits have no check digit: until somebody approved the company, what was typed first may be wrong.
    if company.corporate_number is not None and not decision_queries.company_may_be_filled_in(case):
        raise PaperFieldError("company-number-differs", field="company_number", known=company.corporate_number)
    known = db.session.scalars(select(Company).where(Company.corporate_number == number).with_for_update()).first()
    if known is None:
        company.corporate_number = number
        return
    moving = list(
        db.session.scalars(
            select(Application).where(Application.company_id == company.id).order_by(Application.id).with_for_update()
        )
    )
    if any(each.closed_on is not None for each in moving):
        raise PaperFieldError("company-number-taken", field="company_number", company=known.name)
    for each in moving:
        each.company = known
        if each.id != case.id:
            work_on(each, actor=actor, now=now)
    db.session.flush()
    db.session.delete(company)  # nothing was decided on it; its name stands on form 1 and in the audit log
