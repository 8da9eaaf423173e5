"""Checks 14–16: whose certificate it is. Path and policy by our own registry, revocation by the current CRL."""

import asyncio
import hashlib

from asn1crypto import x509
from pyhanko_certvalidator import CertificateValidator
from pyhanko_certvalidator.errors import (
    ExpiredError,
    NotYetValidError,
    PathBuildingError,
    ValidationError,
)

from app.contracts.signing.checks.candidate import Candidate, RejectedError, require
from app.contracts.signing.revocation import NoCrlError, RevokedError

SIGNING_USAGES = frozenset({"digital_signature", "non_repudiation"})


def path(it: Candidate) -> None:
    """14: issued by an authority that we know, under a policy for persons, for signing."""
    certificate = it.signature.signer_cert
    usage = certificate.key_usage_value
    require(usage is not None and usage.native & SIGNING_USAGES, "certificate-usage")
    try:
        _validate(it, certificate)
    except (ExpiredError, NotYetValidError):
        return  # check 15 says so
    except (PathBuildingError, ValidationError) as error:
        raise RejectedError("certificate-unknown-authority", str(error)[:160]) from error


def validity(it: Candidate) -> None:
    """15: at receipt inside its validity, and by the current CRL not revoked. Without a current CRL: no."""
    try:
        _validate(it, it.signature.signer_cert)
        it.trust.require_not_revoked(it.signature.signer_cert.dump(), it.received_at)
    except (ExpiredError, NotYetValidError) as error:
        raise RejectedError("certificate-expired") from error
    except RevokedError as error:
        raise RejectedError("certificate-revoked") from error
    except NoCrlError as error:
        raise RejectedError("no-revocation-information", str(error)[:160]) from error
    except (PathBuildingError, ValidationError) as error:
        raise RejectedError("certificate-unknown-authority", str(error)[:160]) from error


def registered(it: Candidate) -> None:
    """16: the very certificate that is registered for the person who should sign."""
    found = hashlib.sha256(it.signature.signer_cert.dump()).digest()
    require(found == hashlib.sha256(it.certificate).digest(), "wrong-signer")


def _validate(it: Candidate, certificate: x509.Certificate) -> None:
    validator = CertificateValidator(
        certificate,
        intermediate_certs=[],
        validation_context=it.trust.context(it.received_at, with_revocation=False),
        pkix_params=it.trust.policy_parameters(),
    )
    asyncio.run(validator.async_validate_path())
