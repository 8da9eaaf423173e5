"""What is promised to the archive. Safe to run twice."""

from uuid import UUID

from app.archive.services.keep_original import keep_original as keep_it
from app.core import clock


def keep_original(subject_id: str) -> None:
    """Keep the original of the completed contract of this id."""
    keep_it(UUID(subject_id), now=clock.now())
