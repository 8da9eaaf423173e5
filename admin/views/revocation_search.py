"""Finding the certificate that a paper or a call is about."""

from dataclasses import dataclass

from sqlalchemy import or_, select

from app.core.db import db
from app.core.search import matches
from models.applications import Applicant, Application
from models.certificates import Certificate
from models.companies import Company

MOST = 50
MOST_CASES = 200


@dataclass(frozen=True, slots=True)
class Found:
    """A certificate with whose it is."""

    certificate: Certificate
    holder: Applicant
    company: Company


def list_certificates_matching(text: str) -> list[Found]:
    """By serial number, application number, or name of holder or company; the newest first."""
    plain = text.lower().replace(":", "").replace(" ", "")
    cases = select(Application.id).where(matches(Application.search_key, text)).limit(MOST_CASES)
    rows = db.session.execute(
        select(Certificate, Applicant, Company)
        .join(Applicant, Applicant.id == Certificate.applicant_id)
        .join(Application, Application.id == Applicant.application_id)
        .join(Company, Company.id == Application.company_id)
        .where(
            Certificate.der.is_not(None),
            or_(
                Certificate.serial == plain.zfill(32),
                Applicant.number == text.upper(),
                Application.number == text.upper(),
                Application.id.in_(cases),
            ),
        )
        .order_by(Certificate.issued_at.desc(), Certificate.serial)
        .limit(MOST)
    )
    return [Found(*row) for row in rows]
