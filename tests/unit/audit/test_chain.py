"""The hash of an audit entry covers everything it says."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from app.audit.chain import GENESIS, canonical, entry_hash

ENTRY: dict[str, Any] = {
    "seq": 7,
    "at": datetime(2026, 11, 24, 1, 2, 3, 456789, tzinfo=UTC),
    "event": "application:approve",
    "outcome": "done",
    "subject_type": "application",
    "subject_id": "f3a0",
    "actor_kind": "staff",
    "actor_id": UUID("00000000-0000-0000-0000-00000000000a"),
    "actor_name": "\ufa19谷",  # U+FA19, which a normaliser would turn into U+795E
    "detail": {"reason": "原本と照合"},
    "previous_hash": GENESIS,
}


@pytest.mark.parametrize(
    ("field", "other"),
    [
        ("seq", 8),
        ("at", ENTRY["at"] + timedelta(microseconds=1)),
        ("event", "application:refuse"),
        ("outcome", "refused"),
        ("subject_type", "paper"),
        ("subject_id", "f3a1"),
        ("actor_kind", "system"),
        ("actor_id", None),
        ("actor_name", "\u795e谷"),
        ("detail", {"reason": "原本と照合。"}),
        ("previous_hash", "1" * 64),
    ],
)
def test_every_field_counts(field: str, other: object) -> None:
    assert entry_hash(**{**ENTRY, field: other}) != entry_hash(**ENTRY)


def test_the_time_zone_of_the_reader_does_not() -> None:
    moved = ENTRY["at"].astimezone(ZoneInfo("Asia/Tokyo"))
    assert entry_hash(**{**ENTRY, "at": moved}) == entry_hash(**ENTRY)


def test_the_hash_stays_what_it_was() -> None:
    # Fixed for ever: entries written years ago must still verify.
    assert canonical({"b": [1, "é"], "a": None}) == '{"a":null,"b":[1,"é"]}'
