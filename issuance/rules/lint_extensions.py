"""Lints of the extensions: usages, policy, and the addresses that must agree with those of CRL and OCSP. Pure."""

from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID

from issuance.rules.lint_context import Expected, extended_usages, find_extension
from issuance.rules.profile import EXTENDED_USAGES, signing_usage


def extension_findings(found: x509.Certificate, expected: Expected) -> list[str]:
    """What is wrong with the extensions of a holder's certificate."""
    return [
        *_issuer(found, expected),
        *_usages(found, expected),
        *_policy(found, expected),
        *_addresses(found, expected),
    ]


def _issuer(found: x509.Certificate, expected: Expected) -> list[str]:
    findings = []
    if found.issuer.public_bytes() != expected.issuer.subject.public_bytes():
        findings.append("ERROR own.issuer-name")
    authority = find_extension(found, x509.AuthorityKeyIdentifier)
    of_issuer = find_extension(expected.issuer, x509.SubjectKeyIdentifier)
    if authority is None or of_issuer is None or authority.value.key_identifier != of_issuer.value.digest:
        findings.append("ERROR own.authority-key")
    constraints = find_extension(found, x509.BasicConstraints)
    if constraints is not None and constraints.value.ca:
        findings.append("ERROR own.is-a-ca")
    return findings


def _usages(found: x509.Certificate, expected: Expected) -> list[str]:
    findings = []
    usage = find_extension(found, x509.KeyUsage)
    asked = signing_usage(content_commitment=expected.profile.content_commitment)
    if usage is None or not usage.critical or usage.value != asked:
        findings.append("ERROR own.key-usage")
    extended = extended_usages(found)
    there = set() if extended is None else set(extended.value)
    if there != {EXTENDED_USAGES[name] for name in expected.profile.extended_usages}:
        findings.append("ERROR own.extended-usage")
    return findings


def _policy(found: x509.Certificate, expected: Expected) -> list[str]:
    policies = find_extension(found, x509.CertificatePolicies)
    there = [] if policies is None else [each.policy_identifier.dotted_string for each in policies.value]
    if there != [f"{expected.places.policy_arc}.{expected.profile.policy}"]:
        return ["ERROR own.policy"]
    return []


def _addresses(found: x509.Certificate, expected: Expected) -> list[str]:
    """The distribution point is the very address that the CRL's issuingDistributionPoint names (RFC 5280 §5.2.5)."""
    places, findings = expected.places, []
    points = find_extension(found, x509.CRLDistributionPoints)
    if points is None or [_uris(each) for each in points.value] != [[places.crl]]:
        findings.append("ERROR own.distribution-point")
    access = find_extension(found, x509.AuthorityInformationAccess)
    there = (
        []
        if access is None
        else [(each.access_method, getattr(each.access_location, "value", "")) for each in access.value]
    )
    if sorted(there, key=str) != sorted(
        [
            (AuthorityInformationAccessOID.OCSP, places.ocsp),
            (AuthorityInformationAccessOID.CA_ISSUERS, places.ca_certificate),
        ],
        key=str,
    ):
        findings.append("ERROR own.information-access")
    return findings


def _uris(point: x509.DistributionPoint) -> list[str]:
    if point.reasons is not None or point.crl_issuer is not None:
        return []
    return [str(name.value) for name in point.full_name or () if isinstance(name, x509.UniformResourceIdentifier)]
