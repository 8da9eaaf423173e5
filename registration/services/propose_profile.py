"""An administrator proposes another approval profile; it holds for nothing until a second person activates it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from app import audit
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError
from app.core.transaction import transaction
from models.approval_profiles import ApprovalProfile
from registration import decision_queries
from registration.errors import ProfileDecisionError
from registration.rules.approval_profile import parse_profile


def propose_profile(  # noqa: PLR0913  what, why, whether the law asks for more, who, when
    content: Mapping[str, Any], *, reason: str, needs_accreditation: bool, actor: Actor, now: datetime
) -> UUID:
    """Store a version as proposed.

    Args:
        content: steps and days as `registration.rules.approval_profile.parse_profile` reads them.
        reason: why; whoever decides and whoever audits reads it.
        needs_accreditation: the change of the manner of business needs a 変更認定 first (電子署名法9条).
        actor: an administrator.
        now: the present moment.

    Returns:
        key of the version.

    Raises:
        ProfileContentError: the content is no profile.
        ProfileDecisionError: profile-reason-needed, profile-unchanged, proposal-open.
    """
    try:
        with transaction():
            return _propose(content, reason.strip(), needs_accreditation, actor, now)
    except DomainError as error:
        audit.attempt(
            "profile:propose",
            subject_type="approval_profile",
            subject_id="new",
            actor=actor,
            outcome="refused",
            error=error.code,
        )
        raise


def _propose(content: Mapping[str, Any], reason: str, needs_accreditation: bool, actor: Actor, now: datetime) -> UUID:
    if not reason:
        raise ProfileDecisionError("profile-reason-needed", field="reason")
    if decision_queries.has_open_proposal():
        raise ProfileDecisionError("proposal-open")
    profile = parse_profile(decision_queries.last_version() + 1, content)
    active = decision_queries.get_profile(decision_queries.current_profile_version())
    if profile.as_json() == active.as_json():
        raise ProfileDecisionError("profile-unchanged", version=active.version)
    assert actor.id is not None
    row = ApprovalProfile(
        version=profile.version,
        content=profile.as_json(),
        reason=reason,
        needs_accreditation=needs_accreditation,
        proposed_by=actor.id,
        proposed_by_name=actor.name,
        proposed_at=now,
    )
    db.session.add(row)
    try:
        db.session.flush()
    except IntegrityError as error:  # somebody else proposed in this moment
        raise ProfileDecisionError("proposal-open") from error
    audit.record(
        "profile:propose",
        subject_type="approval_profile",
        subject_id=row.id,
        actor=actor,
        detail={
            "version": row.version,
            "content": row.content,
            "reason": reason,
            "needs_accreditation": needs_accreditation,
        },
    )
    return row.id
