"""An officer lets an issue that stopped be tried once more: what it stopped at was put right."""

from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.transaction import transaction
from app.jobs import defer
from issuance import queries
from issuance.errors import EnrolmentEndError
from issuance.queries.profiles import get_profiles
from issuance.queries.requests import find_token_with_serial
from issuance.queries.stops import get_stopped_for_update
from issuance.services.request_certificate import TOKENS
from models.enrolments import Enrolment
from models.enums import CertificateStatus


def resume_enrolment(enrolment_id: UUID, *, actor: Actor) -> None:
    """Try once more, by the profiles that are now in force: what has its serial number keeps its version but for this. If it is refused again it stops again.

    Raises:
        EnrolmentEndError: resume-token-gone: the eToken with the key is lost, back or retired.
        NotFoundError: there is no such enrolment.
        StaleError: it does not stand still any more.
    """
    with transaction():
        enrolment = get_stopped_for_update(enrolment_id)
        _require_token(enrolment)
        code, enrolment.refusal_code = enrolment.refusal_code, None
        audit.record(
            "enrolment:resume",
            subject_type="enrolment",
            subject_id=enrolment.id,
            actor=actor,
            detail={"code": code},
        )
        certificate = queries.find_certificate_for_update(enrolment.id)
        if certificate is not None and certificate.status is CertificateStatus.SERIAL_RESERVED:
            certificate.profile_version = get_profiles().version
        defer("issuance.jobs.issue_certificate", enrolment.id)


def _require_token(enrolment: Enrolment) -> None:
    """What happened to the token while the issue stood still counts; a certificate for a lost key helps the finder."""
    serial = enrolment.token_serial
    if serial and find_token_with_serial(enrolment.applicant_id, serial, TOKENS[enrolment.kind]) is None:
        raise EnrolmentEndError("resume-token-gone", serial=serial)
