"""A holder asks for the next certificate by a signature with the present key (施行規則5条2項)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app import audit
from app.core.actor import Actor
from app.core.clock import day_in_tokyo
from app.core.db import db
from app.core.errors import DomainError
from app.core.transaction import transaction
from issuance import queries
from issuance.errors import RenewalError
from issuance.queries import renewals
from issuance.queries.renewals import Ending
from issuance.rules.renewal import Policy, opens_on, refusal
from issuance.rules.statements import Purpose
from issuance.rules.validity import latest_renewal_expiry
from issuance.services.check_statement import check_statement
from issuance.services.download_pin import PreparedDownloadPin, prepare_download_pin, store_download_pin
from issuance.services.open_enrolment import NoAddressError
from models.applications import Applicant
from models.enrolments import Enrolment
from models.enums import EnrolmentKind


@dataclass(frozen=True, slots=True)
class OpenedRenewal:
    """What the holder's program needs to go on."""

    enrolment_id: UUID
    application_number: str
    email: str  # where the ダウンロードPIN goes


def open_renewal(statement: bytes, signature: bytes, *, policy: Policy, now: datetime) -> OpenedRenewal:
    """Open a passage to the next certificate; its ダウンロードPIN goes to the address of the sealed form 5.

    By signing, the holder also declares that the contents of the certificate are still true. Asked again before the
    certificate was requested, it sends a new ダウンロードPIN and voids the one before. The present certificate stays valid
    until its end.

    Args:
        statement: as the service gave it, for `Purpose.RENEWAL`.
        signature: of the present certificate's key.
        policy: window, and what a renewal must be worth.
        now: the present moment.

    Raises:
        StatementError: see check_statement.
        RenewalError: see issuance.rules.renewal.Refusal; the fields say the days.
        NoAddressError: form 5 has no address.
        SignerUnavailableError: the signing process does not answer.
    """
    checked = check_statement(statement, signature, purpose=Purpose.RENEWAL, now=now)
    certificate_id, applicant_id = checked.certificate.id, checked.certificate.applicant_id
    db.session.rollback()
    prepared = prepare_download_pin(applicant_id)
    try:
        return _open(certificate_id, statement, signature, prepared, holder=checked.holder, policy=policy, now=now)
    except DomainError as error:
        db.session.rollback()
        audit.attempt(
            "enrolment:renew",
            subject_type="certificate",
            subject_id=certificate_id,
            actor=checked.holder,
            outcome="refused",
            error=error.code,
        )
        raise


def _open(  # noqa: PLR0913  what was signed, by whom, and what is made of it
    certificate_id: UUID,
    statement: bytes,
    signature: bytes,
    prepared: PreparedDownloadPin,
    *,
    holder: Actor,
    policy: Policy,
    now: datetime,
) -> OpenedRenewal:
    with transaction():
        queries.get_certificate_for_update(certificate_id)
        row = renewals.get_ending(certificate_id)
        _require_renewable(row, policy, now)
        applicant = db.session.get_one(Applicant, row.applicant_id)
        if not applicant.email:
            raise NoAddressError("no-address")
        enrolment = renewals.find_renewal_for_update(certificate_id)
        if enrolment is None:
            enrolment = Enrolment(
                applicant_id=applicant.id, kind=EnrolmentKind.RENEWAL, renews_id=certificate_id, consented_at=now
            )
            db.session.add(enrolment)
        enrolment.statement, enrolment.signature, enrolment.consented_at = statement, signature, now
        db.session.flush()
        store_download_pin(prepared, enrolment, now=now)
        audit.record(
            "enrolment:renew",
            subject_type="enrolment",
            subject_id=enrolment.id,
            actor=holder,
            detail={"applicant": applicant.number, "renews": row.serial, "ends_on": row.ends_on, "anchor": row.anchor},
        )
        return OpenedRenewal(enrolment.id, applicant.number, applicant.email)


def _require_renewable(row: Ending, policy: Policy, now: datetime) -> None:
    today = day_in_tokyo(now)
    present = renewals.present_of(row, renewals.standing_of([row], today)[row.id], now)
    code = refusal(present, today, policy)
    if code is not None:
        raise RenewalError(
            code.value,
            ends_on=row.ends_on.isoformat(),
            opens_on=opens_on(row.ends_on, policy).isoformat(),
            anchor=row.anchor.isoformat(),
            latest=latest_renewal_expiry(row.anchor).isoformat(),
            least=policy.least,
            window=policy.window,
        )
