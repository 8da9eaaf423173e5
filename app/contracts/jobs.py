"""What is promised to contracts. Each is safe to run twice."""

from uuid import UUID

from app.contracts.services.seal_contract import seal_contract as seal_it
from app.core import clock


def seal_contract(subject_id: str) -> None:
    """Seal the contract of this id."""
    seal_it(UUID(subject_id), now=clock.now())
