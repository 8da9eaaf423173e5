"""The contents were approved like this and are wrong: no certificate by this letter, and the holder is told why."""

from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.transaction import transaction
from app.jobs import defer
from issuance.queries.contents import ENDED
from issuance.rules.contents import require_words
from issuance.rules.states import require_step
from issuance.services.contents_steps import lock_refused
from models.enums import PinStatus


def end_contents(applicant_id: UUID, *, seen: int, reason: str, actor: Actor, now: datetime) -> None:
    """Destroy the 申請PIN and promise the e-mail with the reason. Nothing was asked for yet, so that nothing else ends.

    Decider and reason are on record (施行規則12条1項1号ニ, ホ).

    Args:
        applicant_id: whose contents.
        seen: number of the entry that was looked at.
        reason: the holder reads it.
        actor: who decides.
        now: the present moment.

    Raises:
        ContentsError: contents-reason-needed, contents-reason-long.
        StaleError: somebody was quicker, or the holder has said something else since.
    """
    told = require_words(reason, field="reason", code="contents-reason")
    with transaction():
        refused = lock_refused(applicant_id, seen)
        if refused.pin.status is PinStatus.ISSUED:
            refused.pin.status, refused.pin.ended_at = require_step(refused.pin.status, PinStatus.DESTROYED), now
            audit.record("pin:destroy", subject_type="pin_secret", subject_id=refused.pin.id, actor=actor)
        audit.record(
            ENDED,
            subject_type="applicant",
            subject_id=applicant_id,
            actor=actor,
            detail={"pin": refused.pin.id, "reason": told},
        )
        defer("mailings.jobs.email_contents_answered", applicant_id)
