"""An officer has looked at refused contents: the holder reads the answer and looks at the contents again."""

from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.transaction import transaction
from app.jobs import defer
from issuance.errors import ContentsError
from issuance.queries.contents import ANSWERED
from issuance.rules.contents import require_words
from issuance.services.check_pin import is_usable
from issuance.services.contents_steps import lock_refused
from issuance.services.preview_certificate import preview_certificate


def answer_contents(applicant_id: UUID, *, seen: int, answer: str, actor: Actor, now: datetime) -> None:
    """Settle it, and promise the e-mail with the answer. The 申請PIN stays usable.

    Args:
        applicant_id: whose contents.
        seen: number of the entry that the officer looked at.
        answer: what was put right, or why it is right as it is; the holder reads it.
        actor: who answers.
        now: the present moment.

    Raises:
        ContentsError: contents-answer-needed, contents-answer-long; contents-still-unfit, contents-pin-over: the
            holder could not go on.
        StaleError: somebody was quicker, or the holder has said something else since.
    """
    told = require_words(answer, field="answer", code="contents-answer")
    with transaction():
        refused = lock_refused(applicant_id, seen)
        if not is_usable(refused.pin, now):
            raise ContentsError("contents-pin-over")
        problem = preview_certificate(applicant_id, now=now).problem
        if problem is not None:
            raise ContentsError("contents-still-unfit", why=problem.code)
        audit.record(
            ANSWERED,
            subject_type="applicant",
            subject_id=applicant_id,
            actor=actor,
            detail={"pin": refused.pin.id, "answer": told},
        )
        defer("mailings.jobs.email_contents_answered", applicant_id)
