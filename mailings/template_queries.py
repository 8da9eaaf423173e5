"""Versions of the wording of letters."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from app.core.db import db
from app.core.errors import NotFoundError
from mailings.letters.texts import BUILT_IN, Texts
from models.enums import LetterKind, ProfileStatus
from models.stationery import LetterTemplate


@dataclass(frozen=True, slots=True)
class Wording:
    """The texts of a letter, and which version they are."""

    version: int
    texts: Texts


def wording_in_force(kind: LetterKind) -> Wording:
    """The active version, or the built-in one."""
    row = find_template(kind, ProfileStatus.ACTIVE)
    return Wording(row.version, row.content) if row else Wording(1, BUILT_IN[kind])


def find_template(kind: LetterKind, status: ProfileStatus, *, lock: bool = False) -> LetterTemplate | None:
    """The one version of a kind that is active or proposed."""
    asked = select(LetterTemplate).where(LetterTemplate.kind == kind, LetterTemplate.status == status)
    return db.session.scalars(asked.with_for_update() if lock else asked).first()


def get_template(template_id: UUID, *, lock: bool = False) -> LetterTemplate:
    """A version. Raises NotFoundError."""
    found = db.session.get(LetterTemplate, template_id, with_for_update=lock or None, populate_existing=True)
    if found is None:
        raise NotFoundError("letter template")
    return found


def list_templates(kind: LetterKind | None = None) -> Sequence[LetterTemplate]:
    """Every version of one kind or of all, newest first."""
    asked = select(LetterTemplate).order_by(LetterTemplate.kind, LetterTemplate.version.desc())
    return db.session.scalars(asked.where(LetterTemplate.kind == kind) if kind else asked).all()


def last_version(kind: LetterKind) -> int:
    """The highest number that was given."""
    return db.session.scalar(select(func.max(LetterTemplate.version)).where(LetterTemplate.kind == kind)) or 1
