"""Which role may ask for what: the reason why a hole in the public site is not a hole in the CA."""

from issuance.rules.key_labels import family_of

# family of keys → operations, for each role. A CA's key signs for the worker alone, of whatever generation.
POLICY: dict[str, dict[str, frozenset[str]]] = {
    "worker": {
        "ca": frozenset({"public", "sign"}),
        "ocsp": frozenset({"public", "sign"}),
        "tsa": frozenset({"public", "sign"}),
        "seal": frozenset({"public", "sign"}),
        "pepper": frozenset({"hmac"}),
        "storage": frozenset({"wrap", "unwrap"}),
    },
    "site": {
        "ca": frozenset({"public"}),
        "ocsp": frozenset({"public", "sign"}),
        "tsa": frozenset({"public", "sign"}),
        "seal": frozenset({"public", "sign"}),
        "pepper": frozenset({"hmac"}),
        "storage": frozenset({"wrap", "unwrap"}),
    },
    "portal": {
        "ca": frozenset({"public"}),
        "ocsp": frozenset({"public"}),
        "tsa": frozenset({"public"}),
        "seal": frozenset({"public"}),
        "pepper": frozenset({"hmac"}),
        "storage": frozenset({"wrap", "unwrap"}),
    },
}


def is_allowed(role: str, label: str, operation: str) -> bool:
    """Whether a role may do this with a key. What is not listed is forbidden."""
    return operation in POLICY.get(role, {}).get(family_of(label), frozenset())
