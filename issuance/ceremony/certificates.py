"""Profiles of the authority's own certificates (RFC 5280; RFC 6960 §4.2.2.2; RFC 3161 §2.3)."""

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from issuance.ceremony.configuration import Authority, Configuration, Unit
from issuance.rules.profile import Places, policies, signing_usage, with_places
from issuance.rules.profiles import Profiles
from issuance.rules.signing_bytes import PublicKey
from models.enums import CaKeyPurpose

ANY_POLICY = "2.5.29.32.0"


def ca_builder(authority: Authority, public: PublicKey, *, serial: int, now: datetime) -> x509.CertificateBuilder:
    """The self-signed CA certificate: pathLen 0, signs certificates and CRLs, no extended key usage."""
    not_after = now + timedelta(days=round(365.25 * authority.years))
    return _ca(ca_name(authority), public, public, serial=serial, not_before=now, not_after=not_after)


def cross_builder(
    subject: x509.Certificate, issuer: x509.Certificate, *, serial: int, now: datetime, places: Places
) -> x509.CertificateBuilder:
    """One generation of the CA certifies the key of another: `new with old`, `old with new` (RFC 4210 §4.4).

    Both bear the same name, so that it is self-issued and the issuer's pathLen 0 does not count it (RFC 5280 §4.2.1.9).
    It begins now: a CA dates nothing back, although RFC 4210 would let `old with new` begin with the old key.

    Args:
        subject: the CA certificate whose key is certified.
        issuer: the CA certificate of the key that signs.
        serial: of the new certificate.
        now: from when it is valid; until both keys' certificates are.
        places: of the issuer's generation.
    """
    key, issuer_key = subject.public_key(), issuer.public_key()
    assert isinstance(key, PublicKey)  # noqa: S101  our own CA
    assert isinstance(issuer_key, PublicKey)  # noqa: S101
    not_after = min(subject.not_valid_after_utc, issuer.not_valid_after_utc)
    uri = x509.UniformResourceIdentifier(places.ca_certificate)
    return (
        _ca(issuer.subject, key, issuer_key, serial=serial, not_before=now, not_after=not_after)
        .add_extension(
            x509.CertificatePolicies([x509.PolicyInformation(x509.ObjectIdentifier(ANY_POLICY), None)]), critical=False
        )
        .add_extension(
            x509.AuthorityInformationAccess([x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, uri)]),
            critical=False,
        )
    )


def ca_name(authority: Authority) -> x509.Name:
    """The name of the CA, the same in every generation."""
    return _name(authority.organization, authority.common_name)


def _ca(
    name: x509.Name,
    public: PublicKey,
    issuer_key: PublicKey,
    *,
    serial: int,
    not_before: datetime,
    not_after: datetime,
) -> x509.CertificateBuilder:
    usage = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(public)
        .serial_number(serial)
        .not_valid_before(not_before)
        .not_valid_after(not_after)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key), critical=False)
    )


def unit_builder(
    purpose: CaKeyPurpose,
    configuration: Configuration,
    public: PublicKey,
    *,
    serial: int,
    now: datetime,
    ca: x509.Certificate,
    places: Places,
    profiles: Profiles,
) -> x509.CertificateBuilder:
    """A certificate for one of the authority's own keys."""
    unit: Unit = getattr(configuration, purpose.value)
    issuer_key = ca.public_key()
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(configuration.ca.organization, unit.common_name))
        .issuer_name(ca.subject)
        .public_key(public)
        .serial_number(serial)
        .not_valid_before(now)
        .not_valid_after(min(now + timedelta(days=unit.days), ca.not_valid_after_utc - timedelta(days=1)))
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key),  # type: ignore[arg-type]
            critical=False,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(signing_usage(content_commitment=purpose is not CaKeyPurpose.OCSP), critical=True)
    )
    if purpose is CaKeyPurpose.OCSP:
        return builder.add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), critical=False
        ).add_extension(x509.OCSPNoCheck(), critical=False)
    builder = with_places(builder, places)
    if purpose is CaKeyPurpose.TSA:
        return builder.add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True
        ).add_extension(policies(f"{places.policy_arc}.{profiles.tsa.policy}", places), critical=False)
    return builder.add_extension(policies(f"{places.policy_arc}.{profiles.seal.policy}", places), critical=False)


def _name(organization: str, common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )
