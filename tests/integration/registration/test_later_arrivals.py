"""Papers that came after the envelope: their own day, their own sheet, and the sheet before them stays on record."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.core.errors import IllegalTransitionError
from app.core.transaction import transaction
from models.applications import Envelope
from models.enums import ApplicationStatus, Arrival, PaperKind, SheetStatus
from models.sheets import Sheet, SheetUse
from registration import queries
from registration.services.add_application import add_application
from registration.services.approve import approve_application
from registration.services.receive_envelope import ApplicantDetails, ReceptionError
from registration.services.receive_more import receive_more
from tests.factories.desk import receive, record, staff_actor, work_through
from tests.integration.registration.test_reception import BOTH, LATER, audited, papers_of, two_cases

pytestmark = pytest.mark.hsm


@pytest.fixture(autouse=True)
def _storage(signer_process: None) -> None:
    """Scans are stored encrypted."""


@pytest.fixture
def people(app: Flask):
    return staff_actor("reception"), staff_actor("officer"), staff_actor("approver")


def more(case, actor, *kinds, **extra):
    papers = papers_of(case)
    ids = [papers[kind].id for kind in kinds]
    db.session.rollback()
    given = {"received_on": clock.today(), "arrived_by": Arrival.REGISTERED_MAIL, "item_number": LATER} | extra
    receive_more(case, papers=ids, actor=actor, now=clock.now(), **given)


def test_a_paper_that_came_later_is_measured_on_its_own_day(people) -> None:
    case = receive(people[0], received_on=clock.today() - timedelta(days=20))
    work_through(case, people[1], issued_on=clock.today() - timedelta(days=25))
    old = papers_of(case)[PaperKind.RESIDENCE_CERTIFICATE]
    old_sheet, paper_id = old.sheet_id, old.id
    more(case, people[0], PaperKind.RESIDENCE_CERTIFICATE)
    new = papers_of(case)[PaperKind.RESIDENCE_CERTIFICATE]
    assert (new.id, new.received_on, new.issued_on, new.fields, new.checks) == (paper_id, clock.today(), None, {}, [])
    assert new.sheet_id != old_sheet
    assert not new.scans
    uses = db.session.scalars(select(SheetUse).where(SheetUse.paper_id == paper_id)).all()
    assert {(use.sheet_id, use.until is None) for use in uses} == {(old_sheet, False), (new.sheet_id, True)}
    assert db.session.get_one(Sheet, old_sheet).status is SheetStatus.HELD
    envelope = db.session.get_one(Envelope, db.session.get_one(Sheet, new.sheet_id).envelope_id)
    assert (envelope.item_number, envelope.received_on) == (LATER, clock.today())
    assert audited("application:receive-more")[0].detail["papers"] == ["residence_certificate"]
    record(paper_id, PaperKind.RESIDENCE_CERTIFICATE, people[1], issued_on=clock.today())  # after the envelope's day


def test_papers_by_hand_and_by_ordinary_mail(people) -> None:
    case = receive(people[0])
    more(case, people[0], PaperKind.FORM_1, arrived_by=Arrival.BY_HAND, item_number=None)
    more(case, people[0], PaperKind.FORM_2, arrived_by=Arrival.ORDINARY_MAIL, item_number=LATER)
    numbers = db.session.scalars(select(Envelope.item_number)).all()
    assert sorted(map(str, numbers)) == ["35685969384", "None", "None"]


def test_an_incomplete_case_goes_on(people) -> None:
    case = receive(people[0])
    with transaction():
        queries.case_for_update(case).status = ApplicationStatus.INCOMPLETE
    more(case, people[0], PaperKind.FORM_1)
    assert queries.get_case(case).status is ApplicationStatus.IN_REVIEW


@pytest.mark.parametrize(
    ("extra", "code"),
    [
        ({"received_on": clock.today() + timedelta(days=1)}, "received-in-future"),
        ({"received_on": clock.today() - timedelta(days=9)}, "received-before-case"),
        ({"item_number": None}, "item-number-needed"),
        ({"item_number": "35685969384"}, "envelope-known"),
    ],
)
def test_a_later_arrival_that_cannot_be(people, extra, code) -> None:
    case = receive(people[0])
    with pytest.raises(ReceptionError, match=code):
        more(case, people[0], PaperKind.FORM_1, **extra)
    with pytest.raises(ReceptionError, match="no-paper"):
        more(case, people[0])
    assert queries.get_case(case).status is ApplicationStatus.RECEIVED


def test_one_later_envelope_for_two_cases_of_a_company(people) -> None:
    first = receive(people[0])
    second = add_application(
        first, services=BOTH, applicants=[ApplicantDetails("神谷 靖")], actor=people[0], now=clock.now()
    )
    more(first, people[0], PaperKind.REGISTRY_CERTIFICATE)
    shared = papers_of(second)[PaperKind.REGISTRY_CERTIFICATE].sheet_id
    assert shared == papers_of(first)[PaperKind.REGISTRY_CERTIFICATE].sheet_id
    more(second, people[0], PaperKind.FORM_1)
    assert len(db.session.scalars(select(Envelope)).all()) == 2
    with pytest.raises(ReceptionError, match="envelope-known"):
        more(second, people[0], PaperKind.FORM_1)
    with pytest.raises(ReceptionError, match="envelope-known"):
        receive(people[0], item_number=LATER)


def test_nothing_comes_into_a_closed_case(people) -> None:
    _first, second, digest = two_cases(people)
    approve_application(second, digest=digest, actor=people[2], now=clock.now())
    with pytest.raises(IllegalTransitionError):
        more(second, people[1], PaperKind.FORM_1)
