"""Jobs of the CRL family."""

from uuid import UUID

from app.core import clock
from issuance.services.fetch_crl import fetch_crl as fetch


def fetch_crl(subject_id: str) -> None:
    """Fetch the CRL of this id back from its public address.

    Raises:
        CrlFetchError: it is not there, or not the same; the promise is tried again.
    """
    fetch(UUID(subject_id), now=clock.now())
