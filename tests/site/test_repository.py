"""The repository: what certificates point to, with everything a cache needs, and a page whose commands really work."""

import html
import re
import subprocess
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from flask import Flask
from werkzeug.serving import make_server

from app.core import clock
from app.core.db import db
from app.core.settings import Settings
from app.enrol.repository import _parts
from issuance import queries
from issuance.queries import crl_parts
from issuance.services.publish_crl import publish_crl
from models.enums import CaKeyPurpose
from tests.factories.authority import make_authority
from tests.factories.clients import FreshClient
from tests.factories.crls import add_revocations, authority_row, issue_by, newest_crl, roll_over
from tests.system.running import free_port
from wsgi import create_site

pytestmark = pytest.mark.hsm


@pytest.fixture
def here(app: Flask, signer_process: None, settings: Settings, tmp_path) -> Settings:
    """Settings with an address of its own and the certificate policy as PDF; the practice statement is not configured."""
    (tmp_path / "cp.pdf").write_bytes(b"%PDF-1.7 policy")
    found = settings.model_copy(update={"site_port": free_port(), "certificate_policy_file": str(tmp_path / "cp.pdf")})
    app.extensions["settings"] = found
    make_authority(found)
    return found


@pytest.fixture
def site(here: Settings) -> Iterator[Flask]:
    application = create_site(here)
    application.config["TESTING"] = True
    application.test_client_class = FreshClient
    yield application
    application.extensions["signer"].close()
    with application.app_context():
        db.session.remove()
        db.engine.dispose()


def test_a_crl_with_what_a_cache_needs(site: Flask, monkeypatch) -> None:
    monkeypatch.setattr(crl_parts, "OCTETS_IN_A_PIECE", 100)
    ca = authority_row()
    add_revocations(ca.id, range(1, 30))
    publish_crl(now=clock.now())
    crl, client = newest_crl(ca.id), site.test_client()
    got = client.get("/crl/ca-000.crl")
    assert (got.status_code, got.mimetype) == (200, "application/pkix-crl")
    assert got.data == queries.crl_bytes(crl.id)
    assert got.headers["ETag"] == f'"{crl.sha256}"'
    assert int(got.headers["Content-Length"]) == crl.size == len(got.data)
    assert got.last_modified == crl.this_update
    assert set(got.headers["Cache-Control"].split(", ")) == {"public", "max-age=60"}
    assert "Set-Cookie" not in got.headers
    head = client.head("/crl/ca-000.crl")
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Length"] == got.headers["Content-Length"]
    for ask in ({"If-None-Match": got.headers["ETag"]}, {"If-Modified-Since": got.headers["Last-Modified"]}):
        same = client.get("/crl/ca-000.crl", headers=ask)
        assert (same.status_code, same.data, same.headers["ETag"]) == (304, b"", got.headers["ETag"])
    publish_crl(now=clock.now() + timedelta(minutes=1), even_if_current=True)
    new = client.get("/crl/ca-000.crl", headers={"If-None-Match": got.headers["ETag"]})
    assert new.status_code == 200
    assert x509.load_der_x509_crl(new.data).extensions.get_extension_for_class(x509.CRLNumber).value.crl_number == 3


def test_a_reader_in_the_middle_gets_the_old_one_to_its_end(here: Settings, monkeypatch) -> None:
    monkeypatch.setattr(crl_parts, "OCTETS_IN_A_PIECE", 100)
    ca_id = authority_row().id
    add_revocations(ca_id, range(1, 30))
    publish_crl(now=clock.now())
    crl_id = newest_crl(ca_id).id
    old = queries.crl_bytes(crl_id)
    pieces = _parts(crl_id)
    begun = next(pieces)
    add_revocations(ca_id, range(30, 60))
    publish_crl(now=clock.now())
    assert begun + b"".join(pieces) == old


def test_names_that_are_not_there(site: Flask) -> None:
    client = site.test_client()
    rubbish = ("/crl/ca-%00%00%00.crl", f"/crl/cross-{'%00' * 64}.cer", "/crl/ca99999999999999-000.crl")
    for path in ("/crl/ca2.cer", "/crl/ca2-000.crl", "/crl/ca-001.crl", "/crl/ca0-000.crl", "/crl/ca1.cer",
                 f"/crl/cross-{'0' * 64}.cer", "/cps/cps.pdf", "/cps/other.pdf", *rubbish):  # fmt: skip
        assert client.get(path).status_code == 404, path


def test_every_generation_has_its_files(site: Flask) -> None:
    first, second = authority_row(), roll_over()
    cross = roll_over_cross(second)
    publish_crl(now=clock.now())
    client = site.test_client()
    for row, stem in ((first, "/crl/ca"), (second, "/crl/ca2"), (cross, f"/crl/cross-{cross.sha256}")):
        der = client.get(f"{stem}.cer")
        assert (der.data, der.mimetype) == (row.der, "application/pkix-cert")
        assert client.get(f"{stem}.cer", headers={"If-None-Match": der.headers["ETag"]}).status_code == 304
        pem = client.get(f"{stem}.pem")
        assert x509.load_pem_x509_certificate(pem.data).public_bytes(Encoding.DER) == row.der
    numbers = {}
    for path in ("/crl/ca-000.crl", "/crl/ca2-000.crl"):
        numbers[path] = x509.load_der_x509_crl(client.get(path).data).issuer
    assert numbers["/crl/ca-000.crl"] != numbers["/crl/ca2-000.crl"]


def roll_over_cross(second):
    """A row with the purpose of a cross-certificate; what is in it does not matter to a download."""
    second = db.session.merge(second)
    row = type(second)(
        purpose=CaKeyPurpose.CROSS, generation=2, key_label="ca", der=authority_row().der, sha256="ab" * 32, serial="1",
        not_before=second.not_before, not_after=second.not_after, active=False, ceremony={},
    )  # fmt: skip
    db.session.add(row)
    db.session.commit()
    return row


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_page_says_what_there_is(site: Flask, here: Settings, language: str) -> None:
    first, second = authority_row(), roll_over()
    add_revocations(first.id, range(1, 1235))
    publish_crl(now=clock.now())
    page = html.unescape(site.test_client().get(f"/cps?lang={language}").text)
    for words in (
        "CN=CECSIGN Test CA,", "CN=CECSIGN Test CA 2", "ca-000.crl", "ca2-000.crl", "1,234", "/cps/cp.pdf",
        "1.2.392.200999.1.1", "1.2.392.200999.2.1", "1.2.392.200999.3.1",
        f"{here.public_url}/ocsp", f"{here.public_url}/tsa",
        *(("企業属性", "認定の対象外", "認定対象外", "ヘルプデスクにご請求ください") if language == "ja"
          else ("outside the accreditation", "Not accredited", "available from the help desk")),
    ):  # fmt: skip
        assert words in page, words
    assert "/cps/cps.pdf" not in page
    for row in (first, second):
        assert row.sha256.upper() in re.sub(r"[: ]", "", page)
    with site.test_client().get("/cps/cp.pdf") as policy:
        assert (policy.data, policy.mimetype) == (b"%PDF-1.7 policy", "application/pdf")


def test_a_policy_file_that_went_away_is_said_to_be_at_the_help_desk(site: Flask, here: Settings, tmp_path) -> None:
    (tmp_path / "cp.pdf").unlink()
    assert "/cps/cp.pdf" not in site.test_client().get("/cps").text
    assert site.test_client().get("/cps/cp.pdf").status_code == 404


def test_the_commands_on_the_page_work(site: Flask, here: Settings, tmp_path) -> None:
    ca = authority_row()
    good, bad = issue_by(ca, here.public_url), issue_by(ca, here.public_url)
    add_revocations(ca.id, [bad.serial_number])
    publish_crl(now=clock.now())
    server = make_server("127.0.0.1", here.site_port, site, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        page = html.unescape(site.test_client().get("/cps").text)
        commands = [
            line for block in re.findall(r"<pre><code>(.*?)</code></pre>", page, re.S) for line in block.splitlines()
        ]
        assert len(commands) == 7
        said = {}
        (tmp_path / "certificate.pem").write_bytes(good.public_bytes(Encoding.PEM))
        for command in commands:
            if command.startswith("openssl ocsp"):
                continue  # the responder has tests of its own
            done = subprocess.run(command.split(), cwd=tmp_path, capture_output=True, text=True, check=False)
            assert done.returncode == 0, (command, done.stderr)
            said[" ".join(command.split()[:2])] = done.stdout + done.stderr
            said.setdefault(
                "list", done.stderr if "openssl crl" in command else ""
            ) if "verify OK" in done.stderr else None
        assert "certificate.pem: OK" in said["openssl verify"]
        assert "verify OK" in said["list"]
        fingerprint = said["openssl x509"].strip().rpartition("=")[2]
        assert fingerprint in page.replace(" ", ":")  # as the page shows it, in groups
        (tmp_path / "certificate.pem").write_bytes(bad.public_bytes(Encoding.PEM))
        verify = next(command for command in commands if command.startswith("openssl verify"))
        done = subprocess.run(verify.split(), cwd=tmp_path, capture_output=True, text=True, check=False)
        assert "certificate revoked" in done.stderr
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
