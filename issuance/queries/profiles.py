"""Versions of the certificate profiles."""

from uuid import UUID

from sqlalchemy import func, select

from app.core.db import db
from app.core.errors import NotFoundError
from issuance.rules.profiles import BUILT_IN, Profiles, from_content
from models.certificate_profiles import CertificateProfile
from models.enums import ProfileStatus

USED = (ProfileStatus.ACTIVE, ProfileStatus.RETIRED)


def get_profiles(version: int | None = None) -> Profiles:
    """One version of the profiles; without a number the one in force. Raises NotFoundError.

    A version that was only proposed, or rejected, is not given out: nothing may be made by it.
    """
    if version == BUILT_IN.version:
        return BUILT_IN
    query = select(CertificateProfile.version, CertificateProfile.content)
    if version is None:
        row = db.session.execute(query.where(CertificateProfile.status == ProfileStatus.ACTIVE)).first()
        return BUILT_IN if row is None else from_content(row.version, row.content)
    row = db.session.execute(
        query.where(CertificateProfile.version == version, CertificateProfile.status.in_(USED))
    ).first()
    if row is None:
        raise NotFoundError("certificate profile", version=version)
    return from_content(row.version, row.content)


def list_profile_rows() -> list[CertificateProfile]:
    """Every version but the built-in one, the newest first."""
    return list(db.session.scalars(select(CertificateProfile).order_by(CertificateProfile.version.desc())))


def get_profile_row(profile_id: UUID, *, lock: bool = False) -> CertificateProfile:
    """One version. Raises NotFoundError."""
    found = db.session.get(CertificateProfile, profile_id, with_for_update=lock or None, populate_existing=lock)
    if found is None:
        raise NotFoundError("certificate profile", id=profile_id)
    return found


def find_active_row_for_update() -> CertificateProfile | None:
    """The version in force, locked; None if it is the built-in one."""
    return db.session.scalar(
        select(CertificateProfile).where(CertificateProfile.status == ProfileStatus.ACTIVE).with_for_update()
    )


def last_profile_version() -> int:
    """The highest number that any version has, in whatever state."""
    return db.session.scalar(select(func.max(CertificateProfile.version))) or BUILT_IN.version


def has_open_profile_proposal() -> bool:
    """Whether a version waits for its second person."""
    return bool(
        db.session.scalar(
            select(func.count())
            .select_from(CertificateProfile)
            .where(CertificateProfile.status == ProfileStatus.PROPOSED)
        )
    )
