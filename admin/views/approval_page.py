"""What the page of a decision shows: everything that was checked, and by whom. Shared by approval and emergency."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from wtforms.fields.choices import SelectChoice

from admin import messages_approval as words
from admin.access import may
from admin.messages_registration import fault_sentence
from admin.views.desk import extends_over_closed_days
from app.core import clock
from app.core.db import db
from app.security import current_staff
from models.applications import Application
from models.decisions import Decision
from models.enums import ApplicationKind, ControlSide
from models.staff import StaffUser
from registration import decision_queries, queries
from registration.rules.approval_profile import Profile, Step, application_valid_until, review_valid_until
from registration.rules.changes import follows, split_difference
from registration.rules.checklist import paper_spec


@dataclass(frozen=True, slots=True)
class StepState:
    """A step of the case's profile as the page shows it."""

    step: Step
    decision: Decision | None  # who took it in this round
    is_open: bool
    who_may: list[str]


def confirmation_choices(codes: tuple[str, ...]) -> list[SelectChoice]:
    """Tick boxes for these confirmations."""
    return [SelectChoice(code, words.CONFIRMATIONS[code]) for code in codes]


def page_context(case: Application) -> dict[str, Any]:
    """Everything that `approval.html` and `emergency.html` show of a case."""
    profile = decision_queries.get_profile(case.approval_profile_version)
    standings = decision_queries.list_standings(case.id)
    person = current_staff()
    own = next((each for each in standings if person is not None and each.staff_id == person.id), None)
    steps = _steps(case, profile)
    return {
        "case": case,
        "words": words,
        "profile": profile,
        "steps": steps,
        "open_step": next((each for each in steps if each.is_open), None),
        "standings": standings,
        "own_side": own.side if own else None,
        "took_step": person is not None
        and any(each.decision and each.decision.decided_by == person.id for each in steps),
        "emergency": decision_queries.find_emergency(case.id),
        "lapse": decision_queries.lapse(case, profile, clock.today()),
        "valid_until": _valid_until(case, profile),
        "faults": queries.faults_of(case, extend_over_closed_days=extends_over_closed_days()),
        "fault_sentence": fault_sentence,
        "spec_of": lambda paper: paper_spec(paper.kind, case.profile_version),
        "names": names_of(case),
        "can_see": may("paper:read"),
        "may_act": _may_act(steps, own.side if own else None, person),
        **change_context(case),
    }


def change_context(case: Application) -> dict[str, Any]:
    """Old and new side by side, and what follows, of a change application."""
    if case.kind is not ApplicationKind.CHANGE:
        return {"changes": [], "follows": [], "live_certificates": 0}
    order = [field.code for field in decision_queries.list_change_fields(case)]
    changes = sorted(case.changes, key=lambda each: order.index(each.field) if each.field in order else len(order))
    return {
        "changes": [(each, *split_difference(each.old_value, each.new_value)) for each in changes],
        "follows": [words.FOLLOWS[code] for code in follows(case.change_items)],
        "live_certificates": decision_queries.count_live_certificates(case.company_id),
    }


def _steps(case: Application, profile: Profile) -> list[StepState]:
    taken = {each.step: each for each in decision_queries.steps_taken(case)}
    following = decision_queries.open_step(case, profile)
    return [
        StepState(
            step,
            taken.get(step.code),
            step == following,
            decision_queries.list_who_may_act(case, step) if step == following else [],
        )
        for step in profile.steps
    ]


def _may_act(steps: list[StepState], side: ControlSide | None, person: StaffUser | None) -> bool:
    step = next((each.step for each in steps if each.is_open), None)
    if step is None or person is None or side is ControlSide.WORKED or step.role not in person.roles:
        return False
    return not any(each.decision and each.decision.decided_by == person.id for each in steps)


def _valid_until(case: Application, profile: Profile) -> Any:  # noqa: ANN401  a day or nothing
    if case.reviewed_at is None:
        return None
    reviewed_on = clock.day_in_tokyo(case.reviewed_at)
    return min(review_valid_until(profile, reviewed_on), application_valid_until(profile, case.received_on))


def names_of(case: Application) -> dict[UUID, str]:
    """Names of everybody who recorded or checked something."""
    ids = {check.checked_by for paper in case.papers for check in paper.checks}
    ids |= {paper.recorded_by for paper in case.papers if paper.recorded_by}
    ids |= {change.recorded_by for change in case.changes}
    return dict(db.session.execute(select(StaffUser.id, StaffUser.name).where(StaffUser.id.in_(ids))).all())
