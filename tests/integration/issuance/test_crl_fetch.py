"""A CRL is fetched back over HTTP from a site that really runs, and whatever is wrong there is noticed."""

import threading
from collections.abc import Iterator

import pytest
from flask import Flask, Response
from sqlalchemy import select, update
from werkzeug.serving import make_server

from app.core import clock
from app.core.db import db
from app.core.settings import Settings
from app.jobs import runner
from issuance import jobs, queries
from issuance.errors import CrlFetchError, UnfinishedError
from issuance.jobs.crl import fetch_crl
from issuance.queries import crl_parts
from issuance.services import fetch_crl as module
from issuance.services.publish_crl import publish_crl
from models.audit import AuditEntry
from models.certificates import Crl, Revocation
from models.promises import Promise
from tests.factories.authority import make_authority
from tests.factories.crls import add_revocations, authority_row, newest_crl, roll_over
from tests.system.running import free_port
from wsgi import create_site

pytestmark = pytest.mark.hsm


@pytest.fixture
def public(app: Flask, signer_process: None, settings: Settings) -> Iterator[Settings]:
    """An authority whose address is a site that runs in another thread."""
    here = settings.model_copy(update={"site_port": free_port()})
    app.extensions["settings"] = here
    make_authority(here)
    site = create_site(here)
    server = make_server("127.0.0.1", here.site_port, site, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield here
    server.shutdown()
    thread.join()
    server.server_close()
    with site.app_context():
        db.engine.dispose()
    site.extensions["signer"].close()


@pytest.fixture
def other(app: Flask, signer_process: None, settings: Settings) -> Iterator[Response]:
    """An authority whose address answers whatever a test says."""
    here = settings.model_copy(update={"site_port": free_port()})
    app.extensions["settings"] = here
    make_authority(here)
    answer = Response(status=404)
    server = make_server("127.0.0.1", here.site_port, lambda environ, start: answer(environ, start))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield answer
    server.shutdown()
    thread.join()
    server.server_close()


def events() -> list[tuple[str, str | None]]:
    rows = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "crl:fetch").order_by(AuditEntry.seq)).all()
    return [(row.outcome, row.detail.get("error")) for row in rows]


def newest() -> Crl:
    db.session.rollback()
    return newest_crl(authority_row().id)


def test_what_was_published_is_what_everybody_gets(public: Settings, monkeypatch) -> None:
    monkeypatch.setattr(crl_parts, "ENTRIES_IN_A_PART", 4)
    monkeypatch.setattr(crl_parts, "OCTETS_IN_A_PIECE", 100)
    second = roll_over()
    add_revocations(authority_row().id, range(1, 20))
    add_revocations(second.id, [5], shard="001")
    publish_crl(now=clock.now())
    for crl_id in db.session.scalars(select(Crl.id)).all():
        fetch_crl(str(crl_id))
    db.session.rollback()
    fetched = {
        (row.ca_certificate_id, row.shard, int(row.number)): row.fetched_at is not None
        for row in db.session.scalars(select(Crl))
    }
    assert fetched == {
        (authority_row().id, "000", 1): False,  # superseded: its successor is looked at
        (authority_row().id, "000", 2): True,
        (second.id, "000", 1): True,
        (second.id, "001", 1): True,
    }
    assert events() == [("done", None)] * 3
    fetch_crl(str(newest().id))
    assert len(events()) == 3  # safe to run twice


def test_nobody_answers(app: Flask, authority: None, settings: Settings) -> None:
    app.extensions["settings"] = settings.model_copy(update={"site_port": free_port()})
    crl_id = newest().id
    for _ in range(2):
        with pytest.raises(CrlFetchError, match="crl-unreachable"):
            fetch_crl(str(crl_id))
    assert (newest().fetched_at, newest().fetch_failure) == (None, "crl-unreachable")
    assert events() == [("failed", "crl-unreachable")]  # said once, not at every attempt
    promise = db.session.scalars(select(Promise.id).where(Promise.name == "issuance.jobs.crl.fetch_crl")).one()
    runner.run(str(promise))
    again = db.session.get_one(Promise, promise)
    assert (again.done_at, again.attempts, again.last_error) == (None, 1, "CrlFetchError: crl-unreachable")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda data: (404, data), "crl-status"),
        (lambda data: (200, b"<html>down</html>"), "crl-differs"),
        (lambda data: (200, data[:-5]), "crl-differs"),
        (lambda data: (200, data[:-1] + bytes([data[-1] ^ 1])), "crl-differs"),
        (lambda data: (200, data + bytes(200_000)), "crl-differs"),
    ],
)
def test_another_answer_is_noticed_and_so_is_the_right_one(other: Response, change, code) -> None:
    data = queries.crl_bytes(newest().id)
    other.status_code, body = change(data)
    other.set_data(body)
    with pytest.raises(CrlFetchError, match=code):
        fetch_crl(str(newest().id))
    assert newest().fetch_failure == code
    other.status_code = 200
    other.set_data(data)
    fetch_crl(str(newest().id))
    assert (newest().fetch_failure, newest().fetched_at is not None) == ("", True)
    assert events() == [("failed", code), ("done", None)]


def test_an_old_crl_at_the_address(other: Response) -> None:
    other.status_code = 200
    other.set_data(queries.crl_bytes(newest().id))
    publish_crl(now=clock.now(), even_if_current=True)
    with pytest.raises(CrlFetchError, match="crl-stale"):
        fetch_crl(str(newest().id))


def test_a_signature_that_is_not_the_authoritys(other: Response, monkeypatch) -> None:
    other.status_code = 200
    other.set_data(queries.crl_bytes(newest().id))
    monkeypatch.setattr(module, "is_signed_by", lambda *_: False)
    with pytest.raises(CrlFetchError, match="crl-signature"):
        fetch_crl(str(newest().id))


def test_superseded_while_it_was_fetched(other: Response, monkeypatch) -> None:
    crl_id = newest().id
    compare = module._compare

    def slowly(*given: object) -> str:
        publish_crl(now=clock.now(), even_if_current=True)
        return compare(*given)

    monkeypatch.setattr(module, "_compare", slowly)
    fetch_crl(str(crl_id))
    assert events() == []


def test_who_publishes_elsewhere_makes_the_promise_wait(authority: None, monkeypatch) -> None:
    [revocation] = add_revocations(authority_row().id, [1])
    with monkeypatch.context() as patch:
        patch.setattr(jobs, "publish", lambda **_: False)
        with pytest.raises(UnfinishedError, match="crl-behind"):
            jobs.publish_crl(str(revocation))
    db.session.execute(update(Revocation).values(crl_number=1))  # the other one has published it meanwhile
    db.session.commit()
    jobs.publish_crl(str(revocation))
