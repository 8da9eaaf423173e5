"""A company with valid certificates, and requests for their revocation."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import insert

from app.core import clock
from app.core.actor import Actor
from app.core.db import db
from issuance.rules.revocation_policy import terms_of
from issuance.services.receive_revocation import RequestDetails, receive_revocation
from models.applications import Applicant, Application
from models.certificates import Certificate
from models.enrolments import Enrolment
from models.enums import RevocationAsker, RevocationChannel
from models.pin_secrets import PinSecret
from tests.factories.accounts import make_application
from tests.factories.certificates import issued_certificate


def company_with(*names: str, email: str = "holder@example.jp") -> Application:
    """An approved company whose applicants can get certificates."""
    application = make_application(*names, services=("certificate",))
    application.company.name_romaji = "TAKASAKI KENSETSU K.K."
    for applicant in application.applicants:
        applicant.name_romaji = "YOSHIDA TARO"
        applicant.email = email
    db.session.commit()
    return application


def certificates_of(application: Application) -> list[UUID]:
    """One valid certificate for each applicant."""
    return [issued_certificate(each.id) for each in application.applicants]


def many_certificates(count: int) -> list[str]:
    """Serial numbers of that many valid certificates of one company: the rows of one real one, again and again."""
    first = certificates_of(company_with("吉田 太郎"))[0]
    pattern = db.session.get_one(Certificate, first)
    holder = db.session.get_one(Applicant, pattern.applicant_id)
    pins, applicants, enrolments, certificates = [], [], [], []
    for number in range(2, count + 1):
        applicant_id, pin_id, enrolment_id = uuid4(), uuid4(), uuid4()
        applicants.append(
            {
                "id": applicant_id,
                "number": f"B-{number}",
                "application_id": holder.application_id,
                "position": number,
                "name": f"吉田 {number}",
                "email": f"holder{number}@example.jp",
            }
        )
        pins.append(
            {"id": pin_id, "kind": "application", "applicant_id": applicant_id, "status": "used", "verifier": "v"}
        )
        enrolments.append(
            {
                "id": enrolment_id,
                "applicant_id": applicant_id,
                "application_pin_id": pin_id,
                "status": "issued",
                "csr": b"csr",
                "consented_at": clock.now(),
            }
        )
        certificates.append(
            {
                "serial": f"{0x7F0000 + number:032x}",
                "enrolment_id": enrolment_id,
                "applicant_id": applicant_id,
                **{
                    name: getattr(pattern, name)
                    for name in (
                        "ca_certificate_id",
                        "profile_version",
                        "status",
                        "tbs",
                        "der",
                        "not_before",
                        "not_after",
                        "issued_at",
                        "intended_at",
                    )
                },
            }
        )
    serials = [pattern.serial, *(each["serial"] for each in certificates)]
    for model, rows in (
        (Applicant, applicants),
        (PinSecret, pins),
        (Enrolment, enrolments),
        (Certificate, certificates),
    ):
        if rows:
            db.session.execute(insert(model), rows)
    db.session.commit()
    return serials


def status_of(certificate_id: UUID) -> str:
    """Where a certificate stands now."""
    db.session.rollback()
    return db.session.get_one(Certificate, certificate_id, populate_existing=True).status.value


def request_for(
    certificate_id: UUID,
    actor: Actor,
    *,
    asked_by: RevocationAsker = RevocationAsker.COMPANY,
    channel: RevocationChannel = RevocationChannel.PAPER,
    circumstance: str = "left-company",
    papers: tuple[str, ...] | None = None,
    **more: object,
) -> UUID:
    """A request with every paper that it needs, unless papers are given."""
    now = clock.now()
    if papers is None:
        papers = terms_of(asked_by, channel, circumstance).papers
    given: dict[str, object] = {"asker_name": "株式会社髙﨑建設 総務部", "asked_at": now} | more
    if channel is RevocationChannel.TELEPHONE:
        given.setdefault("call_back", "029-200-1111（様式4の連絡先）へ折り返し。申請番号と生年月日を確認")
    if channel is RevocationChannel.AUTHORITY:
        given.setdefault("explanation", "住民票の記載と異なることが判明")
    details = RequestDetails(
        asked_by=asked_by,
        channel=channel,
        circumstance=circumstance,
        papers=papers,
        **given,  # type: ignore[arg-type]
    )
    assert isinstance(given["asked_at"], datetime)
    return receive_revocation(certificate_id, details, actor=actor, now=now)
