"""What the maker of a token says about a key: true ones are taken, forged ones refused."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from app.core import clock
from issuance.errors import AttestationError
from issuance.rules.attestation import MOST_BYTES, require_attested
from tests.factories.makers import Maker

SERIAL = "12345678"
MAKER, STRANGER = Maker(), Maker("Stranger")
KEY = ec.generate_private_key(ec.SECP256R1()).public_key()
OTHER_KEY = ec.generate_private_key(ec.SECP256R1()).public_key()


def judge(data: bytes, root: bytes = MAKER.root_der) -> None:
    require_attested(data, root=root, public_key=KEY, token_serial=SERIAL, at=clock.now())


@pytest.mark.parametrize(
    "data",
    [
        MAKER.chain(KEY, SERIAL),
        MAKER.chain(KEY, SERIAL) + MAKER.pem(MAKER.root),
        MAKER.pem(MAKER.leaf_with_extension(KEY, int(SERIAL)), MAKER.token_certificate),
    ],
    ids=["subject", "with-root", "extension"],
)
def test_true_ones(data: bytes) -> None:
    judge(data)


def same_names() -> bytes:
    """A forger with a root of the very same name and a key of its own."""
    forger = Maker()
    return forger.chain(KEY, SERIAL)


def through_a_holder() -> bytes:
    """The leaf of another key, which is no CA, is made to issue one for ours."""
    key = ec.generate_private_key(ec.SECP256R1())
    middle = MAKER.leaf(key.public_key(), SERIAL)
    subject = x509.Name([x509.NameAttribute(NameOID.SERIAL_NUMBER, SERIAL)])
    leaf = MAKER._sign(subject, KEY, middle.subject, key)
    return MAKER.pem(leaf, middle, MAKER.token_certificate)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: b"", "attestation-malformed"),
        (lambda: b"rubbish", "attestation-malformed"),
        (lambda: b" " * (MOST_BYTES + 1), "attestation-malformed"),
        (lambda: MAKER.chain(KEY, SERIAL) * 3, "attestation-malformed"),
        (lambda: STRANGER.chain(KEY, SERIAL), "attestation-chain"),
        (same_names, "attestation-chain"),
        (through_a_holder, "attestation-chain"),
        (lambda: MAKER.pem(MAKER.leaf(KEY, SERIAL)), "attestation-chain"),
        (lambda: MAKER.pem(MAKER.root), "attestation-chain"),
        (lambda: MAKER.pem(MAKER.token_certificate, MAKER.leaf(KEY, SERIAL)), "attestation-chain"),
        (lambda: MAKER.chain(KEY, SERIAL, days=-1), "attestation-chain"),
        (lambda: MAKER.chain(KEY, SERIAL, started=-2), "attestation-chain"),
        (lambda: MAKER.chain(OTHER_KEY, SERIAL), "attestation-key"),
        (lambda: MAKER.chain(ed25519.Ed25519PrivateKey.generate().public_key(), SERIAL), "attestation-key"),
        (lambda: MAKER.chain(KEY, "87654321"), "attestation-serial"),
        (lambda: MAKER.chain(KEY, SERIAL + "0"), "attestation-serial"),
        (lambda: MAKER.pem(MAKER.leaf_with_extension(KEY, 1), MAKER.token_certificate), "attestation-serial"),
    ],
)
def test_forged_ones(make: Callable[[], bytes], code: str) -> None:
    with pytest.raises(AttestationError) as caught:
        judge(make())
    assert caught.value.code == code


def test_one_changed_bit() -> None:
    data = bytearray(MAKER.leaf(KEY, SERIAL).public_bytes(Encoding.DER))
    data[-5] ^= 1
    changed = MAKER.pem(x509.load_der_x509_certificate(bytes(data)), MAKER.token_certificate)
    with pytest.raises(AttestationError):
        judge(changed)


def test_a_weak_hash() -> None:
    """SHA-224 stands for what libraries can still make and the law does not list."""
    with pytest.raises(AttestationError, match="attestation-chain"):
        judge(MAKER.chain(KEY, SERIAL, algorithm=hashes.SHA224()))


def test_the_makers_root_is_over() -> None:
    with pytest.raises(AttestationError, match="attestation-chain"):
        require_attested(
            MAKER.chain(KEY, SERIAL, days=36500),
            root=MAKER.root_der,
            public_key=KEY,
            token_serial=SERIAL,
            at=clock.now() + timedelta(days=3651),
        )
