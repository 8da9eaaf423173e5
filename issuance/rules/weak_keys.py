"""RSA moduli that somebody can factor. Pure arithmetic.

CVE-2017-15361 ("ROCA"): a modulus that is a power of 65537 modulo many small primes. Close primes: Fermat's method.
Shared factors: Heninger et al., "Mining Your Ps and Qs" (2012); with the products of all known moduli kept, a new one
costs a division by them (Bernstein's batch GCD takes the whole ledger at once).
"""

from collections.abc import Iterable, Sequence
from functools import cache
from math import isqrt

from gmpy2 import gcd, mpz

EXPONENT = 65537
_ROCA_PRIMES = (11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157)
_SMALL_PRIMES_TO = 7000
_FERMAT_ROUNDS = 100
_LARGEST = 1024  # moduli in one product


def weakness(modulus: int, exponent: int) -> str | None:
    """Why an RSA key is weak by itself: exponent, small-factor, roca, close-primes; None if nothing is known."""
    if exponent != EXPONENT:
        return "exponent"
    if has_small_factor(modulus):
        return "small-factor"
    if is_roca(modulus):
        return "roca"
    if has_close_primes(modulus):
        return "close-primes"
    return None


@cache
def _primorial() -> mpz:
    """The product of all small primes: one division by it answers for all of them."""
    sieve = bytearray([1]) * (_SMALL_PRIMES_TO + 1)
    for number in range(2, isqrt(_SMALL_PRIMES_TO) + 1):
        if sieve[number]:
            sieve[number * number :: number] = bytes(len(range(number * number, _SMALL_PRIMES_TO + 1, number)))
    product = mpz(1)
    for number in range(2, _SMALL_PRIMES_TO + 1):
        if sieve[number]:
            product *= number
    return product


def has_small_factor(modulus: int) -> bool:
    """Whether a prime below 7,000 divides the modulus."""
    return bool(gcd(mpz(modulus), _primorial()) != 1)


@cache
def _powers_of_65537(prime: int) -> frozenset[int]:
    found, value = set(), 1
    while value not in found:
        found.add(value)
        value = value * EXPONENT % prime
    return frozenset(found)


def is_roca(modulus: int) -> bool:
    """Whether the modulus has the mark of Infineon's broken key generation."""
    return all(modulus % prime in _powers_of_65537(prime) for prime in _ROCA_PRIMES)


def has_close_primes(modulus: int) -> bool:
    """Whether Fermat's method factors the modulus at once."""
    root = mpz(isqrt(modulus) + 1)
    rest = root * root - modulus
    for _ in range(_FERMAT_ROUNDS):
        if rest.is_square():
            return True
        rest += 2 * root + 1
        root += 1
    return False


class KnownModuli:
    """Products of all moduli that were certified, kept by a process, to find primes that two keys share."""

    def __init__(self) -> None:
        self._products: list[tuple[int, mpz]] = []  # how many moduli, their product; the largest first

    def add(self, moduli: Iterable[int]) -> None:
        """Take moduli in; each one once."""
        for modulus in moduli:
            count, product = 1, mpz(modulus)
            # A binary counter: each doubles the one before, up to where a single division is fastest.
            while count < _LARGEST and self._products and self._products[-1][0] == count:
                product *= self._products.pop()[1]
                count *= 2
            self._products.append((count, product))

    def sharing(self, moduli: Sequence[int], *, beside: Sequence[int] = ()) -> list[bool]:
        """For each of these new moduli, whether it shares a prime with another one.

        All of them together cost little more than one: the known products are divided by their product once.

        Args:
            moduli: the new ones; each is held against the known ones, those beside it and the new ones before it.
            beside: not known yet and asked about before.
        """
        new = [mpz(each) for each in moduli]
        together = _product(new)
        known = mpz(1)
        for _count, product in self._products:
            known = known * (product % together) % together
        found, others = [], _product([mpz(each) for each in beside])
        for modulus in new:
            found.append(bool(gcd(modulus, (known % modulus) * (others % modulus)) != 1))
            others *= modulus
        return found


def _product(factors: Sequence[mpz]) -> mpz:
    row = list(factors) or [mpz(1)]
    while len(row) > 1:
        row = [row[i] * row[i + 1] if i + 1 < len(row) else row[i] for i in range(0, len(row), 2)]
    return row[0]
