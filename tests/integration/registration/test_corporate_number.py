"""The registry certificate tells which company a case belongs to, also when reception opened a second record."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.core import clock
from app.core.actor import Actor
from app.core.db import db
from models.companies import Company
from models.enums import PaperKind, Service
from registration import queries
from registration.errors import PaperFieldError
from registration.services.receive_envelope import ApplicantDetails, CompanyDetails, receive_envelope
from registration.services.record_paper import PaperRecord, record_paper
from tests.factories.desk import FIELDS, approved_case, staff_actor


def received(actor: Actor, item_number: str, number: str | None):
    case_id = receive_envelope(
        item_number=item_number,
        received_on=clock.today(),
        company=CompanyDetails("株式会社髙﨑建設", number),
        services=[Service.CONTRACT],
        applicants=[ApplicantDetails("𠮷田 太郎", "ヨシダ タロウ")],
        actor=actor,
        now=clock.now(),
    )
    paper = next(each for each in queries.get_case(case_id).papers if each.kind is PaperKind.REGISTRY_CERTIFICATE)
    return case_id, paper.id


def record(paper_id, actor: Actor, **fields: str) -> None:
    paper = PaperRecord(issued_on_text=clock.today().isoformat(), fields=FIELDS | fields)
    record_paper(paper_id, paper, actor=actor, now=clock.now())


def test_a_second_record_of_a_company_gives_way_to_the_first(app: Flask) -> None:
    desk = staff_actor("reception", "officer")
    first, registry = received(desk, "35685969384", None)
    record(registry, desk)
    second, registry = received(desk, "35685969395", None)
    assert queries.get_case(first).company_id != queries.get_case(second).company_id
    record(registry, desk)
    assert queries.get_case(first).company_id == queries.get_case(second).company_id
    assert db.session.scalar(select(func.count()).select_from(Company)) == 1
    assert queries.get_case(second).company.corporate_number == "7000012050002"


def test_a_number_typed_wrong_can_be_corrected_until_the_company_is_approved(app: Flask) -> None:
    """Twelve digits have no check digit: what an officer mistyped must not stay for ever."""
    desk = staff_actor("reception", "officer")
    case_id, registry = received(desk, "35685969384", None)
    record(registry, desk, company_number="000012050003")
    record(registry, desk)
    assert queries.get_case(case_id).company.corporate_number == "7000012050002"


def test_the_number_of_an_approved_company_stays(app: Flask, signer_process: None) -> None:
    approved_case()
    desk = staff_actor("reception", "officer")
    case_id, registry = received(desk, "35685969395", "7000012050002")
    with pytest.raises(PaperFieldError, match="company-number-differs") as caught:
        record(registry, desk, company_number="000012050003")
    assert caught.value.field == "company_number"
    db.session.rollback()
    assert queries.get_case(case_id).company.corporate_number == "7000012050002"
