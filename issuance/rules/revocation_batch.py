"""Which certificates a list of revocations is about, as a filter, and the digest of what was found. Pure."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from issuance.errors import RevocationBatchError

MOST_SERIALS = 100_000
LONGEST_SERIAL = 40

# How the subjectPublicKeyInfo of a kind of key begins, DER: algorithm, parameters, length (RFC 3279, RFC 5480). The
# signature algorithms of a certificate have other identifiers, so this stands in it once.
KEY_KINDS: Mapping[str, bytes] = {
    "rsa-3072": bytes.fromhex("308201a2300d06092a864886f70d01010105000382018f003082018a0282018100"),
    "rsa-2048": bytes.fromhex("30820122300d06092a864886f70d01010105000382010f003082010a0282010100"),
    "secp256r1": bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200"),
}


@dataclass(frozen=True, slots=True)
class BatchFilter:
    """What is asked for; every criterion that is given must hold."""

    company: str = ""  # its corporate number, or its name as registered
    issued_from: date | None = None  # days in Japan, both inclusive
    issued_until: date | None = None
    token_batch: str = ""  # delivery of tokens, by its name
    key_kind: str = ""  # one of KEY_KINDS
    profile_version: int | None = None
    serials: tuple[str, ...] = ()  # lower-case hexadecimal, 32 digits

    def as_json(self) -> dict[str, Any]:
        """For the record; a pasted list stands beside it."""
        return {
            "company": self.company,
            "issued_from": self.issued_from.isoformat() if self.issued_from else "",
            "issued_until": self.issued_until.isoformat() if self.issued_until else "",
            "token_batch": self.token_batch,
            "key_kind": self.key_kind,
            "profile_version": self.profile_version,
            "serials": list(self.serials),
        }


def filter_from_json(kept: Mapping[str, Any]) -> BatchFilter:
    """The same, from the record."""
    return BatchFilter(
        company=kept["company"],
        issued_from=date.fromisoformat(kept["issued_from"]) if kept["issued_from"] else None,
        issued_until=date.fromisoformat(kept["issued_until"]) if kept["issued_until"] else None,
        token_batch=kept["token_batch"],
        key_kind=kept["key_kind"],
        profile_version=kept["profile_version"],
        serials=tuple(kept["serials"]),
    )


def require_filter(wanted: BatchFilter) -> None:
    """Guard: it says something, and what it says makes sense.

    Raises:
        RevocationBatchError: batch-filter-empty, batch-period, batch-key-kind.
    """
    if wanted == BatchFilter():
        raise RevocationBatchError("batch-filter-empty")
    if wanted.issued_from and wanted.issued_until and wanted.issued_from > wanted.issued_until:
        raise RevocationBatchError("batch-period", field="issued_until")
    if wanted.key_kind and wanted.key_kind not in KEY_KINDS:
        raise RevocationBatchError("batch-key-kind", field="key_kind")


def read_serials(text: str) -> tuple[str, ...]:
    """Serial numbers as people paste them: one per line or with commas, with colons, spaces inside, 0x, any case.

    Raises:
        RevocationBatchError: batch-serial (which line), batch-serials-many.
    """
    found: dict[str, None] = {}
    for piece in text.replace(",", "\n").replace(";", "\n").splitlines():
        plain = "".join(piece.split()).replace(":", "").replace("-", "").lower().removeprefix("0x")
        if not plain:
            continue
        if len(plain) > LONGEST_SERIAL or set(plain) - set("0123456789abcdef"):
            raise RevocationBatchError("batch-serial", field="serials", serial=piece.strip()[:60])
        found[f"{int(plain, 16):032x}"] = None
    if len(found) > MOST_SERIALS:
        raise RevocationBatchError("batch-serials-many", field="serials", most=MOST_SERIALS)
    return tuple(found)


def digest_of(serials: Iterable[str]) -> str:
    """SHA-256 of the sorted serial numbers, one per line: what was confirmed is what was shown."""
    return hashlib.sha256("\n".join(sorted(serials)).encode()).hexdigest()
