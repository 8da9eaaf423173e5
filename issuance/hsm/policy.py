"""Which role may ask for what: the reason why a hole in the public site is not a hole in the CA."""

# key label → operations, for each role. The CA's key signs for the worker alone.
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
    return operation in POLICY.get(role, {}).get(label, frozenset())
