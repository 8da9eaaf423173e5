"""Certificates that end on a certain day: rows alone, without a key and without the authority's signature."""

from datetime import datetime, time, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select, update

from app.core import clock
from app.core.clock import TOKYO
from app.core.db import db
from models.applications import Applicant
from models.certificates import CaCertificate, Certificate
from models.companies import Company
from models.enrolments import Enrolment
from models.enums import CaKeyPurpose, CertificateStatus, EnrolmentKind, EnrolmentStatus, PinKind, PinStatus
from models.pin_secrets import PinSecret
from tests.factories.accounts import make_application


def holder(
    name: str = "𠮷田 太郎", *, email: str = "holder@example.jp", company: Company | None = None
) -> tuple[UUID, Company]:
    """An applicant whom a letter and an e-mail reach, and the company."""
    application = make_application(name, company=company)
    person = application.applicants[0]
    person.email, person.postal_code, person.address = email, "317-0065", "茨城県日立市助川町一丁目1番1号"
    person.building, person.name_kana, person.name_romaji = "助川ハイツ203", "ヨシダ タロウ", "YOSHIDA TARO"
    person.certificate_name = name.replace("𠮷", "吉") if "𠮷" in name else ""  # as registration writes it
    found = person.id, application.company
    application.company.name_romaji = application.company.name_romaji or "TAKASAKI KENSETSU K.K."
    db.session.commit()
    return found


def ending(days: int, *, anchor_days: int = 640, **of: str) -> UUID:
    """A certificate of a new holder that ends in so many days."""
    applicant_id, _company = holder(**of)
    return certificate_of(applicant_id, days, anchor_days=anchor_days)


def certificate_of(applicant_id: UUID, days: int, *, anchor_days: int = 640) -> UUID:
    """A certificate of this holder that ends in so many days and stands on papers that are so many days old."""
    number = uuid4().hex
    pin = PinSecret(
        id=uuid4(), kind=PinKind.APPLICATION, applicant_id=applicant_id, verifier="v", status=PinStatus.USED
    )
    db.session.add(pin)
    db.session.flush()
    enrolment = Enrolment(
        id=uuid4(),
        applicant_id=applicant_id,
        application_pin_id=pin.id,
        status=EnrolmentStatus.ISSUED,
        consented_at=clock.now(),
        csr=b"csr",
    )
    db.session.add(enrolment)
    db.session.flush()
    row = Certificate(
        id=uuid4(),
        serial=number,
        enrolment_id=enrolment.id,
        applicant_id=applicant_id,
        ca_certificate_id=_ca(),
        profile_version=1,
        status=CertificateStatus.ACTIVE,
        tbs=b"tbs",
        der=b"der",
        sha256=number * 2,
        **_term(days, anchor_days),
    )
    db.session.add(row)
    db.session.commit()
    return row.id


def move(certificate_id: UUID, days: int, *, anchor_days: int) -> None:
    """Let a certificate end in so many days."""
    db.session.execute(update(Certificate).where(Certificate.id == certificate_id).values(**_term(days, anchor_days)))
    db.session.commit()


def open_passage(certificate_id: UUID, status: EnrolmentStatus, *, pin: PinStatus = PinStatus.ISSUED) -> UUID:
    """An online renewal of this certificate, as far as `status`."""
    applicant_id = db.session.get_one(Certificate, certificate_id).applicant_id
    secret = PinSecret(
        id=uuid4(),
        kind=PinKind.DOWNLOAD,
        applicant_id=applicant_id,
        verifier="v",
        status=pin,
        usable_until=clock.today() + timedelta(days=14),
    )
    db.session.add(secret)
    db.session.flush()
    row = Enrolment(
        id=uuid4(),
        applicant_id=applicant_id,
        kind=EnrolmentKind.RENEWAL,
        renews_id=certificate_id,
        download_pin_id=secret.id,
        status=status,
        statement=b"s",
        signature=b"s",
        consented_at=clock.now(),
        csr=b"csr",
    )
    db.session.add(row)
    db.session.commit()
    return row.id


def applicant_of(certificate_id: UUID) -> Applicant:
    """Whose certificate it is."""
    return db.session.get_one(Applicant, db.session.get_one(Certificate, certificate_id).applicant_id)


def _term(days: int, anchor_days: int) -> dict[str, datetime]:
    end = datetime.combine(clock.today() + timedelta(days=days), time(23, 59, 59), TOKYO)
    anchor = datetime.combine(clock.today() - timedelta(days=anchor_days), time(12), TOKYO)
    return {"not_before": anchor, "not_after": end, "identity_anchor": anchor}


def _ca() -> UUID:
    found = db.session.scalars(select(CaCertificate.id)).first()
    if found is not None:
        return found
    row = CaCertificate(
        id=uuid4(),
        purpose=CaKeyPurpose.CA,
        key_label="ca",
        der=b"ca",
        sha256="0" * 64,
        serial="01",
        not_before=clock.now(),
        not_after=clock.now() + timedelta(days=7000),
        ceremony={},
    )
    db.session.add(row)
    db.session.flush()
    return row.id
