"""A revoked certificate is in the CRL that openssl reads, and its holder is told."""

import subprocess
from datetime import UTC, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from flask import Flask
from sqlalchemy import select, update

from app.core import clock
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import IllegalTransitionError, NotFoundError
from issuance import jobs, queries
from issuance.errors import RevocationError, UnfinishedError
from issuance.rules.revocation import REASONS
from issuance.services.issue_certificate import issue_certificate
from issuance.services.revoke_certificate import revoke_certificate
from models.applications import Application
from models.audit import AuditEntry
from models.certificates import CaCertificate, Certificate, Crl, Revocation
from models.companies import Company
from models.decisions import Decision
from models.enrolments import Enrolment
from models.enums import (
    ApplicationKind,
    CaKeyPurpose,
    CertificateStatus,
    DecisionKind,
    EnrolmentStatus,
    PinKind,
    PinStatus,
)
from models.pin_secrets import PinSecret
from models.promises import Promise
from tests.factories.accounts import make_application
from tests.factories.certificates import issued_certificate, requested_enrolment
from tests.factories.desk import staff_actor
from tests.factories.staff import make_staff

pytestmark = pytest.mark.hsm


@pytest.fixture
def operator(app: Flask, authority: None) -> Actor:
    return staff_actor("ca_operator", name="認証 三郎")


def company_with(*names: str) -> Application:
    application = make_application(*names, services=("certificate",))
    application.company.name_romaji = "TAKASAKI KENSETSU K.K."
    for applicant in application.applicants:
        applicant.name_romaji = "YOSHIDA TARO"
        applicant.email = "holder@example.jp"
    db.session.commit()
    return application


def revoke(certificate_id, actor, **more):
    now = clock.now()
    given = {"reason": "keyCompromise", "asked_by": "holder", "asked_at": now, "now": now} | more
    return revoke_certificate(certificate_id, actor=actor, **given)


def write_pem(folder, certificate_id) -> None:
    ca = db.session.scalars(select(CaCertificate).where(CaCertificate.purpose == CaKeyPurpose.CA)).one()
    crl = db.session.scalars(select(Crl).order_by(Crl.number.desc())).first()
    certificate = db.session.get_one(Certificate, certificate_id)
    (folder / "ca.pem").write_bytes(x509.load_der_x509_certificate(ca.der).public_bytes(Encoding.PEM))
    (folder / "ee.pem").write_bytes(x509.load_der_x509_certificate(certificate.der).public_bytes(Encoding.PEM))
    (folder / "crl.pem").write_bytes(x509.load_der_x509_crl(queries.crl_bytes(crl.id)).public_bytes(Encoding.PEM))


def openssl(folder, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, text=True, check=False)


VERIFY = ("verify", "-x509_strict", "-crl_check", "-CAfile", "ca.pem", "-CRLfile", "crl.pem", "ee.pem")


def test_openssl_finds_the_revoked_certificate_and_its_reason(operator, tmp_path) -> None:
    application = company_with("吉田 太郎", "神谷 吾郎")
    first, other = (issued_certificate(each.id) for each in application.applicants)
    write_pem(tmp_path, first)
    assert openssl(tmp_path, *VERIFY).returncode == 0
    revocation = revoke(first, operator)
    jobs.publish_crl(str(revocation))
    write_pem(tmp_path, first)
    done = openssl(tmp_path, *VERIFY)
    assert done.returncode != 0
    assert "certificate revoked" in done.stderr
    text = openssl(tmp_path, "crl", "-in", "crl.pem", "-noout", "-text", "-CAfile", "ca.pem")
    assert "verify OK" in text.stderr
    serial = db.session.get_one(Certificate, first).serial
    assert f"Serial Number: {serial.upper()}" in text.stdout
    assert "Key Compromise" in text.stdout
    write_pem(tmp_path, other)
    assert openssl(tmp_path, *VERIFY).returncode == 0


OPENSSL = {
    "keyCompromise": "Key Compromise",
    "affiliationChanged": "Affiliation Changed",
    "superseded": "Superseded",
    "cessationOfOperation": "Cessation Of Operation",
    "privilegeWithdrawn": "Privilege Withdrawn",
}


def test_openssl_database_and_entry_agree_for_every_reason_with_and_without_a_date(operator, tmp_path) -> None:
    names = [f"吉田 {number}" for number in range(2 * len(REASONS))]
    certificates = [issued_certificate(each.id) for each in company_with(*names).applicants]
    now = clock.now() + timedelta(days=40)
    for number, (reason, certificate_id) in enumerate(zip([*REASONS, *REASONS], certificates, strict=True)):
        since = now - timedelta(days=number, hours=3, microseconds=7) if number >= len(REASONS) else None
        revoke(certificate_id, operator, reason=reason, invalid_since=since, now=now - timedelta(minutes=number))
    rows = list(db.session.scalars(select(Revocation)))
    jobs.publish_crl(str(rows[-1].id))
    write_pem(tmp_path, certificates[0])
    text = openssl(tmp_path, "crl", "-in", "crl.pem", "-noout", "-text").stdout
    for row in db.session.scalars(select(Revocation)):
        serial = db.session.get_one(Certificate, row.certificate_id).serial
        entry = text.split(f"Serial Number: {serial.upper()}", 1)[1].split("Serial Number:", 1)[0]
        assert f"Revocation Date: {row.revoked_at.astimezone(UTC):%b} {row.revoked_at.astimezone(UTC).day:>2} " in entry
        assert f"{row.revoked_at.astimezone(UTC):%H:%M:%S %Y GMT}" in entry
        assert (OPENSSL.get(row.reason, "") in entry) and ("Reason Code" in entry) is (row.reason != "unspecified")
        assert ("Invalidity Date" in entry) is (row.invalid_since is not None)
        if row.invalid_since is not None:
            assert f"{row.invalid_since.astimezone(UTC):%H:%M:%S %Y GMT}" in entry.split("Invalidity Date", 1)[1]


def test_a_revocation_is_recorded_and_promises_crl_and_notice(operator) -> None:
    certificate_id = issued_certificate(company_with("吉田 太郎").applicants[0].id)
    revoke(certificate_id, operator, reason="unspecified")
    certificate = db.session.get_one(Certificate, certificate_id)
    assert certificate.status is CertificateStatus.REVOKED
    row = db.session.scalars(select(Revocation)).one()
    assert (row.decided_by_name, row.asked_by, row.reason) == ("認証 三郎", "holder", "unspecified")
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "certificate:revoke")).one()
    assert entry.detail["serial"] == certificate.serial
    promised = db.session.scalars(select(Promise.name).where(Promise.subject_id.in_([row.id, certificate_id]))).all()
    assert {"issuance.jobs.publish_crl", "mailings.jobs.email_certificate_revoked"} <= set(promised)


def test_what_cannot_be_revoked(operator) -> None:
    certificate_id = issued_certificate(company_with("吉田 太郎").applicants[0].id)
    for more, code in (
        ({"reason": "certificateHold"}, "revocation-reason"),
        ({"asked_by": "somebody"}, "revocation-asked-by"),
        ({"asked_at": clock.now() + timedelta(days=1)}, "revocation-asked-later"),
    ):
        with pytest.raises(RevocationError, match=code):
            revoke(certificate_id, operator, **more)
    with pytest.raises(NotFoundError):
        revoke(operator.id, operator)
    revoke(certificate_id, operator)
    with pytest.raises(IllegalTransitionError):
        revoke(certificate_id, operator)
    assert len(db.session.scalars(select(Revocation)).all()) == 1


def test_a_crl_that_is_behind_is_tried_again(operator, monkeypatch) -> None:
    certificate_id = issued_certificate(company_with("吉田 太郎").applicants[0].id)
    revocation = revoke(certificate_id, operator)
    with monkeypatch.context() as patch:
        patch.setattr(jobs, "publish", lambda **_: False)  # another process has the turn and read before us
        with pytest.raises(UnfinishedError):
            jobs.publish_crl(str(revocation))
    jobs.publish_crl(str(revocation))
    jobs.publish_crl(str(revocation))  # safe to run twice
    assert queries.find_latest_crl(queries.get_authority(CaKeyPurpose.CA).id).entry_count == 1


def change(application: Application, *items: str) -> Application:
    """An approved change of the same company."""
    made = make_application("担当", services=("certificate",), company=application.company)
    made.kind, made.change_items, made.approved_at = ApplicationKind.CHANGE, list(items), clock.now()
    approver = make_staff("approver", email=f"shonin-{made.number}@example.jp", name="中村 健")
    decision = Decision(application_id=made.id, kind=DecisionKind.APPROVED, step="approve", digest="0" * 64)
    decision.decided_by, decision.decided_by_name, decision.decided_at = approver.id, approver.name, clock.now()
    db.session.add(decision)
    db.session.commit()
    return made


def states(*certificates) -> list[str]:
    db.session.rollback()
    return [db.session.get_one(Certificate, each).status.value for each in certificates]


@pytest.mark.parametrize(
    ("items", "reason"),
    [(["company_name"], "affiliationChanged"), (["cancellation"], "cessationOfOperation")],
)
def test_a_change_revokes_what_was_made_of_the_old_facts(operator, items, reason) -> None:
    application, stranger = company_with("吉田 太郎", "神谷 吾郎"), company_with("他社 一郎")
    first, second = (issued_certificate(each.id) for each in application.applicants)
    foreign = issued_certificate(stranger.applicants[0].id)
    approved = change(application, *items)
    later = issued_certificate(application.applicants[0].id)  # contents fixed after the approval
    jobs.revoke_for_change(str(approved.id))
    jobs.revoke_for_change(str(approved.id))  # safe to run twice
    assert states(first, second, foreign, later) == ["revoked", "revoked", "active", "active"]
    assert set(db.session.scalars(select(Revocation.reason))) == {reason}
    assert set(db.session.scalars(select(Revocation.asked_by))) == {"company"}
    # 施行規則12条1項2号ロ asks for the name of who decided: whoever approved the change, not the worker that carried it out.
    assert set(db.session.scalars(select(Revocation.decided_by_name))) == {"中村 健"}


def test_what_was_built_of_the_old_names_while_the_change_was_approved_is_revoked_too(operator) -> None:
    """The approval has its moment before it commits: an issue in between reads the old record and has a later moment."""
    application = company_with("吉田 太郎", "神谷 吾郎")
    approved = change(application, "company_name")
    old = issued_certificate(application.applicants[0].id)
    db.session.execute(update(Company).values(name="株式会社新しい名"))  # the approval commits
    db.session.commit()
    new = issued_certificate(application.applicants[1].id)
    jobs.revoke_for_change(str(approved.id))
    assert states(old, new) == ["revoked", "active"]


def test_a_new_representative_revokes_nothing(operator) -> None:
    application = company_with("吉田 太郎")
    certificate = issued_certificate(application.applicants[0].id)
    jobs.revoke_for_change(str(change(application, "representative", "contacts").id))
    assert states(certificate) == ["active"]


def test_a_certificate_that_is_just_being_issued_is_revoked_when_it_is_there(operator, monkeypatch) -> None:
    from issuance.services import issue_certificate as module  # noqa: PLC0415  patched here alone

    application = company_with("吉田 太郎")
    enrolment = requested_enrolment(application.applicants[0].id)
    real, approvals = module.sign_bytes, []

    def meanwhile(*arguments, **named):
        approvals.append(change(application, "company_name").id)
        with pytest.raises(UnfinishedError, match="being-issued"):
            jobs.revoke_for_change(str(approvals[0]))
        return real(*arguments, **named)

    with monkeypatch.context() as patch:
        patch.setattr(module, "sign_bytes", meanwhile)
        issue_certificate(enrolment, now=clock.now())  # the intent of before the approval is completed
    jobs.revoke_for_change(str(approvals[0]))
    assert db.session.scalars(select(Certificate.status)).all() == [CertificateStatus.REVOKED]


def test_after_a_cancellation_no_pin_opens_anything(operator) -> None:
    application = company_with("吉田 太郎", "神谷 吾郎")
    enrolment = requested_enrolment(application.applicants[0].id)
    db.session.add(PinSecret(kind=PinKind.APPLICATION, applicant_id=application.applicants[1].id, verifier="v"))
    db.session.commit()
    approved = change(application, "cancellation")
    jobs.revoke_for_change(str(approved.id))
    db.session.rollback()
    assert set(db.session.scalars(select(PinSecret.status))) == {PinStatus.DESTROYED}
    assert db.session.get_one(Enrolment, enrolment).status is EnrolmentStatus.REFUSED
    issue_certificate(enrolment, now=clock.now())
    assert db.session.scalars(select(Certificate)).all() == []


def test_a_change_that_is_not_approved_revokes_nothing(operator) -> None:
    application = company_with("吉田 太郎")
    approved = change(application, "company_name")
    db.session.execute(
        update(Application)
        .where(Application.id == approved.id)
        .values(status="reviewed", approved_at=None, closed_on=None)
    )
    db.session.commit()
    with pytest.raises(NotFoundError):
        jobs.revoke_for_change(str(approved.id))
