"""The OCSP responder's certificate (RFC 6960 §4.2.2.2). Pure."""

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from issuance.rules.profile import signing_usage


def is_renewal_due(not_before: datetime, not_after: datetime, *, now: datetime, before: timedelta) -> bool:
    """Whether a responder's certificate is to be renewed: so long before its end, or in its last third if it is short."""
    return now >= not_after - min(before, (not_after - not_before) / 3)


def renewed_certificate(
    old: x509.Certificate, *, serial: int, now: datetime, days: int, ca: x509.Certificate
) -> x509.CertificateBuilder:
    """The same name and key, for so many days from now; never longer than the CA's own certificate."""
    return (
        x509.CertificateBuilder()
        .subject_name(old.subject)
        .issuer_name(ca.subject)
        .public_key(old.public_key())
        .serial_number(serial)
        .not_valid_before(now)
        .not_valid_after(min(now + timedelta(days=days), ca.not_valid_after_utc))
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(ca.public_key()),  # type: ignore[arg-type]
            critical=False,
        )
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(old.public_key()),  # type: ignore[arg-type]
            critical=False,
        )
        .add_extension(signing_usage(content_commitment=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), critical=False)
        .add_extension(x509.OCSPNoCheck(), critical=False)
    )
