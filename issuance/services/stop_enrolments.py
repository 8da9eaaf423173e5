"""The lints or the profile refuse a certificate before it is signed, and no other key would help: an officer looks at it.

Nothing was signed. The request stays, with its serial number; both PINs stay reserved for it, so that they neither expire
nor lock. It goes on when an officer says so (resume_enrolment), or ends (end_stopped_enrolment).
"""

from collections.abc import Mapping
from uuid import UUID

from app import audit
from app.core.actor import SYSTEM
from app.core.errors import DomainError
from app.core.transaction import transaction
from app.jobs import defer
from issuance import queries
from issuance.errors import KeyRefusedError, LintError, ProfileError, RequestRefusedError
from models.enums import CertificateStatus, EnrolmentStatus

STOPS = (LintError, ProfileError, RequestRefusedError)


def is_a_stop(error: Exception) -> bool:
    """Whether this would be so at every further try, until somebody does something about it."""
    return isinstance(error, STOPS) and not isinstance(error, KeyRefusedError)


def stop_enrolments(failures: Mapping[UUID, DomainError]) -> None:
    """Put the enrolments aside that were refused, and promise the e-mail that says so. Safe to run again.

    Args:
        failures: by enrolment why it has no certificate; what is no stop is left alone.
    """
    for enrolment_id, error in failures.items():
        if is_a_stop(error):
            _stop(enrolment_id, error)


def _stop(enrolment_id: UUID, error: DomainError) -> None:
    with transaction():
        enrolment = queries.get_enrolment_for_update(enrolment_id)
        if enrolment.status is not EnrolmentStatus.REQUESTED or enrolment.refusal_code is not None:
            return
        certificate = queries.find_certificate_for_update(enrolment.id)
        if certificate is not None and certificate.status is not CertificateStatus.SERIAL_RESERVED:
            return  # another run got further
        enrolment.refusal_code = error.code
        audit.record(
            "enrolment:stop",
            subject_type="enrolment",
            subject_id=enrolment.id,
            actor=SYSTEM,
            outcome="failed",
            detail={
                "code": error.code,
                "findings": getattr(error, "findings", []),
                "field": error.field or "",
            },
        )
        defer("mailings.jobs.email_enrolment_stopped", enrolment.id)
