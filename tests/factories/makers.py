"""A maker of tokens whose tokens vouch for their keys: root, a certificate for each token, one for each key."""

from datetime import timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, load_der_public_key
from cryptography.x509.oid import NameOID

from app.core import clock, der
from issuance.rules.attestation import SERIAL_EXTENSIONS
from tests.factories.user_tokens import run
from tests.tour.user_token import UserToken


def _name(*pairs: tuple[x509.ObjectIdentifier, str]) -> x509.Name:
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in pairs])


class Maker:
    """One maker."""

    def __init__(self, name: str = "Maker") -> None:
        self.key, self.token_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        self.name = _name((NameOID.COMMON_NAME, f"{name} Attestation Root"))
        self.token_name = _name((NameOID.COMMON_NAME, f"{name} Token Attestation"))
        self.root = self._sign(self.name, self.key.public_key(), self.name, self.key, ca=True)
        self.token_certificate = self._sign(self.token_name, self.token_key.public_key(), self.name, self.key, ca=True)

    @property
    def root_der(self) -> bytes:
        return self.root.public_bytes(Encoding.DER)

    def leaf(self, public: Any, serial: str, **options: Any) -> x509.Certificate:
        """What the token says about one of its keys."""
        subject = _name((NameOID.COMMON_NAME, "Key attestation"), (NameOID.SERIAL_NUMBER, serial))
        return self._sign(subject, public, self.token_name, self.token_key, **options)

    def leaf_with_extension(self, public: Any, serial: int, **options: Any) -> x509.Certificate:
        """The same as a YubiKey says it: the serial number in an extension."""
        subject = _name((NameOID.COMMON_NAME, "YubiKey PIV Attestation 9c"))
        extension = x509.UnrecognizedExtension(SERIAL_EXTENSIONS[0], der.integer(serial))
        return self._sign(subject, public, self.token_name, self.token_key, extra=extension, **options)

    def chain(self, public: Any, serial: str, **options: Any) -> bytes:
        return self.pem(self.leaf(public, serial, **options), self.token_certificate)

    def pem(self, *certificates: x509.Certificate) -> bytes:
        return b"".join(each.public_bytes(Encoding.PEM) for each in certificates)

    def store_attestation(self, token: UserToken, key_id: str, public: bytes) -> None:
        """Put the chain on a token as tokens of the PIV kind do."""
        leaf = self.leaf(load_der_public_key(public), token.serial)
        for certificate, identifier in ((leaf, key_id), (self.token_certificate, "f9")):
            encoded = certificate.public_bytes(Encoding.DER).hex()
            run(token, "store", identifier, encoded, "X.509 Certificate for PIV Attestation")

    def _sign(
        self,
        subject: x509.Name,
        public: Any,
        issuer: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        *,
        ca: bool = False,
        days: int = 3650,
        started: int = 30,
        extra: x509.ExtensionType | None = None,
        algorithm: Any = None,
    ) -> x509.Certificate:
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(clock.now() - timedelta(days=started))
            .not_valid_after(clock.now() + timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        )
        if extra is not None:
            builder = builder.add_extension(extra, critical=False)
        return builder.sign(key, algorithm or hashes.SHA256())
