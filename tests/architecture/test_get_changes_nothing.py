"""A GET writes nothing but the record of who looked."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.core.db import db
from app.core.settings import Settings
from models.audit import AuditEntry, AuditHead
from models.enums import ApplicationStatus
from tests.architecture.guards import PORTAL
from tests.factories.cases import make_case
from tests.factories.clients import FreshClient
from tests.factories.staff import make_staff, sign_in
from wsgi import create_portal

EVERY_ROLE = ("reception", "officer", "approver", "mailroom", "billing", "ca_operator", "auditor", "administrator")


@pytest.fixture
def portal(empty_database: None, settings: Settings) -> Iterator[Flask]:
    application = create_portal(settings)
    application.config["TESTING"] = True
    application.test_client_class = FreshClient
    with application.app_context():
        yield application
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def written() -> Iterator[list[str]]:
    found: list[str] = []

    def note(session: Session, _context: object) -> None:
        rows = [*session.new, *session.dirty, *session.deleted]
        found.extend(type(row).__name__ for row in rows if not isinstance(row, AuditEntry | AuditHead))

    event.listen(Session, "after_flush", note)
    yield found
    event.remove(Session, "after_flush", note)


def test_no_get_of_the_portal_writes(portal: Flask, written: list[str]) -> None:
    case = make_case("髙橋 美咲", status=ApplicationStatus.IN_REVIEW)
    make_staff(*EVERY_ROLE, email="everybody@example.jp")
    case_id = case.id
    client = sign_in(portal, "everybody@example.jp")
    written.clear()
    opened = 0
    with portal.test_request_context():
        rules = [rule for rule in portal.url_map.iter_rules() if "GET" in (rule.methods or ())]
        addresses = []
        for rule in rules:
            if rule.endpoint not in PORTAL or rule.endpoint.endswith("static"):
                continue
            if not rule.arguments:
                addresses.append(rule.rule)
            elif rule.arguments == {"application_id"}:
                addresses.append(rule.rule.replace("<uuid:application_id>", str(case_id)))
    for address in addresses:
        assert client.get(address).status_code < 500, address
        opened += 1
    assert opened > 25
    assert written == []
