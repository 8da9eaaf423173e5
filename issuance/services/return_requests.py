"""A key that the lints refuse when the certificate is made: the request goes back to the holder, who makes another key.

What was looked for when the request came (issuance.rules.requests) is seldom found later: another key shares a prime with
this one, or came with the same modulus a moment before. Nothing was signed. The serial number waits for the next request.
"""

from collections.abc import Mapping
from uuid import UUID

from app import audit
from app.core.actor import SYSTEM
from app.core.errors import DomainError
from app.core.transaction import transaction
from app.jobs import defer
from issuance import queries
from issuance.errors import KeyRefusedError
from issuance.queries.requests import KEY_REFUSED
from issuance.rules.states import require_step
from models.enums import EnrolmentStatus, PinStatus


def return_requests(failures: Mapping[UUID, DomainError]) -> None:
    """Open the enrolments again whose key was refused, and promise the e-mail that says so. Safe to run again.

    The 申請PIN stays reserved for this passage, and the ダウンロードPIN is as usable as before the request.

    Args:
        failures: by enrolment why it has no certificate; what is no KeyRefusedError is left alone.
    """
    for enrolment_id, error in failures.items():
        if isinstance(error, KeyRefusedError):
            _return(enrolment_id, error)


def _return(enrolment_id: UUID, error: KeyRefusedError) -> None:
    with transaction():
        enrolment = queries.get_enrolment_for_update(enrolment_id)
        if enrolment.status is not EnrolmentStatus.REQUESTED:
            return
        enrolment.status, enrolment.refusal_code = EnrolmentStatus.OPENED, KEY_REFUSED
        if enrolment.download_pin_id is not None:
            pin = queries.get_pin_for_update(enrolment.download_pin_id)
            if pin.status is PinStatus.RESERVED:
                pin.status = require_step(pin.status, PinStatus.ISSUED)
        audit.record(
            "enrolment:return-key",
            subject_type="enrolment",
            subject_id=enrolment.id,
            actor=SYSTEM,
            detail={"key": enrolment.spki_sha256, "findings": error.findings},
        )
        defer("mailings.jobs.email_key_refused", enrolment.id)
