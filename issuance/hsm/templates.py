"""PKCS#11 templates of the authority's keys: who may do what with them, and whether they may ever leave the token."""

from typing import Any

from pkcs11 import Attribute

Template = dict[Attribute, Any]


def kept(*, leaves_wrapped: bool) -> Template:
    """Private, sensitive, and never in clear outside the token.

    Args:
        leaves_wrapped: whether a trusted wrapping key may take the key out encrypted (docs/adr/0012). Only the token's
            security officer can make a key trusted, so that who knows the PIN of the signing process cannot.
    """
    common = {Attribute.TOKEN: True, Attribute.PRIVATE: True, Attribute.SENSITIVE: True}
    if leaves_wrapped:
        return {**common, Attribute.EXTRACTABLE: True, Attribute.WRAP_WITH_TRUSTED: True}
    return {**common, Attribute.EXTRACTABLE: False}


def private(*, leaves_wrapped: bool) -> Template:
    """A private key that only signs."""
    return {**kept(leaves_wrapped=leaves_wrapped), Attribute.SIGN: True}


def hmac_secret(*, leaves_wrapped: bool) -> Template:
    """A key for HMAC."""
    return {**kept(leaves_wrapped=leaves_wrapped), Attribute.SIGN: True, Attribute.VERIFY: True}


def cipher_secret(*, leaves_wrapped: bool) -> Template:
    """A key that encrypts and decrypts data keys."""
    return {**kept(leaves_wrapped=leaves_wrapped), Attribute.ENCRYPT: True, Attribute.DECRYPT: True}
