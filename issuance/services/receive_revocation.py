"""Somebody asks that a certificate be revoked. What cannot wait is revoked with the receipt, the rest is decided."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor, ActorKind
from app.core.clock import day_in_tokyo
from app.core.db import db
from app.core.transaction import require_transaction, transaction
from app.jobs import defer
from issuance import queries
from issuance.errors import RevocationError
from issuance.queries.revocations import find_open_request_for_update
from issuance.rules.revocation import require_invalid_since
from issuance.rules.revocation_policy import PAPERS, Terms, missing_papers, reason_of, terms_of
from issuance.rules.states import require_step
from issuance.services.revocation_steps import close_request, overtake_request, record_revocation, require_revocable
from models.certificates import Certificate
from models.enums import CertificateStatus, RevocationAsker, RevocationChannel, RevocationRequestStatus
from models.revocations import RevocationRequest

MOST_EXPLANATION = 2000


@dataclass(frozen=True, slots=True)
class RequestDetails:
    """A request as it came."""

    asked_by: RevocationAsker
    asker_name: str
    channel: RevocationChannel
    circumstance: str  # issuance.rules.revocation_policy.CIRCUMSTANCES
    asked_at: datetime
    explanation: str = ""
    papers: tuple[str, ...] = ()  # which came, by code
    call_back: str = ""  # of a telephone call: which number of ours was called back, when, what was asked
    invalid_since: datetime | None = None
    statement: bytes | None = None
    signature: bytes | None = None


def receive_revocation(certificate_id: UUID, details: RequestDetails, *, actor: Actor, now: datetime) -> UUID:
    """Enter a request that came on paper or by telephone, or that the authority makes itself.

    Returns:
        key of the request.

    Raises:
        RevocationError: what is wrong with it, see `enter_request`; a request of the holder by telephone needs its
            papers (the call back) at once: revocation-papers-missing.
        NotFoundError: there is no such certificate.
    """
    with transaction():
        return enter_request(queries.get_certificate_for_update(certificate_id), details, actor=actor, now=now).id


def enter_request(
    certificate: Certificate, details: RequestDetails, *, actor: Actor, now: datetime
) -> RevocationRequest:
    """Inner step: check and store a request about a certificate that the caller has locked; revoke if that cannot wait.

    Another one that waits keeps this one out, unless this one cannot wait, which overtakes it: a stolen
    key does not stay valid because somebody asked for something less urgent before.

    Raises:
        RevocationError: revocation-already, revocation-expired, revocation-not-issued, revocation-open (another
            request waits), revocation-circumstance, revocation-not-like-this, revocation-asker, revocation-paper,
            revocation-call-back, revocation-asked-later, revocation-since-future, revocation-since-before,
            revocation-explanation, revocation-papers-missing.
    """
    require_transaction()
    require_revocable(certificate, now)
    terms = _checked(certificate, details, now)
    if (waiting := find_open_request_for_update(certificate.id)) is not None:
        if not terms.fast:
            raise RevocationError("revocation-open", number=waiting.number)
        overtake_request(certificate, except_request=None, actor=actor, now=now)
    request = _stored(certificate, details, terms, actor=actor, now=now)
    _note("revocation:receive", request, actor)
    if terms.fast:
        _revoke_at_once(certificate, request, actor=actor, now=now)
    elif certificate.status is not CertificateStatus.SUSPECT:
        certificate.status = require_step(certificate.status, CertificateStatus.REVOCATION_REQUESTED)
    return request


def _checked(certificate: Certificate, details: RequestDetails, now: datetime) -> Terms:
    terms = terms_of(details.asked_by, details.channel, details.circumstance, details.papers)
    if not details.asker_name.strip():
        raise RevocationError("revocation-asker", field="asker_name")
    if unknown := [paper for paper in details.papers if paper not in PAPERS]:
        raise RevocationError("revocation-paper", field="papers", paper=unknown[0])
    if details.channel is RevocationChannel.TELEPHONE and not details.call_back.strip():
        raise RevocationError("revocation-call-back", field="call_back")
    if details.channel is RevocationChannel.AUTHORITY and not details.explanation.strip():
        raise RevocationError("revocation-explanation", field="explanation")
    if details.asked_at > now:
        raise RevocationError("revocation-asked-later", field="received_on")
    require_invalid_since(details.invalid_since, not_before=certificate.not_before, now=now)
    if terms.fast and (missing := missing_papers(terms, details.papers)):
        raise RevocationError("revocation-papers-missing", field="papers", papers=missing)
    return terms


def _stored(
    certificate: Certificate, details: RequestDetails, terms: Terms, *, actor: Actor, now: datetime
) -> RevocationRequest:
    is_staff = actor.kind is ActorKind.STAFF
    request = RevocationRequest(
        number="",
        certificate_id=certificate.id,
        status=RevocationRequestStatus.RECEIVED,
        asked_by=details.asked_by,
        asker_name=details.asker_name.strip(),
        channel=details.channel,
        circumstance=details.circumstance,
        reason=reason_of(details.circumstance),
        explanation=details.explanation.strip()[:MOST_EXPLANATION],
        papers=sorted(set(details.papers), key=PAPERS.index),
        call_back=details.call_back.strip(),
        invalid_since=details.invalid_since,
        statement=details.statement,
        signature=details.signature,
        needs_two=terms.needs_two,
        asked_at=details.asked_at,
        received_by=actor.id if is_staff else None,
        received_by_name=actor.name if is_staff else "",
        created_at=now,
    )
    db.session.add(request)
    db.session.flush()
    request.number = f"R-{day_in_tokyo(now).year}-{request.sequence:06d}"
    db.session.flush()
    return request


def _revoke_at_once(certificate: Certificate, request: RevocationRequest, *, actor: Actor, now: datetime) -> None:
    close_request(request, RevocationRequestStatus.REVOKED, actor=actor, now=now)
    row = record_revocation(
        certificate,
        reason=request.reason,
        asked_by=request.asked_by.value,
        asked_at=request.asked_at,
        actor=actor,
        now=now,
        invalid_since=request.invalid_since,
        request_id=request.id,
    )
    defer("issuance.jobs.publish_crl", row.id)


def _note(event: str, request: RevocationRequest, actor: Actor) -> None:
    audit.record(
        event,
        subject_type="revocation_request",
        subject_id=request.id,
        actor=actor,
        detail={
            "number": request.number,
            "asked_by": request.asked_by,
            "channel": request.channel,
            "circumstance": request.circumstance,
            "papers": request.papers,
        },
    )
