"""The holder confirms, with a signature of the new key, that the certificate is on the token."""

from dataclasses import dataclass
from datetime import datetime

from app import audit
from app.core.clock import day_in_tokyo
from app.core.db import db
from app.core.transaction import transaction
from issuance import queries
from issuance.errors import ReceiptError
from issuance.queries.receipts import VALID, find_receipt
from issuance.rules.receipts import ReceiptState, receipt_state
from issuance.rules.statements import Purpose
from issuance.services.check_statement import check_statement
from models.certificates import CertificateReceipt


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What is on record."""

    serial: str
    confirmed_at: datetime


def confirm_receipt(statement: bytes, signature: bytes, *, now: datetime) -> Confirmed:
    """Record the confirmation. Again, it answers what is on record since the first time.

    Args:
        statement: with the purpose `receipt`, as it was given.
        signature: of the certificate's key.
        now: the present moment.

    Raises:
        StatementError: see check_statement.
        ReceiptError: receipt-over (the last day is past, the certificate is being revoked), receipt-not-valid.
        SignerUnavailableError: the signing process does not answer.
    """
    checked = check_statement(statement, signature, purpose=Purpose.RECEIPT, now=now)
    certificate_id, holder = checked.certificate.id, checked.holder
    db.session.rollback()
    with transaction():
        certificate = queries.get_certificate_for_update(certificate_id)
        found = find_receipt(certificate_id)
        if found is not None:
            return Confirmed(certificate.serial, found.confirmed_at)
        if certificate.status not in VALID:
            raise ReceiptError("receipt-not-valid")
        due_on = certificate.receipt_due_on
        state = receipt_state(due_on=due_on, is_confirmed=False, today=day_in_tokyo(now))
        if state is ReceiptState.OVERDUE:
            raise ReceiptError("receipt-over", day=due_on.isoformat() if due_on else "")
        db.session.add(
            CertificateReceipt(
                certificate_id=certificate_id, statement=statement, signature=signature, confirmed_at=now
            )
        )
        audit.record(
            "certificate:confirm-receipt",
            subject_type="certificate",
            subject_id=certificate_id,
            actor=holder,
            detail={"serial": certificate.serial},
        )
        return Confirmed(certificate.serial, now)
