"""A small certification authority in memory, for tests of signatures that need no HSM and no database."""

import hashlib
import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from app.contracts.signing.remote import DigestSigner
from app.contracts.signing.stamping import CallableTimeStamper
from app.contracts.signing.trust import Trust
from app.timestamps.responder import imprint_of
from app.timestamps.token import Frame, Stamp, build_token

POLICY = "1.2.392.200999.1.1"
DAY = timedelta(days=1)


@dataclass
class Holder:
    """A key with its certificate."""

    key: Any
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    def sign(self, data: bytes) -> bytes:
        """What a token does with the attributes."""
        return self.sign_digest("", hashlib.sha256(data).digest(), "sha256")

    def sign_digest(self, label: str, digest: bytes, algorithm: str, *, padding: str = "") -> bytes:
        prehashed = Prehashed(hashes.SHA256())
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(digest, _PKCS1, prehashed)
        return self.key.sign(digest, ec.ECDSA(prehashed))


_PKCS1 = padding.PKCS1v15()
_serial = itertools.count(1000)


@dataclass
class Pki:
    """A CA, its seal, its time-stamping authority, and whoever it issues to."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))
    name: str = "Test CA"
    revoked: list[tuple[int, datetime]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        subject = _name(self.name)
        usage = _usage(ca=True)
        self.ca = (
            self._builder(subject, self.key.public_key(), self.now - DAY, self.now + 4000 * DAY)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(usage, critical=True)
            .sign(self.key, hashes.SHA256())
        )
        self.seal = self.issue("CECTRUST SEAL", rsa.generate_private_key(65537, 2048), policy="1.2.392.200999.3.1")
        self.tsa = self.issue("TSA", ec.generate_private_key(ec.SECP256R1()), time_stamping=True)

    def issue(
        self,
        name: str,
        key: Any = None,
        *,
        policy: str = POLICY,
        time_stamping: bool = False,
        days: tuple[int, int] = (-1, 700),
    ) -> Holder:
        """A certificate for a new key."""
        key = key or ec.generate_private_key(ec.SECP256R1())
        builder = (
            self._builder(_name(name), key.public_key(), self.now + days[0] * DAY, self.now + days[1] * DAY)
            .add_extension(_usage(ca=False), critical=True)
            .add_extension(
                x509.CertificatePolicies([x509.PolicyInformation(x509.ObjectIdentifier(policy), None)]), critical=False
            )
        )
        if time_stamping:
            builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        return Holder(key, builder.sign(self.key, hashes.SHA256()))

    def revoke(self, holder: Holder, at: datetime) -> None:
        self.revoked.append((holder.certificate.serial_number, at))

    def crl(self, *, this_update: datetime | None = None) -> bytes:
        """The CRL as it is now."""
        issued = this_update or self.now - timedelta(minutes=1)
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.ca.subject)
            .last_update(issued)
            .next_update(issued + timedelta(hours=96))
            .add_extension(x509.CRLNumber(len(self.revoked) + 1), critical=False)
        )
        for serial, at in self.revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(at).build()
            builder = builder.add_revoked_certificate(entry)
        return builder.sign(self.key, hashes.SHA256()).public_bytes(Encoding.DER)

    @property
    def ca_der(self) -> bytes:
        return self.ca.public_bytes(Encoding.DER)

    def trust(self) -> Trust:
        return Trust(roots=(self.ca_der,), crls=(self.crl(),), policies=frozenset({POLICY}))

    def seal_signer(self) -> DigestSigner:
        return DigestSigner(
            self.seal.der, (self.ca_der,), lambda digest, name: self.seal.sign_digest("seal", digest, name)
        )

    def stamper(self) -> CallableTimeStamper:
        return CallableTimeStamper(self._stamp)

    def _stamp(self, digest: bytes) -> bytes:
        what = Stamp(imprint_of(digest), next(_serial), datetime.now(UTC))
        frame = Frame(self.tsa.certificate, (self.ca,), policy="1.2.392.200999.2.1", accuracy=1)
        return build_token(what, frame=frame, signer=self.tsa, label="tsa")

    def _builder(self, subject: x509.Name, public: Any, start: datetime, end: datetime) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(_name(self.name))
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(end)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
        )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"), x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _usage(*, ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not ca,
        content_commitment=not ca,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )
