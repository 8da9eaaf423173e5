"""A certificate in plain text, laid out as `openssl x509 -text` does it, so that both can be read side by side. Pure."""

from collections.abc import Iterator

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

SHORT = {
    NameOID.COUNTRY_NAME: "C",
    NameOID.ORGANIZATION_NAME: "O",
    NameOID.ORGANIZATIONAL_UNIT_NAME: "OU",
    NameOID.COMMON_NAME: "CN",
    NameOID.LOCALITY_NAME: "L",
    NameOID.STATE_OR_PROVINCE_NAME: "ST",
    NameOID.SERIAL_NUMBER: "serialNumber",
    x509.ObjectIdentifier("2.5.4.97"): "organizationIdentifier",
}
USES = {
    "digital_signature": "Digital Signature",
    "content_commitment": "Non Repudiation",
    "key_encipherment": "Key Encipherment",
    "data_encipherment": "Data Encipherment",
    "key_agreement": "Key Agreement",
    "key_cert_sign": "Certificate Sign",
    "crl_sign": "CRL Sign",
}
WIDTH = 18  # octets of a line


def certificate_text(der: bytes) -> str:
    """The contents of a certificate, line by line.

    Args:
        der: the certificate, DER.

    Raises:
        ValueError: it is none.
    """
    return "\n".join(_lines(x509.load_der_x509_certificate(der)))


def _lines(certificate: x509.Certificate) -> Iterator[str]:
    yield "Certificate:"
    yield "    Data:"
    yield f"        Version: {certificate.version.value + 1} (0x{certificate.version.value:x})"
    yield "        Serial Number:"
    yield f"            {_colons(_serial(certificate.serial_number))}"
    yield f"        Signature Algorithm: {_algorithm(certificate)}"
    yield f"        Issuer: {_name(certificate.issuer)}"
    yield "        Validity"
    yield f"            Not Before: {certificate.not_valid_before_utc:%b %e %H:%M:%S %Y} GMT"
    yield f"            Not After : {certificate.not_valid_after_utc:%b %e %H:%M:%S %Y} GMT"
    yield f"        Subject: {_name(certificate.subject)}"
    yield "        Subject Public Key Info:"
    yield from _key(certificate)
    yield "        X509v3 extensions:"
    for extension in certificate.extensions:
        yield f"            {_title(extension)}:{' critical' if extension.critical else ''}"
        for line in _extension(extension):
            yield f"                {line}"
    yield f"    Signature Algorithm: {_algorithm(certificate)}"
    yield "    Signature Value:"
    yield from (f"        {line}" for line in _block(certificate.signature))


def _serial(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8 or 1)


def _algorithm(certificate: x509.Certificate) -> str:
    name = certificate.signature_hash_algorithm
    kind = certificate.signature_algorithm_oid._name  # noqa: SLF001  its only readable name
    return {"ecdsa-with-SHA256": "ecdsa-with-SHA256"}.get(kind, kind) if name is not None else kind


def _name(name: x509.Name) -> str:
    return ", ".join(f"{SHORT.get(each.oid, each.oid.dotted_string)} = {each.value!s}" for each in name)


def _key(certificate: x509.Certificate) -> Iterator[str]:
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        yield "            Public Key Algorithm: rsaEncryption"
        yield f"                Public-Key: ({key.key_size} bit)"
        yield "                Modulus:"
        modulus = key.public_numbers().n.to_bytes(key.key_size // 8 + 1)  # with the sign, as in DER
        yield from (f"                    {line}" for line in _block(modulus, 15))
        yield f"                Exponent: {key.public_numbers().e} (0x{key.public_numbers().e:x})"
    elif isinstance(key, ec.EllipticCurvePublicKey):
        yield "            Public Key Algorithm: id-ecPublicKey"
        yield f"                Public-Key: ({key.key_size} bit)"
        yield "                pub:"
        point = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        yield from (f"                    {line}" for line in _block(point, 15))
        yield f"                Curve: {key.curve.name}"


TITLES = {
    x509.BasicConstraints: "X509v3 Basic Constraints",
    x509.KeyUsage: "X509v3 Key Usage",
    x509.ExtendedKeyUsage: "X509v3 Extended Key Usage",
    x509.SubjectKeyIdentifier: "X509v3 Subject Key Identifier",
    x509.AuthorityKeyIdentifier: "X509v3 Authority Key Identifier",
    x509.SubjectAlternativeName: "X509v3 Subject Alternative Name",
    x509.CertificatePolicies: "X509v3 Certificate Policies",
    x509.CRLDistributionPoints: "X509v3 CRL Distribution Points",
    x509.AuthorityInformationAccess: "Authority Information Access",
}


def _title(extension: x509.Extension[x509.ExtensionType]) -> str:
    return TITLES.get(type(extension.value), extension.oid.dotted_string)


def _extension(extension: x509.Extension[x509.ExtensionType]) -> Iterator[str]:  # noqa: C901  one line for each kind
    value = extension.value
    if isinstance(value, x509.BasicConstraints):
        length = f", pathlen:{value.path_length}" if value.path_length is not None else ""
        yield f"CA:{str(value.ca).upper()}{length}"
    elif isinstance(value, x509.KeyUsage):
        yield ", ".join(word for name, word in USES.items() if getattr(value, name))
    elif isinstance(value, x509.ExtendedKeyUsage):
        yield ", ".join(f"{each._name} ({each.dotted_string})" for each in value)  # noqa: SLF001
    elif isinstance(value, x509.SubjectKeyIdentifier):
        yield _colons(value.digest)
    elif isinstance(value, x509.AuthorityKeyIdentifier):
        yield _colons(value.key_identifier or b"")
    elif isinstance(value, x509.SubjectAlternativeName):
        yield from (_general(each) for each in value)
    elif isinstance(value, x509.CertificatePolicies):
        for policy in value:
            yield f"Policy: {policy.policy_identifier.dotted_string}"
            yield from (f"  CPS: {each}" for each in policy.policy_qualifiers or () if isinstance(each, str))
    elif isinstance(value, x509.CRLDistributionPoints):
        yield from (_general(each) for point in value for each in point.full_name or ())
    elif isinstance(value, x509.AuthorityInformationAccess):
        yield from (f"{each.access_method._name} - {_general(each.access_location)}" for each in value)  # noqa: SLF001
    else:
        yield _colons(value.public_bytes())


def _general(name: x509.GeneralName) -> str:
    if isinstance(name, x509.DirectoryName):
        return f"DirName: {_name(name.value)}"
    if isinstance(name, x509.UniformResourceIdentifier):
        return f"URI:{name.value}"
    return f"{type(name).__name__}:{name.value}"


def _colons(data: bytes) -> str:
    return data.hex(":").upper() if len(data) in {20, 32} else data.hex(":")


def _block(data: bytes, width: int = WIDTH) -> Iterator[str]:
    for start in range(0, len(data), width):
        end = ":" if start + width < len(data) else ""
        yield data[start : start + width].hex(":") + end
