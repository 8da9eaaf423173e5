"""What stamps are made with: the active certificate, its chain and policy, the profile's accuracy, the last word on the clock."""

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from app.core.direct import Direct
from app.core.errors import DomainError
from app.timestamps.clock_check import ClockWord
from app.timestamps.token import Frame

# Which check of the clock is the last one, and which rows of certificates there are, each with the transaction that wrote
# it (xmin), and which profile is active: another text whenever anything that stamps depend on is another.
VERSIONS = """
SELECT concat((SELECT id FROM clock_check ORDER BY at DESC LIMIT 1), ' ',
 (SELECT string_agg(id::text || xmin, ' ' ORDER BY id) FROM ca_certificate WHERE purpose IN ('ca', 'tsa')), ' ',
 (SELECT version FROM certificate_profile WHERE status = 'active'))
"""
DEFAULT_ACCURACY = 1  # seconds, RFC 3628: the built-in profile's
# The active certificate with that of the CA of its generation, which is not the active CA after a roll-over.
_READ = f"""
WITH checked AS (SELECT id, at, is_good FROM clock_check ORDER BY at DESC LIMIT 1),
     unit AS (SELECT der, key_label, generation FROM ca_certificate WHERE purpose = 'tsa' AND active)
SELECT ({VERSIONS}), checked.id, checked.at, checked.is_good, unit.der, unit.key_label,
       (SELECT array_agg(ca.der) FROM ca_certificate ca WHERE ca.purpose = 'ca' AND ca.generation = unit.generation),
       (SELECT (content->'tsa'->>'accuracy_seconds')::int FROM certificate_profile WHERE status = 'active')
FROM (SELECT 1) one LEFT JOIN checked ON true LEFT JOIN unit ON true
"""  # noqa: S608  constant


class NoTimeStampAuthorityError(DomainError):
    """There is no certificate to stamp with, or it is not fit for it (RFC 3161 §2.3). Codes: no-tsa, tsa-certificate."""


class NoIssuerError(DomainError):
    """The certificates that were asked for are not there. Code: no-tsa-issuer."""


@dataclass(frozen=True, slots=True)
class Unit:
    """All this as it was read at one moment; `versions` is how to ask whether it is still so."""

    versions: bytes
    clock_word: ClockWord
    certificate: x509.Certificate
    key_label: str
    policy: str
    is_fit: bool
    has_chain: bool
    frame: Frame

    def require_fit(self, now: datetime, *, with_chain: bool) -> None:
        """Before a stamp.

        Raises:
            NoTimeStampAuthorityError: the certificate is not for stamps, or not valid now.
            NoIssuerError: the chain is asked for and not there.
        """
        certificate = self.certificate
        if not self.is_fit or not certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc:
            raise NoTimeStampAuthorityError("tsa-certificate")
        if with_chain and not self.has_chain:
            raise NoIssuerError("no-tsa-issuer")


def read_unit(reader: Direct) -> Unit:
    """Read it.

    Raises:
        NoTimeStampAuthorityError: no certificate, or one that names no policy.
        psycopg.OperationalError: the database does not answer.
    """
    ((versions, check, checked_at, is_good, encoded, key_label, issuers, accuracy),) = reader.fetch(_READ)
    if encoded is None:
        raise NoTimeStampAuthorityError("no-tsa")
    certificate = x509.load_der_x509_certificate(encoded)
    chain = [each for each in map(x509.load_der_x509_certificate, issuers or ()) if each.subject == certificate.issuer]
    policy = _policy(certificate)
    return Unit(
        versions.encode(),
        ClockWord(check, checked_at, is_good),
        certificate,
        key_label,
        policy,
        is_fit=_is_fit(certificate),
        has_chain=bool(chain),
        frame=Frame(certificate, chain, policy=policy, accuracy=accuracy or DEFAULT_ACCURACY),
    )


def _policy(certificate: x509.Certificate) -> str:
    """That of the profile under which the authority's certificate was made: the certificate names it."""
    try:
        named = certificate.extensions.get_extension_for_class(x509.CertificatePolicies).value
    except (x509.ExtensionNotFound, ValueError) as error:
        raise NoTimeStampAuthorityError("tsa-certificate") from error
    return named[0].policy_identifier.dotted_string


def _is_fit(certificate: x509.Certificate) -> bool:
    """Whether a certificate may stamp: timeStamping as its only extended usage, critical (RFC 3161 §2.3)."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except (x509.ExtensionNotFound, ValueError):
        return False
    return usage.critical and list(usage.value) == [ExtendedKeyUsageOID.TIME_STAMPING]
