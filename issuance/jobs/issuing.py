"""By the clock: certificates whose validity is over."""

from app.core import clock
from issuance.services.expire_certificates import expire_certificates

BATCH = 500
MOST_BATCHES = 20  # of one turn; the clock has other things to do


def expire() -> None:
    """Set certificates whose last moment is past to expired, some hundreds in a transaction."""
    for _ in range(MOST_BATCHES):
        if expire_certificates(now=clock.now(), most=BATCH) < BATCH:
            return
