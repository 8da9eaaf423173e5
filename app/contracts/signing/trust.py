"""Whom signatures are believed, at a given moment, by our own registry alone: never the system's store.

Revocation rule: a current CRL is required (`require_not_revoked`; in contexts for pyHanko `CRL_REQUIRED`). With "CRL or
OCSP" one stale "good" answer outweighs a CRL that says "revoked" (shared measurement; the regression test signs after the
revocation).
"""

from dataclasses import dataclass
from datetime import datetime

from asn1crypto import x509
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.policy_decl import (
    CertRevTrustPolicy,
    PKIXValidationParams,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)

from app.contracts.signing.revocation import require_not_revoked

CRL_ALWAYS = CertRevTrustPolicy(
    RevocationCheckingPolicy(RevocationCheckingRule.CRL_REQUIRED, RevocationCheckingRule.CRL_REQUIRED)
)
NO_REVOCATION = CertRevTrustPolicy(
    RevocationCheckingPolicy(RevocationCheckingRule.NO_CHECK, RevocationCheckingRule.NO_CHECK)
)


@dataclass(frozen=True, slots=True)
class Trust:
    """A certification authority as the acceptance sees it: certificates, current CRLs, policies of its holders."""

    roots: tuple[bytes, ...]  # DER
    crls: tuple[bytes, ...]  # DER, current
    policies: frozenset[str]  # dotted OIDs; a holder's certificate has one of them
    others: tuple[bytes, ...] = ()  # DER, between root and holder

    def context(self, moment: datetime | None, *, with_revocation: bool = True) -> ValidationContext:
        """A context for one validation at that moment (now if None). Nothing is fetched."""
        return ValidationContext(
            trust_roots=[x509.Certificate.load(root) for root in self.roots],
            other_certs=[x509.Certificate.load(other) for other in self.others],
            crls=list(self.crls) if with_revocation else [],
            allow_fetching=False,
            moment=moment,
            revinfo_policy=CRL_ALWAYS if with_revocation else NO_REVOCATION,
        )

    def require_not_revoked(self, certificate: bytes, moment: datetime) -> None:
        """Of a certificate (DER) that a root issued. Raises RevokedError or NoCrlError of `signing.revocation`."""
        require_not_revoked(certificate, crls=self.crls, roots=self.roots, moment=moment)

    def policy_parameters(self) -> PKIXValidationParams:
        """RFC 5280 §6.1.1: one of our policies must be asserted all the way down; anyPolicy does not do."""
        return PKIXValidationParams(
            user_initial_policy_set=self.policies, initial_explicit_policy=True, initial_any_policy_inhibit=True
        )
