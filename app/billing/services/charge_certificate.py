"""Charging for a certificate that was issued."""

from uuid import UUID

from app.billing import queries
from app.billing.rules.charges import CERTIFICATE
from app.billing.services.charge import make_charge
from app.core import clock
from app.core.db import db
from app.core.errors import NotFoundError
from app.core.transaction import transaction
from models.applications import Applicant
from models.certificates import Certificate


def charge_certificate(certificate_id: UUID) -> bool:
    """Charge an issued certificate to the company ID of its holder. Safe to run twice.

    Raises:
        NotFoundError: the certificate was not issued.
        NoCompanyAccountError: the company has no company ID yet.
        NoPriceError: there is no price for it on the day of issue.
    """
    with transaction():
        certificate = db.session.get_one(Certificate, certificate_id)
        if certificate.issued_at is None:
            raise NotFoundError("issued-certificate")
        applicant = db.session.get_one(Applicant, certificate.applicant_id)
        return make_charge(
            CERTIFICATE,
            subject_id=certificate.id,
            company_account_id=queries.get_account_of_application(applicant.application_id).id,
            occurred_on=clock.day_in_tokyo(certificate.issued_at),
        )
