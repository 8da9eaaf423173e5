"""`flask ca check`: what passes, what is compared with other records, and how it is run."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core import clock
from app.core.db import db
from issuance.jobs import authority as jobs
from issuance.services.check_authority import begin_check, continue_check
from models.applications import Applicant
from models.audit import AuditEntry
from models.authority_checks import AuthorityCheck
from models.certificates import Certificate
from models.changes import CompanyChange
from models.enrolments import Enrolment
from models.promises import Promise
from tests.factories.authority_checks import change, codes, holder, run_check, sql
from tests.factories.certificates import issued_certificate
from tests.factories.revocations import many_certificates
from tests.factories.staff import make_staff
from tests.integration.test_main_line import make_csr

pytestmark = pytest.mark.hsm


@pytest.fixture
def certificate(authority) -> Certificate:
    return db.session.get_one(Certificate, holder())


def test_what_was_made_properly_passes(certificate):
    check = run_check()
    assert (check.checked_count, check.finding_count, check.findings) == (1, 0, [])
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "authority:check")).one()
    assert (entry.outcome, entry.detail["checked"]) == ("done", 1)


def test_a_certificate_put_in_past_the_service_is_found(certificate):
    many_certificates(2)  # the second one is made of rows alone
    found = {(each["code"], each["serial"]) for each in run_check().findings}
    assert ("issue-not-recorded", f"{0x7F0002:032x}") in found
    assert ("issue-not-recorded", certificate.serial) not in found


def test_a_certificate_of_another_request_is_found(certificate):
    """The ledger of moduli is made of the requests: one that is not the certificate's own would hide its key."""
    other = db.session.get_one(Enrolment, certificate.enrolment_id)
    other.csr = make_csr()
    db.session.commit()
    assert codes() == {"request-differs"}


def test_a_renewal_is_compared_with_what_it_renews(certificate):
    other = db.session.get_one(Certificate, issued_certificate(certificate.applicant_id))
    sql(
        "UPDATE enrolment SET kind = 'renewal', application_pin_id = NULL, renews_id = :old, signature = 'x' WHERE id = :id",
        old=certificate.id,
        id=other.enrolment_id,
    )
    change(other, renews_id=certificate.id, identity_anchor=certificate.identity_anchor)
    assert run_check().findings == []
    change(other, identity_anchor=other.not_before + timedelta(seconds=5))
    assert [each["code"] for each in run_check().findings] == ["anchor-wrong"]


def test_what_belongs_to_somebody_else_is_found(certificate):
    """A request, or PINs, of another person: the certificate was fetched by whoever had those."""
    person = db.session.get_one(Certificate, holder("神谷 吾郎")).applicant_id
    db.session.rollback()
    change_of = "UPDATE pin_secret SET applicant_id = :person WHERE id IN (SELECT download_pin_id FROM enrolment WHERE id = :id)"
    sql(change_of, person=person, id=certificate.enrolment_id)
    assert [(each["code"], each["serial"]) for each in run_check().findings] == [("person-differs", certificate.serial)]
    sql(change_of, person=certificate.applicant_id, id=certificate.enrolment_id)
    assert run_check().findings == []
    sql("UPDATE enrolment SET applicant_id = :person WHERE id = :id", person=person, id=certificate.enrolment_id)
    assert codes() == {"person-differs", "key-shared"}


def test_a_company_that_changed_its_name_since_is_compared_with_what_it_was(certificate):
    application = db.session.get_one(Applicant, certificate.applicant_id).application
    company, author = application.company, make_staff("officer").id
    for field, new in (("name", "株式会社新しい名"), ("name_romaji", "NEW NAME K.K."), ("address", "東京都港区2-2-2")):
        old, at = getattr(company, field), clock.now() + timedelta(hours=1)
        changed = {"field": field, "old_value": old, "new_value": new, "recorded_at": at, "applied_at": at}
        db.session.add(CompanyChange(application_id=application.id, recorded_by=author, **changed))
        setattr(company, field, new)
    db.session.commit()
    assert run_check().findings == []
    sql("UPDATE company_change SET applied_at = :at", at=clock.now() - timedelta(hours=1))  # it was so before the issue
    assert [each["code"] for each in run_check().findings] == ["company-differs"] * 3


def test_a_pin_that_somebody_locked_after_the_consent_did_its_work(certificate):
    """It was right when it counted, and stays locked; one that was locked before can have opened nothing."""
    sql("UPDATE pin_secret SET status = 'locked', ended_at = now() WHERE kind = 'application'")
    assert run_check().findings == []
    sql("UPDATE pin_secret SET ended_at = now() - interval '1 day' WHERE kind = 'application'")
    assert codes() == {"pin-not-used"}
    sql("UPDATE pin_secret SET status = 'used' WHERE kind = 'application'")
    sql("UPDATE pin_secret SET status = 'locked', ended_at = now() WHERE kind = 'download'")
    assert codes() == {"pin-not-used"}


def test_it_goes_on_where_it_was_stopped(certificate):
    for name in ("神谷 吾郎", "高橋 花子"):
        holder(name)
    check = begin_check(now=clock.now())
    assert not continue_check(check, now=clock.now(), batch=2)
    assert db.session.get_one(AuthorityCheck, check).checked_count == 2
    assert begin_check(now=clock.now()) == check
    assert not continue_check(check, now=clock.now(), batch=2)
    assert continue_check(check, now=clock.now(), batch=2)
    assert continue_check(check, now=clock.now(), batch=2)  # nothing is done twice
    assert db.session.get_one(AuthorityCheck, check).checked_count == 3


def test_by_night_it_runs_once_and_in_steps(certificate, monkeypatch):
    jobs.check()
    jobs.check()
    promises = db.session.scalars(select(Promise).where(Promise.name == "issuance.jobs.authority.check_on")).all()
    assert len(promises) == 1
    subject = str(promises[0].subject_id)
    monkeypatch.setattr(jobs, "STEP", timedelta())
    jobs.check_on(subject)
    assert db.session.query(Promise).filter_by(name="issuance.jobs.authority.check_on").count() == 2
    jobs.check_on(subject)
    check = db.session.scalars(select(AuthorityCheck)).one()
    assert (check.checked_count, check.finding_count) == (1, 0)
    assert check.finished_at is not None
    jobs.check()
    assert db.session.query(AuthorityCheck).count() == 1


def test_the_command_says_what_it_found_and_fails(certificate, app):
    runner = app.test_cli_runner()
    good = runner.invoke(args=["ca", "check"])
    assert (good.exit_code, good.output) == (0, "1 certificates checked, 0 findings\n")
    serial = certificate.serial
    sql("UPDATE certificate SET subject = 'CN=Somebody'")
    bad = runner.invoke(args=["ca", "check"])
    assert bad.exit_code == 1
    assert f"subject-differs {serial}" in bad.output
    assert "1 certificates checked, 1 findings" in bad.output
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.event == "authority:check").order_by(AuditEntry.seq.desc()).limit(1)
    ).one()
    assert entry.outcome == "failed"
    assert entry.detail["first"] == [{"code": "subject-differs", "serial": serial}]
