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
from tests.factories.desk import FIELDS, staff_actor


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


def record(paper_id, actor: Actor) -> None:
    text = clock.today().isoformat()
    record_paper(paper_id, PaperRecord(issued_on_text=text, fields=FIELDS), actor=actor, now=clock.now())


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


def test_another_number_than_the_one_on_record_is_refused(app: Flask) -> None:
    desk = staff_actor("reception", "officer")
    case_id, registry = received(desk, "35685969384", "8700110005901")
    with pytest.raises(PaperFieldError, match="company-number-differs") as caught:
        record(registry, desk)
    assert caught.value.field == "company_number"
    db.session.rollback()
    assert queries.get_case(case_id).company.corporate_number == "8700110005901"
