"""How often one address may try: sign-ins and PINs. Counted in Redis for all processes together.

The account's own lock (app.security.services.sign_in) stops guessing at one account; this stops guessing at many.
"""

from flask import Flask, Response
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from app.core.settings import Settings

SIGN_IN_LIMIT = "30 per minute; 300 per hour"  # a whole office may stand behind one address
TURNED_AWAY = 503
PIN_LIMIT = "20 per minute; 120 per hour"

limiter = Limiter(key_func=get_remote_address, in_memory_fallback_enabled=True, swallow_errors=False)


def init_limits(app: Flask, settings: Settings) -> None:
    """Count in the application's Redis; while Redis is away, in this process."""
    app.config.setdefault("RATELIMIT_STORAGE_URI", storage_uri(settings.redis_url()))
    app.config.setdefault("RATELIMIT_KEY_PREFIX", app.extensions["role"])
    app.config.setdefault("RATELIMIT_HEADERS_ENABLED", False)
    limiter.init_app(app)


def storage_uri(redis_url: str) -> str:
    """Redis' address as the `limits` package writes it: unix sockets as `redis+unix://`."""
    return redis_url.replace("unix://", "redis+unix://", 1) if redis_url.startswith("unix://") else redis_url


def was_judged(response: Response) -> bool:
    """Whether a sign-in was judged at all, and not turned away at the gate: only then does it count."""
    return response.status_code != TURNED_AWAY


def limit_view(app: Flask, endpoint: str, rule: str) -> None:
    """Limit the POSTs of a view that somebody else registered; those that were judged count."""
    limited = limiter.limit(rule, methods=["POST"], deduct_when=was_judged)
    app.view_functions[endpoint] = limited(app.view_functions[endpoint])
