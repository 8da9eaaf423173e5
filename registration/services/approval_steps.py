"""What the ordinary approval and the emergency procedure share: neither is easier than the other on the case itself."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from app.core.clock import day_in_tokyo
from app.core.db import db
from app.core.transaction import require_transaction
from app.jobs import defer
from models.applications import Application
from models.enums import ApplicationKind, ApplicationStatus, Service
from registration import decision_queries, queries
from registration.errors import (
    CaseWorkError,
    ChangedSinceReviewError,
    FourEyesError,
    IncompleteReviewError,
    LapsedError,
    StepRefusedError,
)
from registration.rules.approval_profile import Profile, missing_confirmations
from registration.rules.changes import follows
from registration.services.apply_change import apply_change
from registration.services.record_contacts import record_contacts
from registration.services.steps import digest_of, refresh_due


def require_decidable(
    case: Application, profile: Profile, *, digest: str, now: datetime, extend_over_closed_days: bool
) -> None:
    """The case is complete, in time, and exactly what was reviewed and looked at.

    Raises:
        CaseWorkError: the case is on hold.
        IncompleteReviewError: a paper is stale or a check is missing after all.
        LapsedError: the review or the application is too old by the case's profile.
        ChangedSinceReviewError: the case is not what was reviewed, or not what was on the screen.
    """
    require_transaction()
    if case.held_at is not None:
        raise CaseWorkError("case-on-hold", reason=case.held_reason)
    if faults := queries.faults_of(case, extend_over_closed_days=extend_over_closed_days):
        raise IncompleteReviewError(faults)
    if lapse := decision_queries.lapse(case, profile, day_in_tokyo(now)):
        raise LapsedError(lapse.what, lapse.last_day)
    if not case.reviewed_digest == digest == digest_of(case):
        raise ChangedSinceReviewError


def require_confirmed(asked: Collection[str], given: Collection[str] | None) -> list[str]:
    """The confirmations to write down. None: the caller is no screen and vouches for all of them.

    Raises:
        StepRefusedError: one was not ticked.
    """
    if given is None:
        return list(asked)
    if missing := missing_confirmations(asked, given):
        raise StepRefusedError("confirmations-missing", field="confirmations", count=len(missing))
    return [code for code in asked if code in given]


def complete_approval(case: Application, *, now: datetime) -> None:
    """The last step was taken: the case is approved, what it changes is applied, what follows is promised."""
    require_transaction()
    case.status, case.approved_at, case.closed_on = ApplicationStatus.APPROVED, now, day_in_tokyo(now)
    refresh_due(case)
    if case.kind is ApplicationKind.CHANGE:
        apply_change(case, now=now)
        _promise_change(case)
    else:
        record_contacts(case)
        _promise(case)


def flush_as_decider() -> None:
    """The unique indexes are the last line: they also hold between two transactions."""
    try:
        db.session.flush()
    except IntegrityError as error:
        text = str(error.orig)
        if "control_action" in text:
            raise FourEyesError from error
        if "uq_decision_approver" in text:
            raise StepRefusedError("second-step") from error
        if "uq_decision_step" in text:
            raise StepRefusedError("no-open-step") from error
        raise


def _promise(case: Application) -> None:
    if {Service.CONTRACT, Service.STORAGE} & set(case.services):
        defer("app.accounts.jobs.open_accounts", case.id)
    if Service.CERTIFICATE in case.services:
        _promise_letters(case)


def _promise_change(case: Application) -> None:
    for code in follows(case.change_items):
        match code:
            case "revoke-certificates":
                defer("issuance.jobs.revoke_for_change", case.id)
            case "readdress-invoices":
                defer("app.billing.jobs.readdress_invoices", case.id)
            case "open-user-ids":
                defer("app.accounts.jobs.open_further_user_ids", case.id)
            case "prepare-letters":
                _promise_letters(case)
            case "cancel-account":
                defer("app.accounts.jobs.cancel_account", case.id)


def _promise_letters(case: Application) -> None:
    for applicant in case.applicants:
        if applicant.wants_certificate:
            defer("mailings.jobs.prepare_letter", applicant.id)
