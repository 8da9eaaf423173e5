"""A secret split among people: any `needed` of the shares give it back, fewer say nothing about it. Pure.

Shamir's scheme over GF(2^8) with the polynomial of AES (x^8 + x^4 + x^3 + x + 1), each byte by itself: the share with
number x is the value at x of a random polynomial whose constant term is the secret byte.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from app.core.errors import DomainError

MARK = "cectrust-share-1"
FEWEST_NEEDED = 2
MOST = 16
_CHECK_DIGITS = 8


class ShareError(DomainError):
    """Shares cannot be made, read or joined. Codes: backup-shares, share-malformed, shares-too-few, shares-mixed."""


@dataclass(frozen=True, slots=True)
class Share:
    """One person's part."""

    backup: str  # name of the backup that it opens
    needed: int
    number: int  # 1 and up
    value: bytes

    def text(self) -> str:
        """One line to print, with a check value against typing errors."""
        body = f"{MARK}:{self.backup}:{self.needed}:{self.number}:{self.value.hex()}"
        return f"{body}:{_check(body)}"


def split(secret: bytes, *, backup: str, needed: int, count: int, random: Callable[[int], bytes]) -> list[Share]:
    """Split a secret into `count` shares of which `needed` give it back.

    Raises:
        ShareError: backup-shares.
    """
    if not FEWEST_NEEDED <= needed <= count <= MOST:
        raise ShareError("backup-shares")
    polynomials = [bytes((byte,)) + random(needed - 1) for byte in secret]
    return [
        Share(backup, needed, x, bytes(_value_at(x, polynomial) for polynomial in polynomials))
        for x in range(1, count + 1)
    ]


def join(shares: Sequence[Share]) -> bytes:
    """The secret: the polynomials' value at 0, by Lagrange.

    Raises:
        ShareError: shares-too-few (needed, given), or shares-mixed if they are of different secrets.
    """
    by_number = {share.number: share for share in shares}
    kinds = {(share.backup, share.needed, len(share.value)) for share in shares}
    if len(kinds) > 1 or any(by_number[share.number] != share for share in shares):
        raise ShareError("shares-mixed")
    needed = shares[0].needed if shares else FEWEST_NEEDED
    if len(by_number) < needed:
        raise ShareError("shares-too-few", needed=needed, given=len(by_number))
    chosen = list(by_number.values())[:needed]
    numbers = [share.number for share in chosen]
    weights = [_weight(x, numbers) for x in numbers]
    return bytes(
        _sum(_times(weight, share.value[at]) for weight, share in zip(weights, chosen, strict=True))
        for at in range(len(chosen[0].value))
    )


def read(text: str, name: str = "") -> Share:
    """A share from its line, or from a page that has the line in it.

    Raises:
        ShareError: share-malformed (name).
    """
    for line in text.split():
        body, _, check = line.rpartition(":")
        parts = body.split(":")
        if parts[0] == MARK and len(parts) == 5 and _check(body) == check:  # noqa: PLR2004
            return Share(parts[1], int(parts[2]), int(parts[3]), bytes.fromhex(parts[4]))
    raise ShareError("share-malformed", name=name)


def _check(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()[:_CHECK_DIGITS]


def _times(a: int, b: int) -> int:
    product = 0
    while b:
        if b & 1:
            product ^= a
        a = a << 1 ^ (0x11B if a & 0x80 else 0)
        b >>= 1
    return product


def _inverse(a: int) -> int:
    result = a  # a^254, by Fermat in a group of 255
    for _ in range(6):
        result = _times(_times(result, result), a)
    return _times(result, result)


def _sum(values: Iterable[int]) -> int:
    total = 0
    for value in values:
        total ^= value
    return total


def _value_at(x: int, polynomial: bytes) -> int:
    value = 0
    for coefficient in reversed(polynomial):
        value = _times(value, x) ^ coefficient
    return value


def _weight(x: int, numbers: Sequence[int]) -> int:
    weight = 1
    for other in numbers:
        if other != x:
            weight = _times(weight, _times(other, _inverse(other ^ x)))
    return weight
