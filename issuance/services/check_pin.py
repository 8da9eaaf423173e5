"""Checking a PIN that somebody typed: counted, locked after five wrong ones, each refusal on record."""

from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import SYSTEM, Actor, ActorKind
from app.core.clock import day_in_tokyo
from app.core.db import db
from app.core.errors import DomainError
from app.core.transaction import transaction
from issuance import queries
from issuance.errors import PinExpiredError, PinLockedError, PinTypingError, PinUsedError, PinWrongError
from issuance.queries.requests import is_pin_at_work
from issuance.rules.pins import MOST_ATTEMPTS, MistypedPinError, parse_pin
from issuance.rules.states import require_step
from issuance.services.verifier import is_right, try_nothing
from models.applications import Applicant
from models.enums import PinKind, PinStatus
from models.pin_secrets import PinSecret


def check_pin(
    application_number: str, typed: str, kind: PinKind, *, now: datetime, also_used: bool = False
) -> PinSecret:
    """The secret that this application number and PIN belong to. Nothing is used up by looking.

    Args:
        application_number: as printed on the approval notice.
        typed: the PIN, however it was typed.
        kind: which of the two PINs.
        now: the present moment.
        also_used: take a PIN that did its work, too: for whoever asks what became of it.

    Raises:
        PinTypingError: the check character does not fit; no attempt is counted.
        PinWrongError: wrong; one attempt is counted.
        PinLockedError, PinUsedError, PinExpiredError: the PIN is of no more use.
        SignerUnavailableError: the signing process does not answer; no attempt is counted.
    """
    number = application_number.strip().upper()
    applicant = queries.find_applicant(number)
    try:
        pin = parse_pin(typed)
    except MistypedPinError:
        _note(applicant, kind, "pin-typing", number)
        raise PinTypingError from None
    try:
        if applicant is None:
            db.session.rollback()
            try_nothing(pin, kind)
            raise PinWrongError
        return _check(applicant, pin, kind, now, also_used=also_used)
    except DomainError as error:
        _note(applicant, kind, error.code, number)
        raise


def _check(applicant: Applicant, pin: str, kind: PinKind, now: datetime, *, also_used: bool) -> PinSecret:
    secret = queries.find_pin(applicant.id, kind)
    if secret is None:
        db.session.rollback()
        try_nothing(pin, kind)
        raise PinWrongError
    applicant_id, secret_id, verifier = applicant.id, secret.id, secret.verifier
    db.session.rollback()
    # Slow on purpose, so not while a row is locked; the state is judged afterwards, under the lock.
    right = is_right(pin, verifier, kind, applicant_id)
    error: DomainError | None = None
    with transaction():
        secret = queries.get_pin_for_update(secret_id)
        # While the certificate is made the PIN opens nothing more: it neither locks nor expires under the worker's hands.
        if is_pin_at_work(secret_id):
            error = None if right else PinWrongError()
        elif not right:
            error = _count(secret, now)
        elif not (also_used and secret.status is PinStatus.USED):
            error = _state_error(secret, now)
    if error is not None:
        raise error
    return db.session.get_one(PinSecret, secret_id)


def _count(secret: PinSecret, now: datetime) -> DomainError:
    """One more wrong attempt; the fifth locks. Committed although the caller gets an error."""
    if secret.status is PinStatus.LOCKED:
        return PinLockedError()
    if secret.status not in queries.LIVE_PIN:
        return PinWrongError()
    secret.attempts += 1
    if secret.attempts >= MOST_ATTEMPTS:
        secret.status = require_step(secret.status, PinStatus.LOCKED)
        secret.ended_at = now
        audit.record("pin:lock", subject_type="pin_secret", subject_id=secret.id, actor=SYSTEM)
        return PinLockedError()
    return PinWrongError()


def require_usable(secret: PinSecret, now: datetime) -> None:
    """Inner step: nothing keeps a PIN that was accepted earlier from being used now.

    Raises:
        PinLockedError, PinUsedError, PinExpiredError: see check_pin.
    """
    error = _state_of(secret, now)
    if error is not None:
        raise error


def is_usable(secret: PinSecret, now: datetime) -> bool:
    """Whether nothing keeps a PIN from being used now."""
    return _state_of(secret, now) is None


def _state_of(secret: PinSecret, now: datetime) -> DomainError | None:
    """What keeps the right PIN from being used. Only whoever has the PIN learns this."""
    if secret.status is PinStatus.LOCKED:
        return PinLockedError()
    if secret.status is PinStatus.USED:
        return PinUsedError()
    if secret.status in {PinStatus.DESTROYED, PinStatus.EXPIRED}:
        return PinExpiredError()
    if secret.usable_until is not None and day_in_tokyo(now) > secret.usable_until:
        return PinExpiredError(day=secret.usable_until.isoformat())
    return None


def _state_error(secret: PinSecret, now: datetime) -> DomainError | None:
    """The same; a PIN whose time is over is marked so."""
    error = _state_of(secret, now)
    if isinstance(error, PinExpiredError) and secret.status in queries.LIVE_PIN:
        secret.status = require_step(secret.status, PinStatus.EXPIRED)
        secret.ended_at = now
        audit.record("pin:expire", subject_type="pin_secret", subject_id=secret.id, actor=SYSTEM)
    return error


def holder_of(applicant: Applicant | None, number: str = "") -> Actor:
    """The holder, as records name them before any sign-in."""
    key: UUID | None = applicant.id if applicant else None
    return Actor(ActorKind.HOLDER, key, applicant.name if applicant else f"({number[:40]})")


def _note(applicant: Applicant | None, kind: PinKind, code: str, number: str) -> None:
    actor = holder_of(applicant, number)
    db.session.rollback()
    audit.attempt(
        "pin:check",
        subject_type="applicant",
        subject_id=actor.id or "unknown",
        actor=actor,
        outcome="refused",
        error=code,
        detail={"kind": kind},
    )
