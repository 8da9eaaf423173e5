"""Lints before the signature: pkilint's RFC 5280 checks and our own, on bytes that carry an empty signature.

Boulder's order (ISSUANCE-CYCLE.md): what was linted is byte for byte what is signed afterwards.
"""

from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID, NameOID
from pkilint import loader
from pkilint.pkix import certificate, extension, name
from pkilint.validation import ValidationFindingSeverity

MOST_CHARACTERS = 64  # ub-common-name, ub-organization-name, ub-serial-number (RFC 5280 appendix A)
FEWEST_SERIAL_BITS = 64
RSA_2048_LAST_YEAR = 2030  # CRYPTREC: 112-bit strength not for signatures after 2030
BOUNDED = (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME, NameOID.ORGANIZATIONAL_UNIT_NAME, NameOID.SERIAL_NUMBER)


def certificate_findings(der: bytes) -> list[str]:
    """Everything wrong with a certificate, as `SEVERITY code path`; an empty list is what we want."""
    return [*_pkilint_findings(der), *_own_findings(x509.load_der_x509_certificate(der))]


@cache
def _validator() -> object:
    return certificate.create_pkix_certificate_validator_container(
        certificate.create_decoding_validators(name.ATTRIBUTE_TYPE_MAPPINGS, extension.EXTENSION_MAPPINGS),
        [
            certificate.create_issuer_validator_container([]),
            certificate.create_validity_validator_container(),
            certificate.create_subject_validator_container([]),
            certificate.create_extensions_validator_container([]),
            certificate.create_spki_validator_container([]),
        ],
    )


def _pkilint_findings(der: bytes) -> list[str]:
    document = loader.RFC5280CertificateDocumentLoader().load_der_document(der, "certificate", "memory")
    return [
        f"{description.finding.severity.name} {description.finding.code} {result.node.path}"
        for result in _validator().validate(document.root)  # type: ignore[attr-defined]
        for description in result.finding_descriptions
        # the enumeration counts downwards: FATAL is 0
        if description.finding.severity <= ValidationFindingSeverity.WARNING
    ]


def _own_findings(found: x509.Certificate) -> list[str]:
    findings: list[str] = []
    if found.serial_number.bit_length() < FEWEST_SERIAL_BITS:
        findings.append("ERROR own.serial-too-short")
    for attribute in found.subject:
        if attribute.oid in BOUNDED and len(str(attribute.value)) > MOST_CHARACTERS:
            findings.append(f"ERROR own.name-too-long {attribute.oid.dotted_string}")
        if attribute.oid == NameOID.COMMON_NAME and not str(attribute.value).strip():
            findings.append("ERROR own.name-empty")
    key = found.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        if key.key_size < 3072 and found.not_valid_after_utc.year > RSA_2048_LAST_YEAR:  # noqa: PLR2004
            findings.append("ERROR own.rsa-2048-after-2030")
        if key.public_numbers().e != 65537:  # noqa: PLR2004
            findings.append("ERROR own.rsa-exponent")
    usages = _extended_usages(found)
    if ExtendedKeyUsageOID.TIME_STAMPING in usages and (len(usages) > 1 or not _usage_is_critical(found)):
        findings.append("ERROR own.time-stamping-usage")  # RFC 3161 §2.3
    if ExtendedKeyUsageOID.CLIENT_AUTH in usages:
        findings.append("ERROR own.client-auth")
    return findings


def _extended_usages(found: x509.Certificate) -> list[x509.ObjectIdentifier]:
    try:
        return list(found.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)
    except x509.ExtensionNotFound:
        return []


def _usage_is_critical(found: x509.Certificate) -> bool:
    return found.extensions.get_extension_for_oid(ExtensionOID.EXTENDED_KEY_USAGE).critical
