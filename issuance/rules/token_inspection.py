"""What becomes of a token that came back. Pure."""

from collections.abc import Collection

from models.enums import TokenStatus

WITH_HOLDER = frozenset({TokenStatus.HELD, TokenStatus.ACTIVE})


def fate(*, is_sealed: bool, states: Collection[TokenStatus], has_certificate: bool) -> TokenStatus:
    """Back to the stock only if its bag is sealed and nobody ever had it in hand; else it is retired.

    Args:
        is_sealed: two people found the supplier's seal unbroken.
        states: every state of its book.
        has_certificate: whether a certificate was ever issued for a key on it.
    """
    untouched = is_sealed and not has_certificate and not WITH_HOLDER & set(states)
    return TokenStatus.IN_STOCK if untouched else TokenStatus.RETIRED
