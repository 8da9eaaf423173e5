"""A stored object opens only whole, with its own key, under its own name."""

import hashlib

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.storage.envelope import MAGIC, EnvelopeError, seal, unseal


class Wrapper:
    """Wraps like the signing process does, with a key in this test."""

    def __init__(self) -> None:
        self.key = AESGCM(b"k" * 32)

    def wrap(self, plaintext: bytes, aad: bytes) -> bytes:
        return self.key.encrypt(b"n" * 12, plaintext, aad)

    def unwrap(self, sealed: bytes, aad: bytes) -> bytes:
        return self.key.decrypt(b"n" * 12, sealed, aad)


CONTENT = "登記事項証明書".encode() * 100
DIGEST = hashlib.sha256(CONTENT).digest()


def test_comes_back_as_it_went_in() -> None:
    stored = seal(CONTENT, sha256=DIGEST, wrapper=Wrapper())
    assert CONTENT[:20] not in stored
    assert unseal(stored, sha256=DIGEST, wrapper=Wrapper()) == CONTENT


def test_two_copies_share_neither_key_nor_nonce() -> None:
    first, second = (seal(CONTENT, sha256=DIGEST, wrapper=Wrapper()) for _ in range(2))
    assert first[6:] != second[6:]


@pytest.mark.parametrize("position", [-1, -40, 60])
def test_a_changed_byte_is_noticed(position: int) -> None:
    stored = bytearray(seal(CONTENT, sha256=DIGEST, wrapper=Wrapper()))
    stored[position] ^= 1
    with pytest.raises(EnvelopeError):
        unseal(bytes(stored), sha256=DIGEST, wrapper=Wrapper())


def test_one_object_cannot_stand_in_for_another() -> None:
    stored = seal(CONTENT, sha256=DIGEST, wrapper=Wrapper())
    with pytest.raises((EnvelopeError, InvalidTag)):
        unseal(stored, sha256=hashlib.sha256(b"other").digest(), wrapper=Wrapper())


def test_something_else_is_not_opened() -> None:
    with pytest.raises(EnvelopeError):
        unseal(b"%PDF" + MAGIC * 20, sha256=DIGEST, wrapper=Wrapper())
