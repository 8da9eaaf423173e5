"""Who is signed in, as an Actor for services."""

from flask import current_app
from flask_login import current_user

from app.core.actor import Actor, ActorKind
from models.accounts import Customer
from models.staff import StaffUser


def current_staff() -> StaffUser | None:
    """The member of staff who is signed in to the portal, if any. On the site: always None."""
    user = current_user._get_current_object()  # noqa: SLF001  the way out of the proxy
    return user if isinstance(user, StaffUser) and current_app.extensions["role"] == "portal" else None


def current_customer() -> Customer | None:
    """The company ID or user ID that is signed in to the site, if any. On the portal: always None."""
    user = current_user._get_current_object()  # noqa: SLF001  the way out of the proxy
    return user if isinstance(user, Customer) and current_app.extensions["role"] == "site" else None


def staff_actor() -> Actor:
    """The signed-in member of staff.

    Raises:
        PermissionError: nobody is signed in; the guard in front of the view should have said so.
    """
    user = current_staff()
    if user is None:
        raise PermissionError("nobody is signed in to the portal")
    return actor_of(user)


def customer_actor() -> Actor:
    """The signed-in customer.

    Raises:
        PermissionError: nobody is signed in; the guard in front of the view should have said so.
    """
    user = current_customer()
    if user is None:
        raise PermissionError("nobody is signed in to the site")
    return actor_of(user)


def actor_of(user: StaffUser | Customer) -> Actor:
    """A person as records name them; a customer's login ID stands with the name."""
    if isinstance(user, StaffUser):
        return Actor(ActorKind.STAFF, user.id, user.name)
    return Actor(ActorKind.CUSTOMER, user.id, f"{user.name} ({user.login_id})")
