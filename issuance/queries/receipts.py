"""Confirmations of receipt: which are there, which are missing."""

from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, select

from app.core.db import db
from models.certificates import Certificate, CertificateNotice, CertificateReceipt
from models.enums import CertificateNoticeKind, CertificateStatus, NoticeChannel

VALID = (CertificateStatus.ISSUED, CertificateStatus.ACTIVE, CertificateStatus.REVOCATION_REQUESTED)


def find_receipt(certificate_id: UUID) -> CertificateReceipt | None:
    """The holder's confirmation that this certificate has come."""
    return db.session.scalar(select(CertificateReceipt).where(CertificateReceipt.certificate_id == certificate_id))


def find_certificate_by_digest(sha256: str) -> Certificate | None:
    """A holder's certificate by the SHA-256 of its DER, hexadecimal: only whoever has it knows that."""
    return db.session.scalar(select(Certificate).where(Certificate.sha256 == sha256.lower()))


def list_overdue(today: date, *, at_most: int) -> list[tuple[UUID, date]]:
    """Valid certificates without confirmation whose last day is past: key and last day, the earliest first."""
    rows = db.session.execute(
        select(Certificate.id, Certificate.receipt_due_on)
        .where(Certificate.status.in_(VALID), Certificate.receipt_due_on < today, ~_is_confirmed())
        .order_by(Certificate.receipt_due_on, Certificate.id)
        .limit(at_most)
    )
    return [(key, due) for key, due in rows if due is not None]


def list_to_remind(step: int, first: date, last: date, *, at_most: int) -> list[UUID]:
    """Valid certificates without confirmation whose last day lies between these, and who had no reminder of this step."""
    reminded = (
        select(CertificateNotice.id)
        .where(
            CertificateNotice.certificate_id == Certificate.id,
            CertificateNotice.kind == CertificateNoticeKind.RECEIPT,
            CertificateNotice.channel == NoticeChannel.EMAIL,
            CertificateNotice.step == step,
        )
        .exists()
    )
    return list(
        db.session.scalars(
            select(Certificate.id)
            .where(
                Certificate.status.in_(VALID),
                Certificate.receipt_due_on.between(first, last),
                ~_is_confirmed(),
                ~reminded,
            )
            .order_by(Certificate.receipt_due_on, Certificate.id)
            .limit(at_most)
        )
    )


def _is_confirmed() -> ColumnElement[bool]:
    return select(CertificateReceipt.id).where(CertificateReceipt.certificate_id == Certificate.id).exists()
