"""Lints before the signature: pkilint's RFC 5280 checks and our own, on bytes that carry an empty signature.

Boulder's order (ISSUANCE-CYCLE.md): what was linted is byte for byte what is signed afterwards. Our own lints say what
the law, the profile and the ledger ask for: names in `lint_names`, the time in `lint_validity`, extensions in
`lint_extensions`, keys in `lint_keys`.
"""

import warnings

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from issuance.rules.lint_context import Expected, extended_usages
from issuance.rules.lint_extensions import extension_findings
from issuance.rules.lint_keys import key_findings
from issuance.rules.lint_names import length_findings, name_findings
from issuance.rules.lint_validity import time_form_findings, validity_findings
from issuance.rules.pkix_lint import pkix_findings
from issuance.rules.weak_keys import weakness

FEWEST_SERIAL_BITS = 64
RSA_2048_LAST_YEAR = 2030  # CRYPTREC: 112-bit strength not for signatures after 2030


def certificate_findings(der: bytes, expected: Expected | None = None) -> list[str]:
    """Everything wrong with a certificate, as `SEVERITY code path`; an empty list is what we want.

    Args:
        der: the certificate, with whatever signature.
        expected: what a holder's certificate is held against; without it only what holds for every certificate of ours.
    """
    findings = pkix_findings(der)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # `cryptography` warns of names longer than 64 octets; we count characters
        try:
            found = x509.load_der_x509_certificate(der)
            findings += _any_certificate(found)
            if expected is not None:
                findings += holder_findings(found, expected)
        except (ValueError, TypeError) as error:
            findings.append(f"FATAL own.unreadable {type(error).__name__}")
    return findings


def holder_findings(found: x509.Certificate, expected: Expected) -> list[str]:
    """What our own lints find in a holder's certificate."""
    return [
        *name_findings(found),
        *validity_findings(found, expected),
        *extension_findings(found, expected),
        *key_findings(found, expected),
    ]


def _any_certificate(found: x509.Certificate) -> list[str]:
    """What holds for every certificate, the authority's own ones too."""
    findings = [*length_findings(found), *time_form_findings(found)]
    if found.serial_number.bit_length() < FEWEST_SERIAL_BITS:
        findings.append("ERROR own.serial-too-short")
    key = found.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        if key.key_size < 3072 and found.not_valid_after_utc.year > RSA_2048_LAST_YEAR:  # noqa: PLR2004
            findings.append("ERROR own.rsa-2048-after-2030")
        numbers = key.public_numbers()
        if reason := weakness(numbers.n, numbers.e):
            findings.append(f"ERROR own.rsa-{reason}")
    usages = extended_usages(found)
    if usages is not None:
        if ExtendedKeyUsageOID.TIME_STAMPING in usages.value and (len(list(usages.value)) > 1 or not usages.critical):
            findings.append("ERROR own.time-stamping-usage")  # RFC 3161 §2.3
        if ExtendedKeyUsageOID.CLIENT_AUTH in usages.value:
            findings.append("ERROR own.client-auth")
        if ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE in usages.value:
            findings.append("ERROR own.any-usage")
    return findings
