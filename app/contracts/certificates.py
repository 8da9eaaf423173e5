"""Which certificates a user ID may sign with: those that our CA issued to applicants of its own company."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.core.db import db
from models.accounts import Customer
from models.applications import Applicant, Application
from models.certificates import Certificate
from models.contracts import RegisteredCertificate
from models.enums import CertificateStatus

USABLE = (CertificateStatus.ISSUED, CertificateStatus.ACTIVE)


def list_offered(customer: Customer) -> list[tuple[Certificate, Applicant]]:
    """Usable certificates of the customer's company that it has not registered, with their holders."""
    mine = select(RegisteredCertificate.certificate_id).where(
        RegisteredCertificate.customer_id == customer.id, RegisteredCertificate.certificate_id.is_not(None)
    )
    rows = db.session.execute(
        _of_company(customer).where(Certificate.id.not_in(mine)).order_by(Applicant.name, Certificate.issued_at)
    )
    return [(certificate, applicant) for certificate, applicant in rows]


def find_offered(customer: Customer, certificate_id: UUID) -> tuple[Certificate, Applicant] | None:
    """One usable certificate of the customer's company."""
    row = db.session.execute(_of_company(customer).where(Certificate.id == certificate_id)).first()
    return (row[0], row[1]) if row else None


def list_registered(customer_id: UUID) -> list[tuple[RegisteredCertificate, Certificate, Applicant]]:
    """The customer's registered certificates that are active, with the authority's record and the holder of each."""
    rows = db.session.execute(
        select(RegisteredCertificate, Certificate, Applicant)
        .join(Certificate, Certificate.id == RegisteredCertificate.certificate_id)
        .join(Applicant, Applicant.id == Certificate.applicant_id)
        .where(RegisteredCertificate.customer_id == customer_id, RegisteredCertificate.active)
        .order_by(RegisteredCertificate.created_at)
    )
    return [(registered, certificate, holder) for registered, certificate, holder in rows]


def _of_company(customer: Customer) -> Any:  # a Select of two entities
    return (
        select(Certificate, Applicant)
        .join(Applicant, Applicant.id == Certificate.applicant_id)
        .join(Application, Application.id == Applicant.application_id)
        .where(
            Application.company_id == customer.company_account.company_id,
            Certificate.status.in_(USABLE),
            Certificate.der.is_not(None),
        )
    )
