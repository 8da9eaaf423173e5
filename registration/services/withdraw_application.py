"""The company takes its application back."""

from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.clock import day_in_tokyo
from app.core.errors import DomainError
from app.core.transaction import transaction
from models.enums import ControlSide, DecisionKind, LetterKind, PapersFate
from registration import queries
from registration.notice_proposals import recipient_of
from registration.rules.recipients import Recipient
from registration.rules.refusals import require_fate, require_reason
from registration.rules.states import Event, next_status
from registration.services.letter_steps import write_letter
from registration.services.notice_steps import end_open_notice
from registration.services.steps import add_decision, digest_of, drop_emergency, refresh_due, stand_on_side


def withdraw_application(
    application_id: UUID,
    *,
    reason: str,
    papers: PapersFate,
    actor: Actor,
    now: datetime,
    recipient: Recipient | None = None,
) -> None:
    """Record that the company withdrew, confirm it by letter and e-mail, and send the papers back if it wants them.

    Args:
        application_id: an open case.
        reason: what the company said, and who said it.
        papers: whether they go back with the letter, or stay until they are destroyed.
        actor: an officer.
        now: the present moment.
        recipient: as checked on the screen; as recorded on the case if left out.

    Raises:
        RefusalError: no reason.
        NoticeError: a sheet cannot go back now (lent, on hold, or another case needs it).
        RecipientError: no address is known.
        FourEyesError, IllegalTransitionError: not this person, or the case is closed.
    """
    try:
        _withdraw(application_id, require_reason(reason), papers, recipient, actor=actor, now=now)
    except DomainError as error:
        audit.attempt(
            "application:withdraw",
            subject_type="application",
            subject_id=application_id,
            actor=actor,
            outcome="refused",
            error=error.code,
        )
        raise


def _withdraw(
    application_id: UUID, reason: str, papers: PapersFate, recipient: Recipient | None, *, actor: Actor, now: datetime
) -> None:
    require_fate(LetterKind.WITHDRAWAL_NOTICE, papers)
    with transaction():
        case = queries.case_for_update(application_id)
        status = next_status(case.status, Event.WITHDRAW)
        stand_on_side(application_id, ControlSide.WORKED, actor=actor, now=now)
        digest = digest_of(case)
        end_open_notice(case, reason=reason, actor=actor, now=now)
        drop_emergency(case, actor=actor, now=now, cause="application:withdraw")
        case.status, case.closed_on = status, day_in_tokyo(now)
        here = [paper for paper in case.papers if paper.sheet_id is not None]
        letter = write_letter(
            case,
            LetterKind.WITHDRAWAL_NOTICE,
            recipient or recipient_of(case),
            papers=here if papers is PapersFate.RETURNED else [],
            actor=actor,
            now=now,
            reason=reason,
            fate=papers,
        )
        refresh_due(case)
        add_decision(case, DecisionKind.WITHDRAWN, digest=digest, actor=actor, now=now, reason=reason)
        audit.record(
            "application:withdraw",
            subject_type="application",
            subject_id=application_id,
            actor=actor,
            detail={"reason": reason, "papers": papers, "sheets_back": len(letter.enclosures)},
        )
