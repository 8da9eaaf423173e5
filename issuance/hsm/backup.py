"""Taking keys out of a token encrypted, and putting them onto another (RFC 5649 by PKCS#11; docs/adr/0012).

A key that may leave has CKA_WRAP_WITH_TRUSTED: only a wrapping key marked CKA_TRUSTED gets it out, and only the token's
security officer sets that mark. The wrapping key lives in the token for the length of one session.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pkcs11
from pkcs11 import Attribute, GCMParams, KeyType, Mechanism, ObjectClass
from pkcs11.constants import DEFAULT
from pkcs11.util.ec import decode_ec_public_key
from pkcs11.util.rsa import decode_rsa_public_key

from issuance.hsm import templates
from issuance.hsm.module import load_module, start_up_lock

WRAP = Mechanism.AES_KEY_WRAP_PAD
TRIAL = b"cectrust backup trial"
_PRIVATE_KINDS = {"rsa": KeyType.RSA, "ec": KeyType.EC}
_SECRET_KINDS = {"hmac": KeyType.GENERIC_SECRET, "aes": KeyType.AES}


class NotTrustedError(Exception):
    """The module does not let the security officer mark a key as trusted."""


class WrongKeyError(Exception):
    """A restored key does not do what the backup says. `args[0]` is its label."""


@dataclass(frozen=True, slots=True)
class Place:
    """A token and what opens it."""

    module: str
    label: str
    pin: str
    lock_file: Path


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A key on paper: encrypted, with what proves that it came back whole."""

    label: str
    kind: str  # rsa, ec, hmac, aes
    wrapped: bytes
    proof: bytes  # SubjectPublicKeyInfo; for hmac the HMAC of TRIAL; for aes TRIAL encrypted, nonce in front


def wrap_keys(
    place: Place, so_pin: str, wrapping_key: bytes, public: Callable[[str], bytes]
) -> tuple[list[WrappedKey], list[str]]:
    """Every key of the token that may leave, wrapped; and the labels of those that may not.

    Args:
        place: the token.
        so_pin: of its security officer.
        wrapping_key: AES-256.
        public: SubjectPublicKeyInfo of a key pair by its label.

    Raises:
        NotTrustedError: see there.
        pkcs11.PKCS11Error: the token refuses.
    """
    with _trusted(place, so_pin, wrapping_key) as (session, wrapper):
        keys = [
            *session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY}),
            *[key for key in list(session.get_objects({Attribute.CLASS: ObjectClass.SECRET_KEY})) if key.label != MARK],
        ]
        kept = sorted(str(key.label) for key in keys if not key[Attribute.EXTRACTABLE])
        made = [
            WrappedKey(str(key.label), _kind(key), bytes(wrapper.wrap_key(key, mechanism=WRAP)), _proof(key, public))
            for key in keys
            if key[Attribute.EXTRACTABLE]
        ]
    return sorted(made, key=lambda each: each.label), kept


def unwrap_keys(place: Place, wrapping_key: bytes, keys: list[WrappedKey]) -> None:
    """Put keys onto a token that has none of their labels, with their proofs tried on the way.

    Raises:
        WrongKeyError: a secret key is not what it was. Key pairs are to be tried by a signature afterwards.
        pkcs11.PKCS11Error: the token refuses, or the wrapping key is wrong.
    """
    with start_up_lock(place.lock_file):
        token = load_module(place.module).get_token(token_label=place.label)
        session = token.open(rw=True, user_pin=place.pin)
    with session:
        wrapper = session.create_object({**_wrapping(wrapping_key), Attribute.PRIVATE: True})
        for each in keys:
            _unwrap(session, wrapper, each)


MARK = "backup"


def _wrapping(value: bytes) -> dict[Attribute, Any]:
    return {
        Attribute.CLASS: ObjectClass.SECRET_KEY,
        Attribute.KEY_TYPE: KeyType.AES,
        Attribute.LABEL: MARK,
        Attribute.VALUE: value,
        Attribute.TOKEN: False,  # gone with the session
        Attribute.SENSITIVE: True,
        Attribute.EXTRACTABLE: False,
        Attribute.WRAP: True,
        Attribute.UNWRAP: True,
    }


@contextmanager
def _trusted(place: Place, so_pin: str, value: bytes) -> Iterator[tuple[pkcs11.Session, Any]]:
    """A user's session in which the wrapping key is there and trusted.

    A session object stays when the security officer logs out and the user logs in, if the session that made it stays
    open; it must not be private, since the officer sees no private objects.
    """
    with start_up_lock(place.lock_file):
        token = load_module(place.module).get_token(token_label=place.label)
        holder = token.open(rw=True)
        with token.open(rw=True, so_pin=so_pin):
            try:
                holder.create_object({**_wrapping(value), Attribute.PRIVATE: False, Attribute.TRUSTED: True})
            except pkcs11.PKCS11Error as error:
                holder.close()
                raise NotTrustedError(type(error).__name__) from error
        session = token.open(rw=True, user_pin=place.pin)
    with holder, session:
        (wrapper,) = list(session.get_objects({Attribute.LABEL: MARK, Attribute.CLASS: ObjectClass.SECRET_KEY}))
        yield session, wrapper


def _kind(key: Any) -> str:  # noqa: ANN401
    kinds = {kind: name for name, kind in {**_PRIVATE_KINDS, **_SECRET_KINDS}.items()}
    return kinds[key.key_type]


def _proof(key: Any, public: Callable[[str], bytes]) -> bytes:  # noqa: ANN401
    kind = _kind(key)
    if kind == "hmac":
        return bytes(key.sign(TRIAL, mechanism=Mechanism.SHA256_HMAC))
    if kind == "aes":
        nonce = os.urandom(12)
        return nonce + bytes(_gcm(key.encrypt, TRIAL, nonce))
    return public(str(key.label))


def _gcm(act: Callable[..., bytes], data: bytes, nonce: bytes) -> bytes:
    return act(data, mechanism=Mechanism.AES_GCM, mechanism_param=GCMParams(nonce, b"", 128))


def _unwrap(session: pkcs11.Session, wrapper: Any, each: WrappedKey) -> None:  # noqa: ANN401
    is_pair = each.kind in _PRIVATE_KINDS
    if is_pair:
        # SoftHSM knows no ENCRYPT, WRAP, VERIFY of a private key; the wrapper library would send them as False.
        template = {
            **templates.private(leaves_wrapped=True),
            **dict.fromkeys((Attribute.ENCRYPT, Attribute.WRAP, Attribute.VERIFY), DEFAULT),
        }
    else:
        make = templates.hmac_secret if each.kind == "hmac" else templates.cipher_secret
        template = make(leaves_wrapped=True)
    key = wrapper.unwrap_key(
        ObjectClass.PRIVATE_KEY if is_pair else ObjectClass.SECRET_KEY,
        {**_PRIVATE_KINDS, **_SECRET_KINDS}[each.kind],
        each.wrapped,
        mechanism=WRAP,
        id=each.label.encode(),
        label=each.label,
        store=True,
        capabilities=0,
        template=template,
    )
    if is_pair:
        session.create_object({**_public(each), Attribute.VERIFY: True})
    elif not _does_the_same(key, each):
        raise WrongKeyError(each.label)


def _public(each: WrappedKey) -> dict[Attribute, Any]:
    common = {Attribute.TOKEN: True, Attribute.LABEL: each.label, Attribute.ID: each.label.encode()}
    if each.kind == "ec":
        return {**decode_ec_public_key(each.proof), **common}
    from asn1crypto.keys import PublicKeyInfo  # noqa: PLC0415  slow to import

    numbers = PublicKeyInfo.load(each.proof)["public_key"].parsed.dump()
    return {**decode_rsa_public_key(numbers, capabilities=0), **common}


def _does_the_same(key: Any, each: WrappedKey) -> bool:  # noqa: ANN401
    if each.kind == "hmac":
        return bytes(key.sign(TRIAL, mechanism=Mechanism.SHA256_HMAC)) == each.proof
    try:
        return bytes(_gcm(key.decrypt, each.proof[12:], each.proof[:12])) == TRIAL
    except pkcs11.PKCS11Error:
        return False
