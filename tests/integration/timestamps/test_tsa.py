"""The built-in time-stamping authority, judged by OpenSSL."""

import hashlib
import subprocess

import pytest
from asn1crypto import tsp
from cryptography.hazmat.primitives.serialization import Encoding
from flask import Flask

from app import timestamps
from app.core import clock
from issuance import queries
from models.enums import CaKeyPurpose

pytestmark = pytest.mark.hsm


@pytest.fixture
def ca_file(authority: None, tmp_path):
    path = tmp_path / "ca.pem"
    path.write_bytes(queries.load(queries.get_authority(CaKeyPurpose.CA)).public_bytes(Encoding.PEM))
    return path


def openssl(*arguments, **options):
    return subprocess.run(["openssl", *map(str, arguments)], capture_output=True, check=False, **options)


@pytest.mark.parametrize(
    "options", [("-cert",), (), ("-cert", "-no_nonce"), ("-cert", "-tspolicy", "1.2.392.200999.2.1")]
)
@pytest.mark.parametrize("algorithm", ["-sha256", "-sha384", "-sha512"])
def test_openssl_verifies_what_it_asked_for(app: Flask, ca_file, tmp_path, options, algorithm) -> None:
    data = tmp_path / "data"
    data.write_bytes(b"original")
    query = tmp_path / "q.tsq"
    assert openssl("ts", "-query", "-data", data, algorithm, *options, "-out", query).returncode == 0
    answer = tmp_path / "a.tsr"
    answer.write_bytes(timestamps.respond(query.read_bytes()))
    untrusted = tmp_path / "tsa.pem"
    untrusted.write_bytes(queries.load(queries.get_authority(CaKeyPurpose.TSA)).public_bytes(Encoding.PEM))
    done = openssl("ts", "-verify", "-queryfile", query, "-in", answer, "-CAfile", ca_file, "-untrusted", untrusted)
    assert b"Verification: OK" in done.stdout, done.stderr
    data.write_bytes(b"changed!")
    assert openssl(
        "ts", "-verify", "-data", data, "-in", answer, "-CAfile", ca_file, "-untrusted", untrusted
    ).returncode


@pytest.mark.parametrize(
    ("options", "failure"),
    [(("-md5",), "bad_alg"), (("-sha256", "-tspolicy", "1.2.3"), "unaccepted_policy")],
)
def test_what_it_cannot_do_is_rejected(app: Flask, ca_file, tmp_path, options, failure) -> None:
    data = tmp_path / "data"
    data.write_bytes(b"original")
    query = tmp_path / "q.tsq"
    assert openssl("ts", "-query", "-data", data, *options, "-out", query).returncode == 0
    answer = timestamps.respond(query.read_bytes())
    (tmp_path / "a.tsr").write_bytes(answer)
    text = openssl("ts", "-reply", "-in", tmp_path / "a.tsr", "-text").stdout
    assert b"Status: Rejected." in text


def test_rubbish_is_rejected(app: Flask, ca_file) -> None:
    assert tsp.PKIStatusInfo.load(timestamps.respond(b"rubbish")[2:])["status"].native == "rejection"


def test_no_two_tokens_share_a_serial_number(app: Flask, ca_file) -> None:
    serials = set()
    for _ in range(5):
        token = timestamps.stamp(hashlib.sha256(b"x").digest(), now=clock.now())
        from asn1crypto import cms  # noqa: PLC0415

        info = cms.ContentInfo.load(token)["content"]["encap_content_info"]["content"].parsed
        serials.add(info["serial_number"].native)
    assert len(serials) == 5
