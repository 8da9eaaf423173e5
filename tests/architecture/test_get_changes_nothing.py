"""A GET writes nothing but the record of who looked."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask, url_for
from sqlalchemy import Engine, event, select

from app.archive.services.keep_original import keep_original
from app.core.db import db
from app.core.settings import Settings
from models.audit import AuditEntry, AuditHead
from models.enums import ApplicationStatus
from models.originals import Original
from tests.architecture.guards import PORTAL, SITE
from tests.factories.accounts import sign_in_customer
from tests.factories.cases import make_case
from tests.factories.clients import FreshClient
from tests.factories.contracts import Signatory, make_contract, make_signatory, now, sign
from tests.factories.staff import make_staff, sign_in
from wsgi import create_portal, create_site

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


WRITING = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", re.IGNORECASE)


@pytest.fixture
def written() -> Iterator[list[str]]:
    """Tables that any statement writes, whether it comes from an object or was spelt out; the audit log apart."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        table = WRITING.match(statement)
        if table and table[1] not in {AuditEntry.__tablename__, AuditHead.__tablename__}:
            found.append(table[1])

    event.listen(Engine, "before_cursor_execute", note)
    yield found
    event.remove(Engine, "before_cursor_execute", note)


def test_the_watch_sees_a_write(portal: Flask, written: list[str]) -> None:
    make_case("髙橋 美咲")
    assert "application" in written


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


@pytest.fixture
def parties(authority: None) -> tuple[Signatory, Signatory]:
    return make_signatory(1, romaji="YOSHIDA TAKASHI"), make_signatory(2, romaji="WATANABE HARUKO")


def test_no_get_of_the_site_writes(
    parties: tuple[Signatory, Signatory], settings: Settings, written: list[str]
) -> None:
    """As anybody, as a user ID and as a company ID, with a contract, its files and its original."""
    contract_id = make_contract(*parties)
    for person in parties:
        sign(contract_id, person)
    keep_original(contract_id, now=now())
    original_id = db.session.scalars(select(Original.id)).one()
    db.session.rollback()
    site = create_site(settings)
    site.config["TESTING"] = True
    site.test_client_class = FreshClient
    known = {
        "contract_id": contract_id,
        "original_id": original_id,
        "number": 1,
        "token": "nonsense",
        "name": "original.pdf",
        "generation": 1,
        "shard": "000",
        "form": "pem",
        "sha256": "0" * 64,
        "document": "cp",
    }
    with site.test_request_context():
        rules = [rule for rule in site.url_map.iter_rules() if rule.endpoint in SITE and "GET" in (rule.methods or ())]
        addresses = [
            url_for(rule.endpoint, **{name: known[name] for name in rule.arguments})
            for rule in rules
            if rule.arguments <= set(known) and not rule.endpoint.endswith("static")
        ]
    clients = [site.test_client(), *(sign_in_customer(site, login) for login in (parties[0].login_id, "C30000001"))]
    written.clear()
    answers = [(address, client.get(address).status_code) for client in clients for address in addresses]
    assert len(answers) > 60
    assert {address for address, status in answers if status == 200} >= {
        "/contracts/", f"/contracts/{contract_id}/revisions/1.pdf", f"/originals/{original_id}/original.pdf", "/invoices/"
    }  # fmt: skip
    assert all(status < 500 for _address, status in answers), answers
    assert written == []
    with site.app_context():
        db.session.remove()
        db.engine.dispose()
