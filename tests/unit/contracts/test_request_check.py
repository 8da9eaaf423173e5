"""The program signs what it was shown and nothing else, whatever the service sends."""

import base64
import hashlib
import zlib
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms, core

from app.client.request_check import REASONS, RequestCheckError, checked_attributes, require_unchanged
from app.contracts.rules import client_refusals
from app.contracts.signing.hash_signing import Prepared, prepare
from app.contracts.signing.places import slot_of
from tests.unit.contracts.conftest import World


@pytest.fixture
def prepared(world: World) -> Prepared:
    return prepare(
        world.sealed, slot_of(1).field_name, certificate=world.first.der, chain=(world.pki.ca_der,), now=world.pki.now
    )


def answer_of(world: World, prepared: Prepared, **other: Any) -> dict[str, Any]:
    return {
        "base": {"sha256": hashlib.sha256(world.sealed).hexdigest()},
        "delta": base64.b64encode(zlib.compress(other.get("delta", prepared.delta))).decode(),
        "hole": [prepared.hole_start, prepared.hole_end],
        "signed_attributes": base64.b64encode(other.get("attributes", prepared.signed_attributes)).decode(),
    }


def test_what_is_right_is_given_back(world: World, prepared: Prepared) -> None:
    answer = answer_of(world, prepared)
    assert checked_attributes(answer, world.sealed, world.first.der) == prepared.signed_attributes
    assert len(answer["delta"]) + len(answer["signed_attributes"]) < 8192


def refused(world: World, answer: dict[str, Any], base: bytes | None = None, der: bytes | None = None) -> str:
    with pytest.raises(RequestCheckError) as refusal:
        checked_attributes(answer, base or world.sealed, der or world.first.der)
    return refusal.value.reason


def test_another_document(world: World, prepared: Prepared) -> None:
    assert refused(world, answer_of(world, prepared), base=world.sealed + b" ") == "document-changed"


def test_another_update(world: World, prepared: Prepared) -> None:
    swapped = prepared.delta.replace(b"/Root 5 0 R", b"/Root 4 0 R")
    assert swapped != prepared.delta
    assert refused(world, answer_of(world, prepared, delta=swapped)) == "digest-other"


def test_a_byte_range_that_leaves_something_out(world: World, prepared: Prepared) -> None:
    text = b"/ByteRange [0 %d" % prepared.hole_start
    shortened = prepared.delta.replace(text, b"/ByteRange [9 %d" % prepared.hole_start)
    assert shortened != prepared.delta
    assert refused(world, answer_of(world, prepared, delta=shortened)) == "not-whole-document"


def test_another_certificate(world: World, prepared: Prepared) -> None:
    assert refused(world, answer_of(world, prepared), der=world.second.der) == "certificate-other"


def test_an_attribute_more(world: World, prepared: Prepared) -> None:
    attributes = cms.CMSAttributes.load(prepared.signed_attributes)
    more = cms.CMSAttribute({"type": "signing_time", "values": [cms.Time({"utc_time": core.UTCTime("261124000000Z")})]})
    grown = cms.CMSAttributes([*attributes, more]).dump()
    assert refused(world, answer_of(world, prepared, attributes=grown)) == "attributes-unexpected"


def test_no_attributes_but_a_bare_digest(world: World, prepared: Prepared) -> None:
    assert (
        refused(world, answer_of(world, prepared, attributes=hashlib.sha256(b"x").digest())) == "attributes-unreadable"
    )


def test_an_update_that_unpacks_to_gigabytes(world: World, prepared: Prepared) -> None:
    assert refused(world, answer_of(world, prepared, delta=bytes(5_000_000))) == "update-too-large"


@pytest.mark.parametrize(
    "spoiled",
    [{"base": {}}, {"delta": "%%%"}, {"delta": "AAAA"}, {"hole": [1]}, {"hole": "12"}, {"signed_attributes": 7}],
)
def test_an_answer_that_makes_no_sense(world: World, prepared: Prepared, spoiled: dict[str, Any]) -> None:
    assert refused(world, answer_of(world, prepared) | spoiled) == "answer-unreadable"


def test_a_file_that_changes_under_the_readers_eyes(tmp_path: Path) -> None:
    kept = tmp_path / "contract.pdf"
    kept.write_bytes(b"as fetched")
    digest = hashlib.sha256(b"as fetched").hexdigest()
    require_unchanged(kept, digest)
    for spoil in (lambda: kept.write_bytes(b"as changed"), kept.unlink):
        spoil()
        with pytest.raises(RequestCheckError) as refusal:
            require_unchanged(kept, digest)
        assert refusal.value.reason == "file-changed"


def test_the_service_knows_every_reason_and_no_other() -> None:
    assert set(REASONS) == client_refusals.REASONS


@pytest.mark.parametrize("reason", sorted(REASONS))
def test_every_reason_says_in_both_languages_what_to_do(reason: str) -> None:
    text = str(RequestCheckError(reason))
    assert "Make a new code" in text
    assert "新しいコードを発行" in text
