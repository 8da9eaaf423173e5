"""A second person activates a proposed version of the certificate profiles, or rejects it."""

from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError, StaleError
from app.core.transaction import transaction
from issuance.errors import CertificateProfileError
from issuance.queries.profiles import find_active_row_for_update, get_profile_row
from issuance.rules.profiles import from_content
from models.certificate_profiles import CertificateProfile
from models.enums import ProfileStatus


def decide_profiles(  # noqa: PLR0913  which, how, on what ground, who, when
    profile_id: UUID,
    *,
    activate: bool,
    actor: Actor,
    now: datetime,
    accreditation_reference: str = "",
    reason: str = "",
) -> None:
    """Activate a proposed version for every serial number reserved from now on, or reject it.

    What has its serial number keeps its version, unless its issue stopped
    and an officer lets it be tried once more. Versions that were used never change.

    Args:
        profile_id: the version.
        activate: False rejects it.
        actor: never who proposed it.
        now: the present moment.
        accreditation_reference: number and day of the 変更認定 (電子署名法9条), if the version needs one.
        reason: of a rejection.

    Raises:
        CertificateProfileError: own-proposal, accreditation-needed, rejection-reason-needed.
        ProfilesContentError: the program that runs now does not allow this content any more.
        StaleError: somebody decided it already.
        NotFoundError: there is no such version.
    """
    event = f"certificate_profile:{'activate' if activate else 'reject'}"
    try:
        with transaction():
            row = get_profile_row(profile_id, lock=True)
            if row.status is not ProfileStatus.PROPOSED:
                raise StaleError("certificate profile")
            if row.proposed_by == actor.id:
                raise CertificateProfileError("own-proposal")
            if activate:
                _check(row, accreditation_reference.strip())
                _retire_active()
            elif not reason.strip():
                raise CertificateProfileError("rejection-reason-needed", field="reason")
            row.status = ProfileStatus.ACTIVE if activate else ProfileStatus.REJECTED
            row.decided_by, row.decided_by_name, row.decided_at = actor.id, actor.name, now
            db.session.flush()
            audit.record(
                event,
                subject_type="certificate_profile",
                subject_id=row.id,
                actor=actor,
                detail={
                    "version": row.version,
                    "accreditation": row.accreditation_reference,
                    "reason": reason.strip(),
                },
            )
    except DomainError as error:
        audit.attempt(
            event,
            subject_type="certificate_profile",
            subject_id=profile_id,
            actor=actor,
            outcome="refused",
            error=error.code,
        )
        raise


def _check(row: CertificateProfile, reference: str) -> None:
    from_content(row.version, row.content)
    if row.needs_accreditation and not reference:
        raise CertificateProfileError("accreditation-needed", field="accreditation_reference")
    row.accreditation_reference = reference


def _retire_active() -> None:
    before = find_active_row_for_update()
    if before is not None:
        before.status = ProfileStatus.RETIRED
        db.session.flush()  # one active version at a time, also for the index
