"""The holder asks with the 失効PIN: for the day on which the key is not there to sign with."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import NotFoundError
from app.core.transaction import transaction
from issuance import queries
from issuance.errors import PinExpiredError, PinLockedError, PinUsedError, RevocationError
from issuance.rules.states import require_step
from issuance.services.check_pin import holder_of
from issuance.services.receive_revocation import RequestDetails, enter_request
from issuance.services.revocation_steps import settle_pin
from models.applications import Applicant
from models.certificates import Certificate
from models.enums import PinKind, PinStatus, RevocationAsker, RevocationChannel, RevocationRequestStatus
from models.pin_secrets import PinSecret
from models.revocations import RevocationRequest


@dataclass(frozen=True, slots=True)
class HolderWish:
    """What the holder chose on the page."""

    circumstance: str
    invalid_since: datetime | None = None
    explanation: str = ""


def revoke_by_pin(pin_id: UUID, certificate_ids: Collection[UUID], wish: HolderWish, *, now: datetime) -> list[UUID]:
    """Take the request of somebody whose PIN was just checked (`check_pin`), for one or several certificates.

    A compromise, loss or theft is revoked at once and uses the PIN up; else one person decides.

    Returns:
        keys of the requests, in the order of the certificates.

    Raises:
        RevocationError: revocation-nothing-chosen, and see `enter_request`.
        PinUsedError, PinLockedError, PinExpiredError: the PIN is of no more use.
        NotFoundError: a certificate is not this holder's.
    """
    if not certificate_ids:
        raise RevocationError("revocation-nothing-chosen", field="certificates")
    with transaction():
        # Certificates before the PIN, as every decision locks them.
        certificates = [queries.get_certificate_for_update(each) for each in sorted(set(certificate_ids))]
        secret = queries.get_pin_for_update(pin_id)
        holder = holder_of(db.session.get_one(Applicant, secret.applicant_id))
        _reserve(secret, holder)
        made = [_enter(each, secret, wish, holder, now) for each in certificates]
        if any(request.status is RevocationRequestStatus.REVOKED for request in made):
            settle_pin(secret.applicant_id, is_used=True, now=now)
        return [request.id for request in made]


def _reserve(secret: PinSecret, holder: Actor) -> None:
    if secret.kind is not PinKind.REVOCATION:
        raise NotFoundError("pin")
    if secret.status is PinStatus.USED:
        raise PinUsedError
    if secret.status is PinStatus.LOCKED:
        raise PinLockedError
    if secret.status in {PinStatus.DESTROYED, PinStatus.EXPIRED}:
        raise PinExpiredError
    if secret.status is PinStatus.ISSUED:
        secret.status = require_step(secret.status, PinStatus.RESERVED)
    audit.record("pin:use", subject_type="pin_secret", subject_id=secret.id, actor=holder)


def _enter(
    certificate: Certificate, secret: PinSecret, wish: HolderWish, holder: Actor, now: datetime
) -> RevocationRequest:
    if certificate.applicant_id != secret.applicant_id:
        raise NotFoundError("certificate", id=certificate.id)
    details = RequestDetails(
        asked_by=RevocationAsker.HOLDER,
        asker_name=holder.name,
        channel=RevocationChannel.SITE_PIN,
        circumstance=wish.circumstance,
        asked_at=now,
        explanation=wish.explanation,
        invalid_since=wish.invalid_since,
    )
    return enter_request(certificate, details, actor=holder, now=now)
