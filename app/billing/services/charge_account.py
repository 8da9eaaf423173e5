"""Charging for an ID that was opened."""

from uuid import UUID

from app.billing import queries
from app.billing.rules.charges import account_charge_code
from app.billing.services.charge import make_charge
from app.core import clock
from app.core.db import db
from app.core.transaction import transaction
from models.accounts import Customer
from models.enums import CustomerKind


def charge_account(customer_id: UUID) -> bool:
    """Charge the opening of a company ID or of a further user ID to the company ID. Safe to run twice.

    Raises:
        NoPriceError: there is no price for it on the day it was opened.
    """
    with transaction():
        customer = db.session.get_one(Customer, customer_id)
        first = customer.kind is CustomerKind.USER_ID and queries.is_first_user_id(customer)
        code = account_charge_code(customer.kind, is_first_user_id=first)
        if code is None:
            return False
        return make_charge(
            code,
            subject_id=customer.id,
            company_account_id=customer.company_account_id,
            occurred_on=clock.day_in_tokyo(customer.created_at),
        )
