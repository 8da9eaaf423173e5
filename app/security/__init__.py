"""Sign-in of staff and customers, roles and permissions, and what stands in front of every page."""

from app.security.actors import actor_of, current_customer, current_staff, customer_actor, staff_actor
from app.security.authentication import init_portal_security, init_site_security
from app.security.csrf import csrf, machine
from app.security.guards import customer_required, declared_guard, public, signed_in
from app.security.headers import csp_nonce
from app.security.limits import PIN_LIMIT, limiter
from app.security.permissions import PERMISSIONS, Role, permissions_of
from app.security.sessions import fresh, is_fresh, verified_at, verify_first

__all__ = [
    "PERMISSIONS",
    "PIN_LIMIT",
    "Role",
    "actor_of",
    "csp_nonce",
    "csrf",
    "current_customer",
    "current_staff",
    "customer_actor",
    "customer_required",
    "declared_guard",
    "fresh",
    "init_portal_security",
    "init_site_security",
    "is_fresh",
    "limiter",
    "machine",
    "permissions_of",
    "public",
    "signed_in",
    "staff_actor",
    "verified_at",
    "verify_first",
]
