"""How a PIN is recognised without being kept: Argon2id over an HMAC whose key never leaves the HSM.

The HMAC makes a stolen table worthless without the HSM; Argon2id makes guessing slow for whoever has both. The signing
process lives long and would keep a PIN in its memory: it gets the SHA-256 of PIN and applicant (75 bits of chance), never the PIN.
"""

from functools import cache
from hashlib import sha256
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from app import signer
from app.security.gate import slow_checks
from models.enums import PinKind

PEPPER = "pepper"
_HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)  # OWASP "Password Storage", 2025


def make_verifier(pin: str, kind: PinKind, applicant_id: UUID) -> str:
    """What is stored of a PIN. Slow, and asks the signing process: not inside a transaction.

    Raises:
        SignerUnavailableError: the signing process does not answer.
        BusyError: too many PINs are being checked at once.
    """
    peppered = _peppered(pin, kind, applicant_id)
    with slow_checks.passed():
        return _HASHER.hash(peppered)


def is_right(pin: str, verifier: str, kind: PinKind, applicant_id: UUID) -> bool:
    """Whether this is the PIN. Slow, and asks the signing process: not inside a transaction.

    Raises:
        SignerUnavailableError: the signing process does not answer.
        BusyError: too many PINs are being checked at once; nothing is known of this one.
    """
    peppered = _peppered(pin, kind, applicant_id)
    try:
        with slow_checks.passed():
            return _HASHER.verify(verifier, peppered)
    except VerifyMismatchError:
        return False


def try_nothing(pin: str, kind: PinKind) -> None:
    """As slow as judging a PIN: so that the time of an answer does not say whether there is such a person."""
    is_right(pin, _nothing(), kind, UUID(int=0))


@cache
def _nothing() -> str:
    return _HASHER.hash(b"")


def _peppered(pin: str, kind: PinKind, applicant_id: UUID) -> bytes:
    return signer.current().hmac(PEPPER, sha256(f"{kind.value}:{applicant_id}:{pin}".encode()).digest())
