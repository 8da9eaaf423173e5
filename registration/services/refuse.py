"""The refusal, by a second person, with its reason: letter, e-mail, and the papers stay for ten years."""

from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.clock import day_in_tokyo
from app.core.errors import DomainError
from app.core.transaction import transaction
from models.enums import ControlSide, DecisionKind, LetterKind, PapersFate, RefusalReason
from registration import queries
from registration.errors import PaperFieldError
from registration.notice_proposals import recipient_of
from registration.rules.my_number import contains_my_number
from registration.rules.recipients import Recipient
from registration.rules.refusals import RefusalError, require_fate, require_reason
from registration.rules.states import Event, next_status
from registration.services.letter_steps import write_letter
from registration.services.notice_steps import end_open_notice
from registration.services.steps import add_decision, digest_of, drop_emergency, refresh_due, stand_on_side

__all__ = ["RefusalError", "refuse_application"]


def refuse_application(
    application_id: UUID,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
    reason_code: RefusalReason = RefusalReason.OTHER,
    papers: PapersFate = PapersFate.KEPT,
    recipient: Recipient | None = None,
) -> None:
    """Refuse a case. The papers are kept for ten years from today (施行規則12(2)).

    Args:
        application_id: a case that is in review or reviewed.
        reason: in words; the company reads it.
        actor: an approver who has never worked on this case.
        now: the present moment.
        reason_code: which of the reasons the letter words.
        papers: must be kept.
        recipient: as checked on the screen; as recorded on the case if left out.

    Raises:
        RefusalError: no reason, or papers that should go back.
        PaperFieldError: an individual number in the reason.
        RecipientError: no address is known.
        FourEyesError: this person worked on the case.
        IllegalTransitionError: the case cannot be refused in this state.
    """
    try:
        require_fate(LetterKind.REFUSAL_NOTICE, papers)
        _refuse(application_id, require_reason(reason), reason_code, recipient, actor=actor, now=now)
    except DomainError as error:
        audit.attempt(
            "application:refuse",
            subject_type="application",
            subject_id=application_id,
            actor=actor,
            outcome="refused",
            error=error.code,
        )
        raise


def _refuse(
    application_id: UUID,
    reason: str,
    code: RefusalReason,
    recipient: Recipient | None,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    if contains_my_number(reason):
        raise PaperFieldError("my-number", field="reason")
    with transaction():
        case = queries.case_for_update(application_id)
        status = next_status(case.status, Event.REFUSE)
        stand_on_side(application_id, ControlSide.DECIDED, actor=actor, now=now)
        digest = digest_of(case)
        end_open_notice(case, reason=reason, actor=actor, now=now)
        drop_emergency(case, actor=actor, now=now, cause="application:refuse")
        case.status, case.closed_on = status, day_in_tokyo(now)
        letter = write_letter(
            case,
            LetterKind.REFUSAL_NOTICE,
            recipient or recipient_of(case),
            papers=[],
            actor=actor,
            now=now,
            reason_code=code,
            reason=reason,
        )
        refresh_due(case)
        add_decision(case, DecisionKind.REFUSED, digest=digest, actor=actor, now=now, reason=reason)
        audit.record(
            "application:refuse",
            subject_type="application",
            subject_id=application_id,
            actor=actor,
            detail={"code": code, "reason": reason, "keep_until": letter.keep_until},
        )
