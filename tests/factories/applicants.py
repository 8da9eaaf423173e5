"""An approved applicant as rows alone: where the desk's whole way does not matter."""

from uuid import UUID, uuid4

from app.core import clock
from app.core.db import db
from models.applications import Applicant, Application, Envelope
from models.companies import Company
from models.staff import StaffUser


def waiting_applicant(*, name: str = "髙﨑 太郎", certificate_name: str = "") -> UUID:
    """Key of an applicant of a company of its own, who waits for a certificate. Commits."""
    person = StaffUser(
        id=uuid4(), email=f"{uuid4()}@example.jp", name="受付", roles=["reception"], fs_uniquifier=uuid4().hex
    )
    company = Company(id=uuid4(), name="株式会社髙﨑建設", name_romaji="TAKASAKI KENSETSU K.K.", address="茨城県日立市")
    db.session.add_all([person, company])
    db.session.flush()
    envelope = Envelope(
        id=uuid4(), item_number=f"{uuid4().int % 10**11:011d}", received_on=clock.today(), received_by=person.id
    )
    db.session.add(envelope)
    db.session.flush()
    case = Application(
        id=uuid4(),
        number=str(uuid4()),
        services=["certificate"],
        envelope_id=envelope.id,
        company_id=company.id,
        received_on=clock.today(),
    )
    db.session.add(case)
    db.session.flush()
    applicant = Applicant(
        id=uuid4(),
        number=f"R8-{uuid4().hex[:12].upper()}",
        application_id=case.id,
        position=1,
        name=name,
        certificate_name=certificate_name,
        name_romaji="TAKASAKI TARO",
    )
    db.session.add(applicant)
    db.session.commit()
    return applicant.id
