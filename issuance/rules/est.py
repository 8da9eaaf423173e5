"""What travels in Enrollment over Secure Transport (RFC 7030, clarified by RFC 8951): bodies, attributes. Pure."""

import base64
import binascii
from collections.abc import Iterable

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import NameOID

from app.core import der
from issuance.errors import RequestRefusedError
from issuance.rules.requests import KeyRules

DEVICE_SERIAL = NameOID.SERIAL_NUMBER  # X.520: "the serial number of a device"
_SHA256 = "2.16.840.1.101.3.4.2.1"
_RSA_ENCRYPTION = "1.2.840.113549.1.1.1"
_SHA256_WITH_RSA = "1.2.840.113549.1.1.11"
_EC_PUBLIC_KEY = "1.2.840.10045.2.1"
_ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2"
_CURVES = {"secp256r1": "1.2.840.10045.3.1.7", "secp384r1": "1.3.132.0.34"}


def decode_body(data: bytes) -> bytes:
    """The request out of a body: base64 with or without line breaks (RFC 8951: whatever the header says), PEM or DER.

    Raises:
        RequestRefusedError: csr-malformed.
    """
    text = data.strip()
    if text.startswith((b"-----", b"\x30")):  # base64 of a SEQUENCE begins with M, DER with 0x30
        return data if text.startswith(b"\x30") else text
    try:
        return base64.b64decode(b"".join(text.split()), validate=True)
    except binascii.Error as error:
        raise RequestRefusedError("csr-malformed") from error


def certificates_body(certificates: Iterable[x509.Certificate]) -> bytes:
    """A certs-only PKCS #7 (RFC 7030 §4.1.3, §4.2.3), base64 in one line: strongSwan 5.9 cannot read several."""
    return base64.b64encode(pkcs7.serialize_certificates(list(certificates), Encoding.DER))


def device_serial(csr: x509.CertificateSigningRequest) -> str:
    """The serial number of the token that the key is on; empty if the request does not say.

    EST has no field for it. It is taken from an attribute serialNumber of the request; else from serialNumber in the
    subject, which a new request is free to use. A request to renew is not: its subject is that of the certificate.
    """
    try:
        value = csr.attributes.get_attribute_for_oid(DEVICE_SERIAL).value
        return value.decode("utf-8").strip()
    except (x509.AttributeNotFound, ValueError):
        named = csr.subject.get_attributes_for_oid(DEVICE_SERIAL)
        return str(named[0].value).strip() if named else ""


def csr_attributes(rules: KeyRules) -> bytes:
    """What a request should have (RFC 7030 §4.5.2), DER: the hash, the kinds of keys, and the token's serial number."""
    entries = [der.oid(_SHA256), der.oid(DEVICE_SERIAL.dotted_string)]
    if rules.rsa_bits:
        sizes = der.set_of(*(der.integer(bits) for bits in rules.rsa_bits))
        entries += [der.sequence(der.oid(_RSA_ENCRYPTION), sizes), der.oid(_SHA256_WITH_RSA)]
    if rules.curves:
        curves = der.set_of(*(der.oid(_CURVES[name]) for name in rules.curves))
        entries += [der.sequence(der.oid(_EC_PUBLIC_KEY), curves), der.oid(_ECDSA_WITH_SHA256)]
    return der.sequence(*entries)


def require_same_names(csr: x509.CertificateSigningRequest, present: x509.Certificate) -> None:
    """A request to renew names whom the present certificate names (RFC 7030 §4.2.2).

    The alternative name may be left out: it is taken from the approved application in any case.

    Raises:
        RequestRefusedError: other-subject, with the subject that is expected.
    """
    expected = present.subject.rfc4514_string()
    if csr.subject != present.subject:
        raise RequestRefusedError("other-subject", expected=expected)
    try:
        given = csr.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return
    except ValueError as error:
        raise RequestRefusedError("csr-malformed") from error
    known = present.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    if given.value != known.value:
        raise RequestRefusedError("other-subject", expected=expected)
