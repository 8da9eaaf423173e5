"""Profiles of the authority's own certificates (RFC 5280; RFC 6960 §4.2.2.2; RFC 3161 §2.3)."""

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from issuance.ceremony.configuration import Authority, Configuration, Unit
from issuance.rules.profile import Places, policies, signing_usage, with_places
from models.enums import CaKeyPurpose

PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey


def ca_builder(authority: Authority, public: PublicKey, *, serial: int, now: datetime) -> x509.CertificateBuilder:
    """The self-signed CA certificate: pathLen 0, signs certificates and CRLs, no extended key usage."""
    name = _name(authority.organization, authority.common_name)
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
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=round(365.25 * authority.years)))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(public), critical=False)
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
        ).add_extension(policies(f"{places.policy_arc}.2.1", places), critical=False)
    return builder.add_extension(policies(f"{places.policy_arc}.3.1", places), critical=False)


def _name(organization: str, common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )
