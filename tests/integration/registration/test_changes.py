"""A change application: recorded beside the record, applied by the approval and not before, once."""

import pytest
from flask import Flask
from sqlalchemy import select

from app.core import clock
from app.core.db import db
from models.changes import CompanyChange
from models.enums import ApplicationKind, ApplicationStatus, PaperKind, Service
from models.promises import Promise
from registration import decision_queries, queries
from registration.errors import ChangedSinceReviewError, ChangeError, ChangeNotRecordedError, FourEyesError
from registration.rules.name_characters import NameCharacterError
from registration.services.approve import approve_application
from registration.services.finish_review import finish_review
from registration.services.record_change import record_change
from registration.services.record_paper import PaperRecord, record_paper
from tests.factories.decisions import Interleaving, change_case, fresh_case, reviewed_case, set_on
from tests.factories.desk import FIELDS, staff_actor

pytestmark = pytest.mark.hsm


@pytest.fixture(autouse=True)
def _storage(app: Flask, signer_process: None) -> None:
    """Scans are stored encrypted."""


@pytest.fixture
def officer():
    return staff_actor("officer", name="佐藤 直樹")


@pytest.fixture
def approver():
    return staff_actor("approver", name="田中 裕子")


@pytest.fixture
def company_id(officer, approver):
    """A company that two people approved: 株式会社髙﨑建設 with its two contacts."""
    case_id, digest = reviewed_case(officer)
    approve_application(case_id, digest=digest, actor=approver, now=clock.now())
    return fresh_case(case_id).company_id


def record(case_id, actor, **values):
    return record_change(case_id, values, actor=actor, now=clock.now())


def decide(case_id, officer, approver):
    digest = finish_review(case_id, actor=officer, now=clock.now())
    return approve_application(case_id, digest=digest, actor=approver, now=clock.now())


def company_of(case_id):
    return fresh_case(case_id).company


def promised(case_id):
    db.session.rollback()
    rows = db.session.scalars(select(Promise.name).where(Promise.subject_id == case_id).order_by(Promise.name))
    return list(rows)


def test_the_record_changes_by_the_approval_and_not_before(company_id, officer, approver) -> None:
    case_id = change_case(officer, company_id, "company_name", "address", "representative")
    old = decision_queries.record_of(company_of(case_id))
    new_name = "株式会社\ufa11建設"  # a compatibility ideograph stays as typed
    assert record(case_id, officer, name=new_name, address="東京都千代田区丸の内一丁目", representative_title="") == 3
    assert company_of(case_id).name == "株式会社髙﨑建設"
    assert decide(case_id, officer, approver)
    case = fresh_case(case_id)
    assert (case.company.name, case.company.address, case.company.representative_title) == (
        new_name,
        "東京都千代田区丸の内一丁目",
        "",
    )
    assert case.company.representative_name == old["representative_name"]
    assert {(each.field, each.old_value) for each in case.changes} == {
        (code, old[code]) for code in ("name", "address", "representative_title")
    }
    assert all(each.applied_at for each in case.changes)
    assert {person.address for person in case.company.contacts} == {"東京都千代田区丸の内一丁目"}
    assert promised(case_id) == ["app.billing.jobs.readdress_invoices", "issuance.jobs.revoke_for_change"]


def test_papers_of_a_later_case_never_change_the_record(company_id, officer) -> None:
    case_id = change_case(officer, company_id, "address")
    registry = next(each.id for each in fresh_case(case_id).papers if each.kind is PaperKind.REGISTRY_CERTIFICATE)
    fields = FIELDS | {"head_office": "大阪府大阪市北区梅田一丁目", "representative_name": "別人 次郎"}
    day = clock.today().isoformat()
    for kind in (ApplicationKind.CHANGE, ApplicationKind.RENEWAL, ApplicationKind.NEW):
        items = ["address"] if kind is ApplicationKind.CHANGE else []
        set_on(case_id, kind=kind, change_items=items)
        record_paper(registry, PaperRecord(issued_on_text=day, fields=fields), actor=officer, now=clock.now())
        assert company_of(case_id).address == FIELDS["head_office"]
        assert company_of(case_id).representative_name == FIELDS["representative_name"]


def test_contacts_change_and_nothing_else(company_id, officer, approver) -> None:
    case_id = change_case(officer, company_id, "contacts")
    record(case_id, officer, billing_name="新井 会計", billing_email="kaikei@example.jp", billing_phone="03-0000-0000")
    decide(case_id, officer, approver)
    contacts = {person.role.value: person for person in company_of(case_id).contacts}
    assert (contacts["billing"].name, contacts["billing"].email) == ("新井 会計", "kaikei@example.jp")
    assert contacts["billing"].phone == "03-0000-0000"
    assert contacts["contact"].email == FIELDS["contact_email"]
    assert promised(case_id) == ["app.billing.jobs.readdress_invoices"]


def test_a_cancellation_needs_no_new_value(company_id, officer, approver) -> None:
    case_id = change_case(officer, company_id, "cancellation")
    decide(case_id, officer, approver)
    assert promised(case_id) == ["app.accounts.jobs.cancel_account", "issuance.jobs.revoke_for_change"]


def test_further_ids_and_certificates_are_prepared(company_id, officer, approver) -> None:
    case_id = change_case(officer, company_id, "further_user_ids", "further_certificates")
    applicant = fresh_case(case_id).applicants[0].id
    db.session.get_one(type(fresh_case(case_id).applicants[0]), applicant).wants_certificate = True
    db.session.commit()
    decide(case_id, officer, approver)
    assert promised(case_id) == ["app.accounts.jobs.open_further_user_ids"]
    assert promised(applicant) == ["mailings.jobs.prepare_letter"]


def test_a_renewal_prepares_letters_as_a_new_application(company_id, officer, approver) -> None:
    case_id, digest = reviewed_case(officer, item_number="35685969395", services=(Service.CERTIFICATE,))
    set_on(case_id, status="in_review")
    set_on(case_id, kind=ApplicationKind.RENEWAL)
    assert digest != finish_review(case_id, actor=officer, now=clock.now())
    approve_application(case_id, digest=fresh_case(case_id).reviewed_digest, actor=approver, now=clock.now())
    assert promised(fresh_case(case_id).applicants[0].id) == ["mailings.jobs.prepare_letter"]


def test_the_review_asks_for_what_form_1_changes(company_id, officer) -> None:
    case_id = change_case(officer, company_id, "company_name", "contacts")
    record(case_id, officer, name="新社名株式会社")
    with pytest.raises(ChangeNotRecordedError) as caught:
        finish_review(case_id, actor=officer, now=clock.now())
    assert caught.value.fields["items"] == ["contacts"]


def test_a_change_is_in_the_digest_and_voids_the_review(company_id, officer, approver) -> None:
    case_id = change_case(officer, company_id, "company_name")
    record(case_id, officer, name="新社名株式会社")
    digest = finish_review(case_id, actor=officer, now=clock.now())
    record(case_id, officer, name="新々社名株式会社")
    assert fresh_case(case_id).status is ApplicationStatus.IN_REVIEW
    assert finish_review(case_id, actor=officer, now=clock.now()) != digest
    with pytest.raises(ChangedSinceReviewError):
        approve_application(case_id, digest=digest, actor=approver, now=clock.now())


def test_a_row_that_somebody_rewrote_is_found(company_id, officer, approver) -> None:
    case_id = change_case(officer, company_id, "company_name")
    record(case_id, officer, name="新社名株式会社")
    digest = finish_review(case_id, actor=officer, now=clock.now())
    db.session.scalars(select(CompanyChange)).one().new_value = "別社名株式会社"
    db.session.commit()
    with pytest.raises(ChangedSinceReviewError):
        approve_application(case_id, digest=digest, actor=approver, now=clock.now())


def test_what_equals_the_record_is_no_change(company_id, officer) -> None:
    case_id = change_case(officer, company_id, "company_name")
    assert record(case_id, officer, name="新社名株式会社", name_kana="シンシャメイ") == 2
    assert record(case_id, officer, name="株式会社髙﨑建設") == 1
    assert [each.field for each in fresh_case(case_id).changes] == ["name_kana"]


@pytest.mark.parametrize(
    ("values", "error", "code"),
    [
        ({"address": "東京都"}, ChangeError, "change-no-field"),
        ({"name": " "}, ChangeError, "change-empty"),
        ({"name": "山\u200b田"}, NameCharacterError, "name-character"),
        ({"name": "1234 5678 9018"}, ChangeError, "change-my-number"),
        ({"contact_email": "nobody"}, ChangeError, "change-email"),
    ],
)
def test_what_cannot_be_recorded(company_id, officer, values, error, code) -> None:
    case_id = change_case(officer, company_id, "company_name", "contacts")
    with pytest.raises(error, match=code):
        record(case_id, officer, **values)
    assert fresh_case(case_id).changes == []


def test_who_and_what_may_not(company_id, officer, approver) -> None:
    new_case, digest = reviewed_case(officer, item_number="35685969395")
    with pytest.raises(ChangeError, match="change-not-a-change"):
        record(new_case, officer, name="新社名株式会社")
    approve_application(new_case, digest=digest, actor=approver, now=clock.now())
    case_id = change_case(officer, company_id, "company_name", item_number="35685969406")
    record(case_id, officer, name="新社名株式会社")
    decide(case_id, officer, approver)
    with pytest.raises(FourEyesError):
        record(case_id, approver, name="別社名株式会社")


def test_a_change_of_an_outdated_record_is_not_applied(company_id, officer, approver) -> None:
    cases = [
        change_case(officer, company_id, "company_name", item_number=number)
        for number in ("35685969395", "35685969406")
    ]
    for case_id, name in zip(cases, ("甲株式会社", "乙株式会社"), strict=True):
        record(case_id, officer, name=name)
    digests = [finish_review(case_id, actor=officer, now=clock.now()) for case_id in cases]
    approve_application(cases[0], digest=digests[0], actor=approver, now=clock.now())
    with pytest.raises(ChangedSinceReviewError):  # the company's name stands in the digest
        approve_application(cases[1], digest=digests[1], actor=approver, now=clock.now())


def test_two_changes_of_one_company_at_once(company_id, officer, approver, app: Flask, monkeypatch) -> None:
    """Each has its own case lock; the company's lock puts them in order, and the second finds its old value gone."""
    from registration.services import apply_change as module  # noqa: PLC0415

    cases = [
        change_case(officer, company_id, "contacts", item_number=number) for number in ("35685969395", "35685969406")
    ]
    for case_id, name in zip(cases, ("甲野 一郎", "乙野 次郎"), strict=True):
        record(case_id, officer, contact_name=name)
    digests = [finish_review(case_id, actor=officer, now=clock.now()) for case_id in cases]

    def approving(index):
        return lambda: approve_application(cases[index], digest=digests[index], actor=approver, now=clock.now())

    results = Interleaving(app, monkeypatch).run(module, "_apply_contacts", approving(0), approving(1))
    assert [error.code if error else None for error in results] == [None, "change-outdated"]
    assert {person.name for person in company_of(cases[0]).contacts} == {"甲野 一郎", FIELDS["billing_name"]}
    assert queries.get_case(cases[1]).status is ApplicationStatus.REVIEWED
