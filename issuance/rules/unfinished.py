"""What becomes of an intent without a certificate. Pure. docs/adr/0010.

An RSA signature (PKCS#1 v1.5) over the same bytes is the same signature: made again, it is the same certificate. An
ECDSA signature from an HSM is another one each time (none of them offers RFC 6979), so that a second one would be a
second certificate with the same serial number.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from cryptography.hazmat.primitives.asymmetric import ec, rsa

# Longer than any signing takes (the signing process has 30 seconds), so that nobody is still at it.
ABANDONED_AFTER = timedelta(minutes=5)


class Way(StrEnum):
    """How an intent goes on."""

    SIGN_AGAIN = "sign-again"  # the very same bytes
    WAIT = "wait"  # another process may be signing it
    SUSPECT = "suspect"  # never again: blocked, revoked, and issued afresh under another serial number


def way_of(
    issuer_key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey,
    *,
    is_ca_active: bool,
    intended_at: datetime,
    now: datetime,
) -> Way:
    """How to go on with an intent that somebody recorded and of which there is no certificate.

    Args:
        issuer_key: of the CA that the intent names.
        is_ca_active: whether that CA still issues; after a roll-over it does not.
        intended_at: when the intent was recorded.
        now: the present moment.
    """
    if isinstance(issuer_key, rsa.RSAPublicKey) and is_ca_active:
        return Way.SIGN_AGAIN
    return Way.SUSPECT if now - intended_at >= ABANDONED_AFTER else Way.WAIT
