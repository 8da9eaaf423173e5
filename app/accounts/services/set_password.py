"""Setting the password through a one-time link."""

from datetime import datetime
from uuid import UUID, uuid4

from app import audit
from app.accounts import queries
from app.accounts.errors import LinkError
from app.accounts.rules.links import hash_token, link_refusal
from app.core.actor import Actor, ActorKind
from app.core.db import db
from app.core.transaction import transaction
from app.security import actor_of
from app.security.errors import PasswordRefusedError
from app.security.passwords import hash_password, password_refusals
from app.security.services.change_password import personal_words
from models.accounts import Customer

NOBODY = Actor(ActorKind.CUSTOMER, None, "unknown")


def look_at_link(token: str, *, now: datetime) -> Customer:
    """Whose password the link sets. Looking does not use it up: mail programs open links before people do.

    Raises:
        LinkError: it does not work.
    """
    link = queries.find_link(hash_token(token))
    if link is None:
        raise LinkError("link-unknown")
    if refusal := link_refusal(used_at=link.used_at, expires_at=link.expires_at, now=now):
        raise LinkError(refusal)
    if not link.customer.active:
        raise LinkError("link-expired")
    return link.customer


def set_password(token: str, new: str, *, now: datetime) -> UUID:
    """Set the password, use the link up, end the customer's other links and sessions, and lift a lock.

    Args:
        token: from the link.
        new: the password as typed.
        now: the present moment.

    Returns:
        key of the customer.

    Raises:
        LinkError: the link does not work; the attempt is on record.
        PasswordRefusedError: the password is not taken; the link still works.
    """
    try:
        customer = look_at_link(token, now=now)
        if refusals := password_refusals(new, about=personal_words(customer)):
            raise PasswordRefusedError(refusals[0], field="new")
        return _store(token, hash_password(new), now)
    except LinkError as error:
        audit.attempt(
            "customer:set_password",
            subject_type="password_link",
            subject_id=hash_token(token)[:16],
            actor=NOBODY,
            outcome="refused",
            error=error.code,
        )
        raise


def _store(token: str, hashed: str, now: datetime) -> UUID:
    with transaction():
        link = queries.find_link_for_update(hash_token(token))
        if link is None:
            raise LinkError("link-unknown")
        if refusal := link_refusal(used_at=link.used_at, expires_at=link.expires_at, now=now):
            raise LinkError(refusal)
        customer = db.session.get_one(Customer, link.customer_id, with_for_update=True)
        customer.password = hashed
        customer.fs_uniquifier = uuid4().hex
        customer.failed_sign_ins = 0
        customer.locked_until = None
        link.used_at = now
        link.sealed_value = None
        for other in queries.list_open_links(customer.id, now):
            if other.id != link.id:
                other.expires_at = now
        audit.record(
            "customer:set_password",
            subject_type="customer",
            subject_id=customer.id,
            actor=actor_of(customer),
            detail={"link": str(link.id)},
        )
        return customer.id
