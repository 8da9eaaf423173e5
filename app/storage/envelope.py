"""The form of a stored object: a wrapped data key, a nonce, and AES-256-GCM over the content.

Layout: magic (4 bytes), length of the wrapped key (2 bytes, big-endian), wrapped key, nonce (12 bytes), ciphertext with
tag. The object's own SHA-256 is bound in as additional data, so that one object cannot stand in for another.
NIST SP 800-38D: the key is used for one object only, so a random nonce cannot repeat.
"""

import os
import struct
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"CTB1"
KEY_BYTES = 32
NONCE_BYTES = 12


class EnvelopeError(Exception):
    """The object is damaged, or is not the one it should be."""


class KeyWrapper(Protocol):
    """Who wraps data keys: the signing process, with a key that never leaves the HSM."""

    def wrap(self, plaintext: bytes, aad: bytes) -> bytes:
        """The data key, encrypted and bound to `aad`."""

    def unwrap(self, sealed: bytes, aad: bytes) -> bytes:
        """The data key again."""


def seal(content: bytes, *, sha256: bytes, wrapper: KeyWrapper) -> bytes:
    """Encrypt `content` under a new key that `wrapper` wraps. `sha256` is the digest of the content."""
    key, nonce = os.urandom(KEY_BYTES), os.urandom(NONCE_BYTES)
    wrapped = wrapper.wrap(key, sha256)
    return b"".join(
        (MAGIC, struct.pack(">H", len(wrapped)), wrapped, nonce, AESGCM(key).encrypt(nonce, content, sha256))
    )


def unseal(stored: bytes, *, sha256: bytes, wrapper: KeyWrapper) -> bytes:
    """The content again.

    Raises:
        EnvelopeError: damaged, or not the object with this digest.
    """
    if stored[:4] != MAGIC:
        raise EnvelopeError("not a stored object")
    (length,) = struct.unpack(">H", stored[4:6])
    wrapped, rest = stored[6 : 6 + length], stored[6 + length :]
    key = wrapper.unwrap(wrapped, sha256)
    try:
        return AESGCM(key).decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], sha256)
    except InvalidTag as error:
        raise EnvelopeError("damaged") from error
