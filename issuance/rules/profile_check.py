"""The extensions of a stored certificate against the profile of its version. Pure."""

from collections.abc import Iterable, Iterator

from cryptography import x509

from issuance.rules.lint_context import E, find_extension
from issuance.rules.profile import EXTENDED_USAGES, Places, policies, signing_usage
from issuance.rules.profiles import HolderProfile
from issuance.rules.signing_bytes import PublicKey

ALWAYS: tuple[type[x509.ExtensionType], ...] = (  # and extKeyUsage, where the profile has one
    x509.AuthorityKeyIdentifier,
    x509.SubjectKeyIdentifier,
    x509.KeyUsage,
    x509.CertificatePolicies,
    x509.SubjectAlternativeName,
    x509.CRLDistributionPoints,
    x509.AuthorityInformationAccess,
)
CRITICAL = {x509.KeyUsage.oid}
Said = Iterator[tuple[str, str]]


def profile_findings(found: x509.Certificate, profile: HolderProfile, places: Places, issuer: x509.Certificate) -> Said:
    """What differs: code, and what stands there."""
    wanted: tuple[tuple[str, type[x509.ExtensionType], object], ...] = (
        ("profile-usage", x509.KeyUsage, signing_usage(content_commitment=profile.content_commitment)),
        ("profile-policy", x509.CertificatePolicies, policies(f"{places.policy_arc}.{profile.policy}", places)),
        (
            "profile-key-identifier",
            x509.AuthorityKeyIdentifier,
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.public_key()),  # type: ignore[arg-type]  # a CA has an RSA or EC key
        ),
    )
    for code, kind, value in wanted:
        if _value(found, kind) != value:
            yield code, ""
    usages = _value(found, x509.ExtendedKeyUsage)
    if set(usages or ()) != {EXTENDED_USAGES[name] for name in profile.extended_usages}:
        yield "profile-extended-usage", ", ".join(each.dotted_string for each in usages or ())
    key = found.public_key()
    if isinstance(key, PublicKey) and _value(found, x509.SubjectKeyIdentifier) != _own_identifier(key):
        yield "profile-own-key-identifier", ""
    points = _value(found, x509.CRLDistributionPoints)
    if _addresses(point.full_name for point in points or ()) != [places.crl]:
        yield "profile-distribution-point", str(_addresses(point.full_name for point in points or ()))
    access = _value(found, x509.AuthorityInformationAccess)
    if _addresses([each.access_location] for each in access or ()) != [places.ocsp, places.ca_certificate]:
        yield "profile-access", str(_addresses([each.access_location] for each in access or ()))
    yield from _set(found, profile)


def _set(found: x509.Certificate, profile: HolderProfile) -> Said:
    kinds: tuple[type[x509.ExtensionType], ...] = (
        (*ALWAYS, x509.ExtendedKeyUsage) if profile.extended_usages else ALWAYS
    )
    expected = {(kind.oid, kind.oid in CRITICAL) for kind in kinds}
    there = {(each.oid, each.critical) for each in found.extensions}
    if there != expected:
        odd = sorted(oid.dotted_string for oid, _critical in there ^ expected)
        yield "profile-extensions", ", ".join(dict.fromkeys(odd))


def _own_identifier(key: PublicKey) -> x509.SubjectKeyIdentifier:
    return x509.SubjectKeyIdentifier.from_public_key(key)


def _value(found: x509.Certificate, kind: type[E]) -> E | None:
    extension = find_extension(found, kind)
    return extension.value if extension else None


def _addresses(names: Iterable[Iterable[x509.GeneralName] | None]) -> list[str]:
    return [each.value for group in names for each in group or () if isinstance(each, x509.UniformResourceIdentifier)]
