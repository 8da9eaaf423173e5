"""Time-stamp tokens, assembled by hand from DER (RFC 3161 §2.4.2, RFC 5652, RFC 5816).

Building the same objects with asn1crypto takes 8 ms each: it encodes nested fresh objects again and again.
"""

import hashlib
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
ACCURACY = der.sequence(der.integer(1))  # one second, RFC 3628


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a token says."""

    imprint: bytes  # DER of the MessageImprint, as it was asked
    serial: int
    moment: datetime
    policy: str
    nonce: bytes | None = None  # DER of the INTEGER, as it was asked


def build_token(
    stamp: Stamp,
    *,
    certificate: x509.Certificate,
    chain: tuple[x509.Certificate, ...],
    signer: DigestSigner,
    label: str,
    with_certificates: bool = True,
) -> bytes:
    """A signed token (ContentInfo, DER).

    Args:
        stamp: what it says.
        certificate: of the authority: timeStamping as its only extended usage.
        chain: further certificates to put in.
        signer: who signs digests.
        label: of the authority's key.
        with_certificates: whether the request asked for them (certReq).
    """
    info = _tst_info(stamp, certificate)
    attributes = der.set_of(
        der.sequence(der.oid(CONTENT_TYPE), der.set_of(der.oid(TST_INFO))),
        der.sequence(der.oid(MESSAGE_DIGEST), der.set_of(der.octets(hashlib.sha256(info).digest()))),
        der.sequence(der.oid(SIGNING_CERTIFICATE_V2), der.set_of(_signing_certificate(certificate))),
    )
    signature = signer.sign_digest(label, hashlib.sha256(attributes).digest(), "sha256")
    issuer_and_serial = der.sequence(certificate.issuer.public_bytes(), der.integer(certificate.serial_number))
    is_ec = isinstance(certificate.public_key(), ec.EllipticCurvePublicKey)
    signer_info = der.sequence(
        der.integer(1),
        issuer_and_serial,
        SHA256,
        b"\xa0" + attributes[1:],  # the SET, tagged [0] IMPLICIT
        ECDSA_SHA256 if is_ec else RSA_SHA256,
        der.octets(signature),
    )
    certificates = b""
    if with_certificates:
        encoded = sorted(each.public_bytes(Encoding.DER) for each in (certificate, *chain))
        certificates = der.context(0, b"".join(encoded))
    signed = der.sequence(
        der.integer(3),
        der.set_of(SHA256),
        der.sequence(der.oid(TST_INFO), der.context(0, der.octets(info))),
        certificates,
        der.set_of(signer_info),
    )
    return der.sequence(der.oid(SIGNED_DATA), der.context(0, signed))


def _tst_info(stamp: Stamp, certificate: x509.Certificate) -> bytes:
    return der.sequence(
        der.integer(1),
        der.oid(stamp.policy),
        stamp.imprint,
        der.integer(stamp.serial),
        _moment(stamp.moment),
        ACCURACY,
        stamp.nonce or b"",
        der.context(0, der.context(4, certificate.subject.public_bytes())),
    )


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
