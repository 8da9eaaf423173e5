"""What a program is answered when something is refused: status, code, sentences, when to come again. The only such map."""

from dataclasses import dataclass
from typing import Any

from flask.typing import ResponseReturnValue

from app.core.db import db
from app.core.errors import DomainError
from app.enrol.messages import both_languages
from app.security.gate import RETRY_AFTER_SECONDS
from app.signer import SignerUnavailableError
from issuance.errors import PinExpiredError, PinLockedError, PinTypingError, PinUsedError, PinWrongError

SIGNER_SECONDS = 30
TOO_MANY_SECONDS = 60
TOO_MANY = DomainError("too-many")
BUSY = DomainError("busy", retry_after=RETRY_AFTER_SECONDS)

# The first class that fits. A class that is not here is something wrong with what was sent: 422.
STATUSES: tuple[tuple[type[DomainError], int], ...] = (
    (SignerUnavailableError, 503),
    (PinWrongError, 403),
    (PinTypingError, 403),
    (PinLockedError, 403),
    (PinUsedError, 403),
    (PinExpiredError, 403),
)
OTHERWISE = 422


@dataclass(frozen=True, slots=True)
class Refusal:
    """One refusal, for whoever puts it into a body."""

    status: int
    code: str
    message: dict[str, str]  # by language
    retry_after: int | None  # seconds; None: the same again will be refused again

    @property
    def headers(self) -> dict[str, str]:
        """HTTP headers."""
        return {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}


def refusal_of(error: DomainError) -> Refusal:
    """How an error is answered. An error with a field `retry_after` (seconds) says that it is busy: 503.

    The session is rolled back: a sentence may need nothing more of it.
    """
    db.session.rollback()
    retry_after = _seconds(error)
    status = 503 if retry_after is not None else _status(error)
    return Refusal(status, error.code, both_languages(error), retry_after)


def as_json(error: DomainError) -> ResponseReturnValue:
    """The refusal as the client `cectrust` reads it."""
    refusal = refusal_of(error)
    body: dict[str, Any] = {"error": refusal.code, "message": refusal.message}
    if refusal.retry_after is not None:
        body["retry_after"] = refusal.retry_after
    return body, refusal.status, refusal.headers


def busy() -> ResponseReturnValue:
    """Too many PINs are being checked at once; nothing was looked up."""
    return as_json(BUSY)


def too_many() -> ResponseReturnValue:
    """Too many requests from one address (RFC 6585 §4)."""
    body = {"error": TOO_MANY.code, "message": both_languages(TOO_MANY), "retry_after": TOO_MANY_SECONDS}
    return body, 429, {"Retry-After": str(TOO_MANY_SECONDS)}


def _status(error: DomainError) -> int:
    return next((status for kind, status in STATUSES if isinstance(error, kind)), OTHERWISE)


def _seconds(error: DomainError) -> int | None:
    given = getattr(error, "retry_after", None) or error.fields.get("retry_after")
    if given is not None:
        return max(1, round(float(given)))
    return SIGNER_SECONDS if isinstance(error, SignerUnavailableError) else None
