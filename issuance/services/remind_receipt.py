"""The holder has not confirmed the receipt yet: one reminder, at most once for each step."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from app import audit
from app.core.actor import SYSTEM
from app.core.db import db
from app.core.transaction import transaction
from app.jobs import defer
from issuance import queries
from issuance.queries.receipts import VALID, find_receipt
from models.certificates import CertificateNotice
from models.enums import CertificateNoticeKind, NoticeChannel


def remind_receipt(certificate_id: UUID, step: int, *, now: datetime) -> bool:
    """Record the reminder and promise its e-mail.

    Args:
        certificate_id: an unconfirmed certificate.
        step: days before the last day.
        now: the present moment.

    Returns:
        whether one was recorded; not if it was before, or the receipt was confirmed meanwhile.
    """
    with transaction():
        certificate = queries.get_certificate_for_update(certificate_id)
        if certificate.status not in VALID or find_receipt(certificate_id) is not None:
            return False
        notice_id = db.session.scalar(
            insert(CertificateNotice)
            .values(
                certificate_id=certificate_id,
                kind=CertificateNoticeKind.RECEIPT,
                step=step,
                channel=NoticeChannel.EMAIL,
                created_at=now,
            )
            .on_conflict_do_nothing()
            .returning(CertificateNotice.id)
        )
        if notice_id is None:
            return False
        audit.record(
            "certificate:remind-receipt",
            subject_type="certificate",
            subject_id=certificate_id,
            actor=SYSTEM,
            detail={"serial": certificate.serial, "step": step},
        )
        defer("mailings.jobs.email_certificate_notice", notice_id)
        return True
