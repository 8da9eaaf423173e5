"""Inner steps of disclosure."""

from uuid import UUID

from app.core.db import db
from app.core.errors import DomainError, NotFoundError
from app.core.transaction import require_transaction
from models.disclosures import DisclosureRequest


class DisclosureError(DomainError):
    """A disclosure cannot go on like this. Codes: disclosure-…"""


def request_for_update(request_id: UUID) -> DisclosureRequest:
    """A request, its row locked.

    Raises:
        NotFoundError: there is none.
    """
    require_transaction()
    request = db.session.get(DisclosureRequest, request_id, with_for_update=True)
    if request is None:
        raise NotFoundError("disclosure")
    return request
