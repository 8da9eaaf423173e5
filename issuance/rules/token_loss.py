"""A token was lost, stolen or damaged: what follows. Pure."""

from models.enums import TokenEventKind, TokenStatus

# circumstance → state, line in the book, reason of the revocation (RFC 5280 §5.3.1)
CIRCUMSTANCES = {
    "lost": (TokenStatus.LOST, TokenEventKind.LOST, "keyCompromise"),
    "stolen": (TokenStatus.LOST, TokenEventKind.LOST, "keyCompromise"),
    "damaged": (TokenStatus.DAMAGED, TokenEventKind.DAMAGED, "superseded"),
}
REPORTERS = ("holder", "company", "third-party", "authority")
FAULTS = ("holder", "maker", "post", "authority", "nobody")
WITH_HOLDER = frozenset({TokenStatus.HELD, TokenStatus.ACTIVE})


def is_charged(fault: str, status: TokenStatus) -> bool:
    """Whether the company pays for another token: the holder had it and is at fault."""
    return fault == "holder" and status in WITH_HOLDER
