"""Primes that two keys share, in a ledger of many."""

import secrets
import time

from gmpy2 import next_prime

from issuance.rules.weak_keys import KnownModuli, weakness


def prime(bits: int = 1536) -> int:
    return int(next_prime(secrets.randbits(bits) | 3 << (bits - 2)))


def test_a_shared_prime_is_found_wherever_it_lies() -> None:
    shared, known = prime(), KnownModuli()
    moduli = [secrets.randbits(3072) | 1 << 3071 | 1 for _ in range(700)]
    for place in (0, 300, 699):
        ledger = KnownModuli()
        ledger.add([*moduli[:place], shared * prime(), *moduli[place:]])
        own = prime() * prime()
        # random numbers are no moduli: their small factors are not what is looked for
        assert [a or b for a, b in zip(ledger.sharing([own, shared * prime()]), [False, False], strict=True)] == [
            False,
            True,
        ]
    assert known.sharing([shared * prime(), shared * prime(), prime() * prime()]) == [False, True, False]
    assert known.sharing([]) == []


def test_a_key_that_is_known_already_shares_everything() -> None:
    modulus, ledger = prime() * prime(), KnownModuli()
    ledger.add([modulus])
    assert ledger.sharing([modulus]) == [True]


def test_ten_thousand_keys_cost_less_than_fifty_milliseconds() -> None:
    ledger, new = KnownModuli(), prime() * prime()
    ledger.add(secrets.randbits(3072) | 1 << 3071 | 1 for _ in range(10_000))
    taken = []
    for _ in range(5):
        began = time.process_time()
        ledger.sharing([new])
        taken.append(time.process_time() - began)
    assert min(taken) < 0.05


def test_a_good_key_has_no_weakness() -> None:
    assert weakness(prime() * prime(), 65537) is None
