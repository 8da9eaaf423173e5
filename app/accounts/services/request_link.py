"""Asking for a new one-time password link."""

from datetime import datetime

from app import audit
from app.accounts import queries
from app.accounts.rules.links import MOST_LINKS, MOST_LINKS_WITHIN
from app.accounts.services.password_link import prepare_link, store_link
from app.core.db import db
from app.core.transaction import transaction
from app.security import actor_of
from models.accounts import Customer


def request_link(login_id: str, *, now: datetime) -> bool:
    """Send a new link to the customer's registered address and end the old ones.

    The caller tells the person the same whatever the answer is, and the work is nearly the same too.

    Args:
        login_id: as typed.
        now: the present moment.

    Returns:
        whether a link was made: not for an unknown or closed ID, nor for the fourth within an hour.

    Raises:
        SignerUnavailableError: the signing process is away.
    """
    prepared = prepare_link()
    with transaction():
        found = queries.find_customer_by_login_id(login_id)
        if found is None or not found.active:
            return False
        customer = db.session.get_one(Customer, found.id, with_for_update=True)
        if queries.count_links_since(customer.id, now - MOST_LINKS_WITHIN) >= MOST_LINKS:
            return False
        for link in queries.list_open_links(customer.id, now):
            link.expires_at = now
        store_link(prepared, customer, customer.email, now)
        audit.record("customer:request_link", subject_type="customer", subject_id=customer.id, actor=actor_of(customer))
        return True
