"""Making a charge: the step that the charge services share."""

from datetime import date
from uuid import UUID

from app import audit
from app.billing import queries
from app.core.actor import SYSTEM
from app.core.db import db
from app.core.transaction import require_transaction
from models.billing import Charge


def make_charge(code: str, *, subject_id: UUID, company_account_id: UUID, occurred_on: date) -> bool:
    """Write one charge at the price of the day, unless it is there already. Runs in the caller's transaction.

    The price and its words are copied, so that a later price list leaves the charge as it was made.

    Returns:
        whether a charge was written.

    Raises:
        NoPriceError: the price list has no price for the code on that day.
        sqlalchemy.exc.IntegrityError: another worker wrote it this moment; the next try finds it and stops.
    """
    require_transaction()
    if queries.find_charge(code, subject_id) is not None:
        return False
    price = queries.get_price(code, occurred_on)
    charge = Charge(
        company_account_id=company_account_id,
        code=code,
        subject_id=subject_id,
        occurred_on=occurred_on,
        description=price.description_ja,
        amount=price.amount,
        tax_percent=price.tax_percent,
    )
    db.session.add(charge)
    db.session.flush()
    audit.record(
        "charge:make",
        subject_type="charge",
        subject_id=charge.id,
        actor=SYSTEM,
        detail={"code": code, "amount": price.amount, "cause": str(subject_id)},
    )
    return True
