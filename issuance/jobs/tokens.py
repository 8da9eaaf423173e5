"""What follows when tokens are lost or run out. Each is safe to run twice."""

from datetime import datetime
from uuid import UUID

from app.core import clock
from app.core.actor import Actor, ActorKind
from app.core.db import db
from issuance.errors import UnfinishedError
from issuance.queries.certificates import list_certificates_on_token
from issuance.queries.tokens import get_token, get_token_event
from issuance.rules.token_loss import CIRCUMSTANCES
from issuance.services.end_enrolments import end_enrolments
from issuance.services.live_on_token import BEING_ISSUED, can_be_revoked
from issuance.services.revoke_certificate import revoke_certificate
from issuance.services.warn_low_stock import warn_low_stock as warn


def revoke_of_token(subject_id: str) -> None:
    """The token of this line of a book is lost or damaged: revoke what is on it, in the name of who recorded it.

    An enrolment that is open on it ends; PINs that were made after the report are another letter's.

    Raises:
        UnfinishedError: a certificate is just being issued; what is there was revoked, the promise is tried again.
    """
    line = get_token_event(UUID(subject_id))
    told = line.detail
    at = datetime.fromisoformat(told["until"]) if told.get("until") else line.at
    if told.get("circumstance") not in CIRCUMSTANCES:
        return
    token = get_token(line.token_id)
    applicant_id = token.applicant_id
    decider = Actor(ActorKind.STAFF, UUID(told["actor_id"]) if told.get("actor_id") else None, line.actor_name)
    db.session.rollback()
    if applicant_id is not None:
        end_enrolments(applicant_id, now=clock.now(), reason="token-gone", begun_until=at)
    found = list_certificates_on_token(get_token(token.id))
    live = [each.id for each in found if can_be_revoked(each, clock.now())]
    is_unfinished = any(each.status in BEING_ISSUED for each in found)
    db.session.rollback()
    for certificate_id in live:
        revoke_certificate(
            certificate_id,
            reason=CIRCUMSTANCES[told["circumstance"]][2],
            asked_by=told["reporter"],
            asked_at=datetime.fromisoformat(told["reported_at"]),
            actor=decider,
            now=clock.now(),
        )
    if is_unfinished:
        raise UnfinishedError("being-issued")


def warn_low_stock() -> None:
    """By the clock: tell once when the free tokens of a model come down to the level at which they are ordered again."""
    warn(now=clock.now())
