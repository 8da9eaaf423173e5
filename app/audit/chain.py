"""How one entry's hash is made from its content and the entry before it. Pure."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

GENESIS = "0" * 64


def canonical(value: Any) -> str:  # noqa: ANN401  any JSON value
    """The one JSON text of a value: sorted keys, no spaces, UTF-8 as it is."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def entry_hash(  # noqa: PLR0913  every column that the hash covers is named
    *,
    seq: int,
    at: datetime,
    event: str,
    outcome: str,
    subject_type: str,
    subject_id: str,
    actor_kind: str,
    actor_id: UUID | None,
    actor_name: str,
    detail: dict[str, Any],
    previous_hash: str,
) -> str:
    """SHA-256 in hexadecimal over the canonical JSON of an entry, the previous hash included."""
    content = {
        "seq": seq,
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "event": event,
        "outcome": outcome,
        "subject_type": subject_type,
        "subject_id": subject_id,
        "actor_kind": actor_kind,
        "actor_id": str(actor_id) if actor_id else None,
        "actor_name": actor_name,
        "detail": detail,
        "previous_hash": previous_hash,
    }
    return hashlib.sha256(canonical(content).encode()).hexdigest()
