"""An officer answers, with a reason, a question that no rule may answer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.db import db
from app.core.transaction import transaction
from models.applications import Application
from models.enums import JudgementKind
from models.judgements import Judgement
from registration import queries
from registration.errors import JudgementError
from registration.review_queries import looks_of
from registration.rules.circumstances import CERTIFICATE_NAME, CHOICE, NO_COMPANY_SEAL, Question
from registration.rules.my_number import contains_my_number
from registration.services.name_steps import refresh_certificate_name
from registration.services.steps import work_on


@dataclass(frozen=True, slots=True)
class Answered:
    """What the officer says."""

    code: str
    accepted: bool
    reason: str
    facts: dict[str, Any]  # as they stood on the screen: whoever judges must see what is judged
    paper_id: UUID | None = None
    choice: str = ""
    alternative: str = ""  # setting COMPANY_SEAL_ALTERNATIVE, of a company without a registered seal


def judge(application_id: UUID, answered: Answered, *, actor: Actor, now: datetime) -> None:
    """Write a judgement down, over an earlier one on the same question.

    Raises:
        JudgementError: nobody asks this, there is no reason, the facts are others by now, no such choice, no alternative.
        FourEyesError, IllegalTransitionError: not this person, or not any more.
    """
    reason = answered.reason.strip()
    if not reason or contains_my_number(reason):
        raise JudgementError("judgement-reason", field="reason")
    with transaction():
        case = queries.case_for_update(application_id)
        kind, facts = _asked(case, answered)
        work_on(case, actor=actor, now=now)
        judgement = next(
            (each for each in case.judgements if (each.paper_id, each.code) == (answered.paper_id, answered.code)), None
        )
        if judgement is None:
            judgement = Judgement(code=answered.code, paper_id=answered.paper_id)
            case.judgements.append(judgement)
        assert actor.id is not None
        judgement.kind, judgement.facts, judgement.accepted, judgement.reason = kind, facts, answered.accepted, reason
        judgement.judged_by, judgement.judged_by_name, judgement.judged_at = actor.id, actor.name, now
        if answered.code.startswith(CERTIFICATE_NAME):
            for applicant in case.applicants:
                refresh_certificate_name(case, applicant)
        db.session.flush()
        audit.record(
            "application:judge",
            subject_type="application",
            subject_id=application_id,
            actor=actor,
            detail={"question": answered.code, "accepted": answered.accepted, "reason": reason, "facts": facts},
        )


def _asked(case: Application, answered: Answered) -> tuple[JudgementKind, dict[str, Any]]:
    """The kind of the question and the facts to keep, if the case asks it now and on these facts."""
    looks = looks_of(case)
    if answered.paper_id is not None:
        for each in looks.compared:
            if (each.paper_id, each.code) == (answered.paper_id, answered.code) and each.may_be_judged:
                _require_same(each.facts, answered.facts)
                return JudgementKind.COMPARISON, dict(each.facts)
        raise JudgementError("judgement-not-asked")
    question = next((each for each in looks.questions if each.code == answered.code), None)
    if question is None:
        raise JudgementError("judgement-not-asked")
    _require_same(dict(question.facts), answered.facts)
    return question.kind, {**question.facts, **_own(question, answered)}


def _own(question: Question, answered: Answered) -> dict[str, str]:
    """What an answer says beside yes or no."""
    if question.choices:
        if answered.choice not in question.choices:
            raise JudgementError("no-such-choice", field=CHOICE)
        return {CHOICE: answered.choice}
    if question.code == NO_COMPANY_SEAL and answered.accepted:
        if not answered.alternative:
            raise JudgementError("no-seal-alternative")
        return {"alternative": answered.alternative}
    return {}


def _require_same(now: dict[str, Any], then: dict[str, Any]) -> None:
    if now != then:
        raise JudgementError("facts-changed")
