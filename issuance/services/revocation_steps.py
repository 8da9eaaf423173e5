"""Inner steps that every way to a revocation shares: the row with its CRL entry, who is told, what falls with it."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from app import audit
from app.core.actor import Actor, ActorKind
from app.core.db import db
from app.core.transaction import require_transaction
from app.jobs import defer
from issuance import queries
from issuance.errors import RevocationError
from issuance.queries.revocations import (
    find_open_request_for_update,
    find_revocation,
    get_holder,
    is_address_blocked,
)
from issuance.rules.revocation import crl_entry, require_invalid_since
from issuance.rules.states import require_step
from models.certificates import Certificate, CertificateNotice, Revocation
from models.enums import (
    CertificateNoticeKind,
    CertificateStatus,
    NoticeChannel,
    PinKind,
    PinStatus,
    RevocationAsker,
    RevocationChannel,
    RevocationRequestStatus,
)
from models.revocations import RevocationRequest


def require_revocable(certificate: Certificate, now: datetime) -> None:
    """Guard: it was issued, is valid, and not revoked yet.

    Raises:
        RevocationError: revocation-already, revocation-expired, revocation-not-issued.
    """
    if certificate.status is CertificateStatus.REVOKED:
        known = find_revocation(certificate.id)
        raise RevocationError("revocation-already", at=known.revoked_at if known else now)
    if certificate.status is CertificateStatus.EXPIRED or (
        certificate.not_after is not None and certificate.not_after <= now
    ):
        raise RevocationError("revocation-expired", at=certificate.not_after)
    if certificate.status in {CertificateStatus.SERIAL_RESERVED, CertificateStatus.INTENDED}:
        raise RevocationError("revocation-not-issued")


def record_revocation(  # noqa: PLR0913  which, why, on whose word and when it came, who decided, when
    certificate: Certificate,
    *,
    reason: str,
    asked_by: str,
    asked_at: datetime,
    actor: Actor,
    now: datetime,
    invalid_since: datetime | None = None,
    request_id: UUID | None = None,
    batch_id: UUID | None = None,
    decided_by_name: str = "",
    overtakes: bool = True,
) -> Revocation:
    """The certificate, locked by the caller, is revoked: entry, audit, holder told, open request closed.

    The CRL is the caller's to promise: one for a whole list. `overtakes` is False if the caller knows that no request
    about the certificate is open.

    Raises:
        IllegalTransitionError: it is revoked already, expired, or was never issued.
        RevocationError: revocation-since-future, revocation-since-before.
    """
    require_transaction()
    require_invalid_since(invalid_since, not_before=certificate.not_before, now=now)
    certificate.status = require_step(certificate.status, CertificateStatus.REVOKED)
    moment = _whole_seconds(now)
    since = _whole_seconds(invalid_since) if invalid_since else None
    row = Revocation(
        id=uuid4(),
        certificate_id=certificate.id,
        ca_certificate_id=certificate.ca_certificate_id,
        shard=certificate.shard,
        request_id=request_id,
        batch_id=batch_id,
        reason=reason,
        asked_by=asked_by,
        asked_at=asked_at,
        revoked_at=moment,
        invalid_since=since,
        decided_by_name=decided_by_name or actor.name,
        crl_entry=crl_entry(int(certificate.serial, 16), moment, reason, since),
    )
    db.session.add(row)
    detail = {"serial": certificate.serial, "reason": reason, "asked_by": asked_by, "asked_at": asked_at}
    audit.record(
        "certificate:revoke",
        subject_type="certificate",
        subject_id=certificate.id,
        actor=actor,
        detail=detail | ({"invalid_since": since} if since else {}) | ({"batch": batch_id} if batch_id else {}),
    )
    if overtakes:
        overtake_request(certificate, except_request=request_id, actor=actor, now=now)
    _tell_holder(certificate, asked_by=asked_by, now=now)
    defer("issuance.jobs.ocsp.purge", certificate.id)
    return row


def settle_pin(applicant_id: UUID, *, is_used: bool, now: datetime) -> None:
    """The 失効PIN that a request came with: used up by the revocation, usable again after a refusal."""
    require_transaction()
    for secret in queries.list_live_pins_for_update(applicant_id, PinKind.REVOCATION):
        if secret.status is not PinStatus.RESERVED:
            continue
        secret.status = require_step(secret.status, PinStatus.USED if is_used else PinStatus.ISSUED)
        secret.ended_at = now if is_used else None


def close_request(request: RevocationRequest, status: RevocationRequestStatus, *, actor: Actor, now: datetime) -> None:
    """A request comes to its end; whoever decided stands in it by name (施行規則12条1項2号ロ)."""
    request.status = require_step(request.status, status)
    request.decided_at, request.decided_by_name = now, actor.name
    request.decided_by = actor.id if actor.kind is ActorKind.STAFF else None


def overtake_request(certificate: Certificate, *, except_request: UUID | None, actor: Actor, now: datetime) -> None:
    """A request that is still open has nothing left to ask for."""
    require_transaction()
    request = find_open_request_for_update(certificate.id)
    if request is None or request.id == except_request:
        return
    request.status = require_step(request.status, RevocationRequestStatus.OVERTAKEN)
    request.decided_at, request.decided_by_name = now, actor.name
    if request.channel is RevocationChannel.SITE_PIN:
        settle_pin(certificate.applicant_id, is_used=True, now=now)
    audit.record(
        "revocation:overtake",
        subject_type="revocation_request",
        subject_id=request.id,
        actor=actor,
        detail={"number": request.number},
    )


def _tell_holder(certificate: Certificate, *, asked_by: str, now: datetime) -> None:
    """施行規則6条12号: without delay. By e-mail, and by letter if none arrives there or somebody else asked."""
    holder = get_holder(certificate)
    if holder.email:
        defer("mailings.jobs.email_certificate_revoked", certificate.id)
    if holder.email and asked_by == RevocationAsker.HOLDER.value and not is_address_blocked(holder.email):
        return
    notice = CertificateNotice(
        id=uuid4(),
        certificate_id=certificate.id,
        kind=CertificateNoticeKind.REVOCATION,
        step=0,
        channel=NoticeChannel.LETTER,
        created_at=now,
    )
    db.session.add(notice)
    defer("mailings.jobs.prepare_certificate_letter", notice.id)


def _whole_seconds(moment: datetime) -> datetime:
    """As a CRL writes it."""
    return moment.astimezone(UTC).replace(microsecond=0)
