"""What a password must be, and how it is stored: Argon2id.

NIST SP 800-63B §3.1.1.2: length counts, composition rules do not; refuse what is guessable from the account. The hash
is the format that Flask-Security's context verifies, made without an application so that jobs and commands can.
"""

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.security.gate import slow_checks

SHORTEST = 12
LONGEST = 128
COMMON = ("password", "passw0rd", "qwerty", "asdfgh", "letmein", "welcome", "123456", "abcdef", "cectrust", "cecsign")

_hasher = PasswordHasher()


def normalise(password: str) -> str:
    """One form for what different keyboards and systems make of the same typing (NFKD, as Flask-Security does)."""
    return unicodedata.normalize("NFKD", password)


def hash_password(password: str) -> str:
    """Argon2id with a fresh salt. Never call it inside a transaction: it takes some 50 ms on purpose.

    Raises:
        BusyError: too many secrets are being checked at once.
    """
    with slow_checks.passed():
        return _hasher.hash(normalise(password))


def is_password(password: str, hashed: str | None) -> bool:
    """Whether it is the password behind the hash. With no hash it is not.

    Raises:
        BusyError: too many secrets are being checked at once; nothing is known of this one.
    """
    if hashed is None:
        return False
    try:
        with slow_checks.passed():
            return _hasher.verify(hashed, normalise(password))
    except (VerificationError, InvalidHashError):
        return False


def password_refusals(password: str, *, about: tuple[str, ...] = ()) -> list[str]:
    """Why a new password is not taken, as codes; empty if it is.

    Args:
        password: as typed.
        about: what belongs to the account (login ID, e-mail, names) and must not be most of the password.
    """
    plain = unicodedata.normalize("NFKC", password).casefold()
    refusals = []
    if len(password) < SHORTEST:
        refusals.append("password-short")
    if len(password) > LONGEST:
        refusals.append("password-long")
    if plain and len(set(plain)) < 5:  # noqa: PLR2004  fewer than five different characters
        refusals.append("password-monotonous")
    if any(_is_most_of(word, plain) for word in COMMON):
        refusals.append("password-common")
    words = {part.casefold() for text in about for part in (text, text.partition("@")[0]) if len(part) > 3}  # noqa: PLR2004
    if any(_is_most_of(word, plain) for word in words):
        refusals.append("password-personal")
    return refusals


def _is_most_of(word: str, password: str) -> bool:
    return word in password and len(password.replace(word, "")) < SHORTEST - 4
