"""Time-stamp tokens, assembled by hand from DER (RFC 3161 §2.4.2, RFC 5652, RFC 5816).

Building the same objects with asn1crypto takes 8 ms each: it encodes nested fresh objects again and again. What is the same
in every token of a certificate is encoded once (`Frame`).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from app.core import der
from app.signer.keys import DigestSigner

TST_INFO = "1.2.840.113549.1.9.16.1.4"
SIGNED_DATA = "1.2.840.113549.1.7.2"
CONTENT_TYPE = "1.2.840.113549.1.9.3"
MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"
SHA256 = der.sequence(der.oid("2.16.840.1.101.3.4.2.1"))
ECDSA_SHA256 = der.sequence(der.oid("1.2.840.10045.4.3.2"))
RSA_SHA256 = der.sequence(der.oid("1.2.840.113549.1.1.11"), der.NULL)

_DIGEST_PLACE = b"\xff" * 32


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a token says."""

    imprint: bytes  # DER of the MessageImprint, as it was asked
    serial: int
    moment: datetime
    nonce: bytes | None = None  # DER of the INTEGER, as it was asked


class Frame:
    """What all tokens of one certificate have in common, encoded."""

    __slots__ = (
        "accuracy",
        "certificates",
        "info_head",
        "info_tail",
        "signed_attributes",
        "signer_head",
        "signer_tail",
    )

    def __init__(
        self, certificate: x509.Certificate, chain: Sequence[x509.Certificate], *, policy: str, accuracy: int
    ) -> None:
        """Encode it.

        Args:
            certificate: of the authority: timeStamping as its only extended usage.
            chain: further certificates to put in where they are asked for.
            policy: OID that the tokens name.
            accuracy: that the tokens promise, in seconds (RFC 3161 §2.4.2).
        """
        self.info_head = der.integer(1) + der.oid(policy)
        self.accuracy = der.sequence(der.integer(accuracy))
        self.info_tail = der.context(0, der.context(4, certificate.subject.public_bytes()))
        attributes = der.set_of(  # sorted by their lengths, which stand at the beginning: whatever the digest is
            der.sequence(der.oid(CONTENT_TYPE), der.set_of(der.oid(TST_INFO))),
            der.sequence(der.oid(MESSAGE_DIGEST), der.set_of(der.octets(_DIGEST_PLACE))),
            der.sequence(der.oid(SIGNING_CERTIFICATE_V2), der.set_of(_signing_certificate(certificate))),
        )
        before, after = attributes.split(_DIGEST_PLACE)
        self.signed_attributes = before, after
        issuer_and_serial = der.sequence(certificate.issuer.public_bytes(), der.integer(certificate.serial_number))
        is_ec = isinstance(certificate.public_key(), ec.EllipticCurvePublicKey)
        self.signer_head = der.integer(1) + issuer_and_serial + SHA256 + b"\xa0" + before[1:]  # the SET, [0] IMPLICIT
        self.signer_tail = after + (ECDSA_SHA256 if is_ec else RSA_SHA256)
        encoded = sorted(each.public_bytes(Encoding.DER) for each in (certificate, *chain))
        self.certificates = der.context(0, b"".join(encoded))


def build_token(
    stamp: Stamp, *, frame: Frame, signer: DigestSigner, label: str, with_certificates: bool = True
) -> bytes:
    """A signed token (ContentInfo, DER).

    Args:
        stamp: what it says.
        frame: of the authority's certificate.
        signer: who signs digests.
        label: of the authority's key.
        with_certificates: whether the request asked for them (certReq).
    """
    info = der.sequence(
        frame.info_head,
        stamp.imprint,
        der.integer(stamp.serial),
        _moment(stamp.moment),
        frame.accuracy,
        stamp.nonce or b"",
        frame.info_tail,
    )
    before, after = frame.signed_attributes
    digest = hashlib.sha256(info).digest()
    signature = signer.sign_digest(label, hashlib.sha256(before + digest + after).digest(), "sha256")
    signed = der.sequence(
        _VERSION_AND_DIGEST,
        der.sequence(_TST_INFO, der.context(0, der.octets(info))),
        frame.certificates if with_certificates else b"",
        der.set_of(der.sequence(frame.signer_head, digest, frame.signer_tail, der.octets(signature))),
    )
    return der.sequence(_SIGNED_DATA, der.context(0, signed))


_TST_INFO, _SIGNED_DATA = der.oid(TST_INFO), der.oid(SIGNED_DATA)
_VERSION_AND_DIGEST = der.integer(3) + der.set_of(SHA256)


def _moment(moment: datetime) -> bytes:
    """GeneralizedTime with the milliseconds: whole seconds would use up the accuracy. DER: no zeros at the end."""
    fraction = f"{moment.microsecond // 1000:03d}".rstrip("0")
    return der.tlv(0x18, f"{moment:%Y%m%d%H%M%S}{'.' if fraction else ''}{fraction}Z".encode())


def _signing_certificate(certificate: x509.Certificate) -> bytes:
    """SigningCertificateV2 with issuerSerial; SHA-256 is the default and therefore absent (DER)."""
    digest = hashlib.sha256(certificate.public_bytes(Encoding.DER)).digest()
    names = der.sequence(der.context(4, certificate.issuer.public_bytes()))
    issuer_serial = der.sequence(names, der.integer(certificate.serial_number))
    return der.sequence(der.sequence(der.sequence(der.octets(digest), issuer_serial)))
