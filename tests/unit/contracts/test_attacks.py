"""Every attack is refused, by the check that is there for it."""

import hashlib
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from app.contracts.signing import hash_signing
from app.contracts.signing.acceptance import accept
from app.contracts.signing.places import Slot, slot_of
from app.contracts.signing.seal import seal
from tests.factories.pdfs import make_pdf
from tests.factories.pki import Pki
from tests.unit.contracts import attacks
from tests.unit.contracts.conftest import World


def refused(world: World, up: bytes, *expected: tuple[int, str], **given: object) -> None:
    failure = world.judge(up, **given).failure  # type: ignore[arg-type]
    assert failure is not None, "accepted"
    assert (failure.number, failure.code) in expected, (failure, expected)


# --- the bytes


def test_nothing_added(world: World) -> None:
    refused(world, world.sealed, (1, "unchanged"))


def test_grown_beyond_measure(world: World, signed: bytes) -> None:
    refused(world, signed + bytes(2_000_000), (1, "grew-too-much"))


def test_base_swapped(world: World) -> None:
    other = attacks.other_document(world)
    refused(world, world.signed(other, world.first, slot_of(1)), (2, "base-changed"))


def test_base_changed_by_one_byte(world: World, signed: bytes) -> None:
    at = signed.index(b"Contract") if b"Contract" in signed else 700
    refused(world, signed[:at] + b"X" + signed[at + 1 :], (2, "base-changed"))


def test_another_revision_was_handed_out(world: World, signed: bytes) -> None:
    verdict = accept(
        world.sealed,
        signed,
        slot_of(1),
        world.first.der,
        issued_sha256="0" * 64,
        trust=world.pki.trust(),
        received_at=world.pki.now,
    )
    assert verdict.failure is not None
    assert verdict.failure.code == "base-moved"


@pytest.mark.parametrize("junk", [b"junk", b"\n%%EOF\n", b"\n1 0 obj\n<<>>\nendobj\n"])
def test_bytes_after_the_end(world: World, signed: bytes, junk: bytes) -> None:
    refused(world, signed + junk, (3, "bytes-after-end"), (3, "several-updates"))


def test_truncated(world: World, signed: bytes) -> None:
    refused(world, signed[:-20], (3, "bytes-after-end"))


def test_an_update_after_the_signature(world: World, signed: bytes) -> None:
    refused(world, attacks.update(signed, attacks.overlay_annotation), (3, "several-updates"))


def test_an_update_before_the_signature(world: World) -> None:
    changed = attacks.update(world.sealed, attacks.orphan)
    refused(world, world.signed(changed, world.first, slot_of(1)), (3, "several-updates"))


def test_signed_twice(world: World, signed: bytes) -> None:
    refused(world, world.signed(signed, world.second, slot_of(2)), (3, "several-updates"))


# --- the structure


def test_objects_that_no_table_lists(world: World, signed: bytes) -> None:
    """ISA-B: every viewer that repairs files shows them; the signature does not notice where the hole is elsewhere."""
    planted = attacks.before_xref(signed, world.sealed, b"4 0 obj\n<</Length 0>>stream\n\nendstream\nendobj\n")
    refused(world, planted, (5, "unlisted-bytes"))


def test_an_object_is_freed(world: World, signed: bytes) -> None:
    up = attacks.freed(signed, world.sealed, 4)
    refused(world, up, (4, "unreadable"), (6, "object-freed"), (5, "xref-malformed"))


# --- what changed


@pytest.mark.parametrize(
    "change",
    [
        attacks.overlay_annotation,
        attacks.new_content,
        attacks.orphan,
        attacks.open_action,
        attacks.text_field,
    ],
    ids=lambda change: change.__name__,
)
def test_a_change_inside_the_signing_update(world: World, change: object) -> None:
    refused(world, attacks.change_and_sign(world, change), (7, "content-changed"))  # type: ignore[arg-type]


def test_the_field_is_moved_over_the_price(world: World) -> None:
    refused(world, attacks.change_and_sign(world, attacks.move_field), (7, "content-changed"), (8, "field-moved"))


def test_the_other_partys_field(world: World) -> None:
    refused(world, world.signed(world.sealed, world.first, slot_of(2)), (7, "other-field"), (8, "wrong-field"))


def test_a_field_of_ones_own(world: World) -> None:
    own = Slot("Mine", 0, (0, 0, 10, 10))
    refused(world, world.signed(world.sealed, world.first, own), (7, "content-changed"), (7, "other-field"))


# --- the signature


@pytest.mark.parametrize("shift", [(0, 0, 0, -50), (0, 0, 50, -50), (0, -50, 0, 0)], ids=str)
def test_byte_range_games(world: World, signed: bytes, shift: tuple[int, int, int, int]) -> None:
    numbers = tuple(a + b for a, b in zip(attacks.byte_range_of(signed), shift, strict=True))
    up = attacks.with_byte_range(signed, numbers)  # type: ignore[arg-type]
    refused(world, up, (10, "byte-range"))


def test_the_hole_filled_with_another_signature(world: World, signed: bytes) -> None:
    other = world.signed(world.sealed, world.second, slot_of(1))
    _, hole, rest, _ = attacks.byte_range_of(signed)
    _, other_hole, other_rest, _ = attacks.byte_range_of(other)
    up = signed[:hole] + other[other_hole:other_rest] + signed[rest:]
    refused(world, up, (12, "signature-wrong"))


def test_no_signature_at_all(world: World) -> None:
    prepared = hash_signing.prepare(
        world.sealed, slot_of(1).field_name, certificate=world.first.der, chain=(world.pki.ca_der,), now=world.pki.now
    )
    up = world.sealed + prepared.delta
    failure = world.judge(up).failure
    assert failure is not None
    assert failure.number >= 8


def test_a_signed_byte_is_flipped(world: World, signed: bytes) -> None:
    at = signed.rindex(b"> ]") - 1  # of the trailer's /ID
    up = signed[:at] + (b"1" if signed[at : at + 1] != b"1" else b"3") + signed[at + 1 :]
    refused(world, up, (12, "signature-wrong"))


# --- the person


def test_the_wrong_person(world: World, signed: bytes) -> None:
    refused(world, signed, (16, "wrong-signer"), holder=world.second)


def test_a_certificate_of_another_authority(world: World) -> None:
    stranger = Pki(name="Stranger CA").issue("YOSHIDA TAKASHI")
    up = world.signed(world.sealed, stranger, slot_of(1))
    refused(world, up, (14, "certificate-unknown-authority"), holder=stranger)


def test_a_certificate_under_another_policy(world: World) -> None:
    machine = world.pki.issue("MACHINE", policy="1.2.392.200999.3.1")
    up = world.signed(world.sealed, machine, slot_of(1))
    refused(world, up, (14, "certificate-unknown-authority"), holder=machine)


def test_an_expired_certificate(world: World) -> None:
    late = world.pki.issue("LATE", days=(-30, -1))
    refused(world, world.signed(world.sealed, late, slot_of(1)), (15, "certificate-expired"), holder=late)


def test_signed_after_the_revocation() -> None:
    pki = Pki()
    world = _world(pki)
    gone = pki.issue("GONE")
    pki.revoke(gone, pki.now - timedelta(minutes=30))
    refused(world, world.signed(world.sealed, gone, slot_of(1)), (15, "certificate-revoked"), holder=gone)


def test_without_a_current_crl_nobody_is_believed(world: World, signed: bytes) -> None:
    trust = world.pki.trust()
    old = world.pki.crl(this_update=world.pki.now - timedelta(days=30))
    for crls in ((), (old,)):
        bare = type(trust)(roots=trust.roots, crls=crls, policies=trust.policies)
        verdict = accept(
            world.sealed,
            signed,
            slot_of(1),
            world.first.der,
            issued_sha256=_sha256(world.sealed),
            trust=bare,
            received_at=world.pki.now,
        )
        assert verdict.failure is not None
        assert verdict.failure.code in {"no-revocation-information", "time-stamp-wrong"}


def test_a_weak_key(world: World) -> None:
    weak = world.pki.issue("WEAK", rsa.generate_private_key(65537, 1024))
    refused(world, world.signed(world.sealed, weak, slot_of(1)), (13, "weak-key"), (12, "signature-wrong"), holder=weak)


def test_a_curve_that_is_not_admitted(world: World) -> None:
    odd = world.pki.issue("ODD", ec.generate_private_key(ec.SECP521R1()))
    refused(world, world.signed(world.sealed, odd, slot_of(1)), (13, "weak-key"), holder=odd)


@pytest.mark.parametrize(
    "up", [b"", b"%PDF-1.7", bytes(100), b"startxref\n0\n%%EOF"], ids=["none", "head", "zeros", "end"]
)
def test_whatever_comes_is_refused_without_an_exception(world: World, up: bytes) -> None:
    assert not world.judge(up).is_accepted
    assert not world.judge(world.sealed + up).is_accepted


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _world(pki: Pki) -> World:
    slots = (slot_of(1), slot_of(2))
    sealed = seal(make_pdf(), slots, signer=pki.seal_signer(), stamper=pki.stamper())
    return World(pki, pki.issue("A"), pki.issue("B"), sealed)
