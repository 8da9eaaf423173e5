"""Somebody proposes another version of the certificate profiles; nothing is made by it until a second person activates it."""

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
from issuance.errors import CertificateProfileError
from issuance.queries.profiles import get_profiles, has_open_profile_proposal, last_profile_version
from issuance.rules.profiles import from_content, to_content
from models.certificate_profiles import CertificateProfile


def propose_profiles(  # noqa: PLR0913  what, why, whether the law asks for more, who, when
    content: Mapping[str, Any], *, reason: str, needs_accreditation: bool, actor: Actor, now: datetime
) -> UUID:
    """Store a version as proposed.

    Args:
        content: as `issuance.rules.profiles.from_content` reads it.
        reason: why; whoever decides and whoever audits reads it.
        needs_accreditation: the change of the manner of business needs a 変更認定 first (電子署名法9条).
        actor: who proposes.
        now: the present moment.

    Returns:
        key of the version.

    Raises:
        ProfilesContentError: the content is no set of profiles.
        CertificateProfileError: profile-reason-needed, profile-unchanged, proposal-open.
    """
    try:
        with transaction():
            return _propose(content, reason.strip(), needs_accreditation, actor, now)
    except DomainError as error:
        audit.attempt(
            "certificate_profile:propose",
            subject_type="certificate_profile",
            subject_id="new",
            actor=actor,
            outcome="refused",
            error=error.code,
        )
        raise


def _propose(content: Mapping[str, Any], reason: str, needs_accreditation: bool, actor: Actor, now: datetime) -> UUID:
    if not reason:
        raise CertificateProfileError("profile-reason-needed", field="reason")
    if has_open_profile_proposal():
        raise CertificateProfileError("proposal-open")
    proposed, active = from_content(last_profile_version() + 1, content), get_profiles()
    if to_content(proposed) == to_content(active):
        raise CertificateProfileError("profile-unchanged", version=active.version)
    assert actor.id is not None
    row = CertificateProfile(
        version=proposed.version,
        content=to_content(proposed),
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
        raise CertificateProfileError("proposal-open") from error
    audit.record(
        "certificate_profile:propose",
        subject_type="certificate_profile",
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
