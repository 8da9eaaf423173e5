"""Lints of the holder's key: its kind, and what the ledger knows of it. Weak keys by themselves: `lint`. Pure."""

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from issuance.rules.lint_context import Expected

KEY_FINDINGS = ("ERROR own.key-", "ERROR own.shared-factor", "ERROR own.rsa-")


def key_findings(found: x509.Certificate, expected: Expected) -> list[str]:
    """What is wrong with the key of a holder's certificate."""
    findings = []
    if not _is_of_the_profile(found.public_key(), expected):
        findings.append("ERROR own.key-kind")
    if expected.is_key_known:
        findings.append("ERROR own.key-known")
    if expected.shares_factor:
        findings.append("ERROR own.shared-factor")
    return findings


def is_about_the_key_alone(findings: list[str]) -> bool:
    """Whether another key is all that is needed; `own.rsa-…` are those of `issuance.rules.lint`."""
    return all(finding.startswith(KEY_FINDINGS) for finding in findings)


def _is_of_the_profile(key: object, expected: Expected) -> bool:
    if isinstance(key, rsa.RSAPublicKey):
        return key.key_size in expected.profile.rsa_bits
    return isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in expected.profile.curves
