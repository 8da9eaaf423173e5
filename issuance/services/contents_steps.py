"""Inner step of what officers do about refused contents."""

from uuid import UUID

from app.core.errors import StaleError
from app.core.transaction import require_transaction
from issuance import queries
from issuance.queries.contents import Refused, find_refused


def lock_refused(applicant_id: UUID, seen: int) -> Refused:
    """What waits about an applicant, its 申請PIN locked: the one that was looked at, and not a later one.

    Raises:
        StaleError: nothing waits any more, or something else was said since.
    """
    require_transaction()
    found = find_refused(applicant_id)
    if found is None:
        raise StaleError("refused contents")
    queries.get_pin_for_update(found.pin.id)
    again = find_refused(applicant_id)  # as it is under the lock, which whoever changes it takes as well
    if again is None or again.seq != seen:
        raise StaleError("refused contents")
    return again
