"""The time-stamping authority over HTTP (RFC 3161 §3.4): content types, sizes, and OpenSSL's verdict."""

import subprocess
from collections.abc import Iterator

import pytest
from flask import Flask

from app.core import waiting
from app.core.db import db
from app.core.settings import Settings
from app.enrol.time_stamps import MOST_WAITING
from issuance import queries
from models.enums import CaKeyPurpose
from tests.integration.timestamps.test_tsa import refusal, request_of
from wsgi import create_site

pytestmark = pytest.mark.hsm
QUERY = "application/timestamp-query"


@pytest.fixture
def site(authority: None, settings: Settings) -> Iterator[Flask]:
    application = create_site(settings)
    application.config["TESTING"] = True
    yield application
    with application.app_context():
        db.session.remove()
        db.engine.dispose()
    application.extensions["redis"].close()


def test_openssl_verifies_what_came_over_http(site, tmp_path) -> None:
    def openssl(*arguments: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(["openssl", *arguments], cwd=tmp_path, capture_output=True, check=False)

    (tmp_path / "data").write_bytes(b"original")
    (tmp_path / "ca.der").write_bytes(queries.get_authority(CaKeyPurpose.CA).der)
    openssl("x509", "-inform", "DER", "-in", "ca.der", "-out", "ca.pem")
    openssl("ts", "-query", "-data", "data", "-sha256", "-cert", "-out", "q.tsq")
    found = site.test_client().post("/tsa", data=(tmp_path / "q.tsq").read_bytes(), content_type=QUERY)
    assert (found.status_code, found.mimetype) == (200, "application/timestamp-reply")
    assert "Set-Cookie" not in found.headers
    (tmp_path / "a.tsr").write_bytes(found.data)
    done = openssl("ts", "-verify", "-queryfile", "q.tsq", "-in", "a.tsr", "-CAfile", "ca.pem")
    assert b"Verification: OK" in done.stdout, done.stderr


def test_rubbish_gets_a_rejection_and_other_things_an_http_error(site) -> None:
    client = site.test_client()
    found = client.post("/tsa", data=b"rubbish", content_type=QUERY)
    assert (found.status_code, found.mimetype) == (200, "application/timestamp-reply")
    assert client.post("/tsa", data=b"x", content_type="text/plain").status_code == 415
    assert client.post("/tsa", data=bytes(20_000), content_type=QUERY).status_code == 413
    assert client.get("/tsa").status_code == 405


def test_what_did_not_lie_at_the_door_whole_is_refused_behind_it(site, monkeypatch) -> None:
    monkeypatch.setattr(waiting, "_count", lambda: MOST_WAITING + 1)
    ask = {"data": request_of(cert_req=True), "content_type": "application/timestamp-query"}
    found = site.test_client().post("/tsa", **ask)
    assert found.status_code == 503
    assert (found.headers["Retry-After"], found.mimetype) == ("5", "application/timestamp-reply")
    assert refusal(found.data)[0] == "rejection"  # and no token
    monkeypatch.setattr(waiting, "_count", lambda: MOST_WAITING)
    assert site.test_client().post("/tsa", **ask).status_code == 200
