"""The built-in time-stamping authority, judged by OpenSSL."""

import hashlib
import subprocess
from datetime import timedelta

import pytest
from asn1crypto import cms, parser, tsp
from cryptography.hazmat.primitives.serialization import Encoding
from flask import Flask

from app import timestamps
from app.core import clock, der
from app.core.db import db
from app.signer import SignerClient
from app.timestamps.request import WORDS, Failure
from app.timestamps.unit import NoTimeStampAuthorityError
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


def refusal(answer: bytes) -> tuple[str, str, set[str]]:
    """Status, words and failInfo of an answer without a token."""
    content = parser.parse(answer)[4]
    info = tsp.PKIStatusInfo.load(content)
    assert info.dump() == content  # nothing follows: no token
    return info["status"].native, info["status_string"].native[0], info["fail_info"].native


def request_of(**changes) -> bytes:
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": bytes(32)}
    return tsp.TimeStampReq({"version": "v1", "message_imprint": imprint, **changes}).dump()


def with_parameters(value: bytes) -> bytes:
    """A digest algorithm with something of one's own behind it."""
    algorithm = der.sequence(der.oid("2.16.840.1.101.3.4.2.1"), der.octets(value))
    return der.sequence(der.integer(1), der.sequence(algorithm, der.octets(bytes(32))))


@pytest.mark.parametrize(
    ("options", "failure", "words"),
    [
        (("-md5",), "bad_alg", "unrecognized or unsupported algorithm"),
        (("-sha1",), "bad_alg", "unrecognized or unsupported algorithm"),
        (("-sha256", "-tspolicy", "1.2.3"), "unaccepted_policy", "the requested TSA policy is not supported"),
    ],
)
def test_what_it_cannot_do_is_rejected(app: Flask, ca_file, tmp_path, options, failure, words) -> None:
    data = tmp_path / "data"
    data.write_bytes(b"original")
    query = tmp_path / "q.tsq"
    assert openssl("ts", "-query", "-data", data, *options, "-out", query).returncode == 0
    answer = timestamps.respond(query.read_bytes())
    assert refusal(answer)[2] == {failure}
    (tmp_path / "a.tsr").write_bytes(answer)
    text = openssl("ts", "-reply", "-in", tmp_path / "a.tsr", "-text").stdout.decode()
    assert "Status: Rejected." in text
    assert f"Failure info: {words}" in text
    verified = openssl("ts", "-verify", "-queryfile", query, "-in", tmp_path / "a.tsr", "-CAfile", ca_file)
    assert verified.returncode != 0


@pytest.mark.parametrize(
    ("request_", "failure"),
    [
        (b"", "bad_data_format"),
        (b"rubbish", "bad_data_format"),
        (request_of() + b"\0", "bad_data_format"),
        (request_of(message_imprint={"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": b"short"}),
         "bad_data_format"),
        (with_parameters(b"x" * 999), "bad_alg"),
        (request_of(nonce=1 << 900), "bad_request"),
        (request_of().replace(b"\x02\x01\x01", b"\x02\x01\x02", 1), "bad_request"),
        (request_of(extensions=[{"extn_id": "1.2.3", "critical": False, "extn_value": b"x"}]), "unaccepted_extensions"),
    ],
    ids=["empty", "rubbish", "trailing", "length", "parameters", "nonce", "version", "extension"],
)  # fmt: skip
def test_every_rejection_says_why(app: Flask, ca_file, request_, failure) -> None:
    status, words, failures = refusal(timestamps.respond(request_))
    assert (status, failures) == ("rejection", {failure})
    assert words == WORDS[Failure[failure.upper().removesuffix("S")]]


def test_without_a_signature_system_failure(app: Flask, ca_file, tmp_path) -> None:
    app.extensions["signer"] = SignerClient(tmp_path / "nobody.sock")
    assert refusal(timestamps.respond(request_of()))[2] == {"system_failure"}


def test_a_certificate_that_may_not_stamp_is_not_used(app: Flask, ca_file) -> None:
    """Its extended usage is looked at whenever it is used: here the row was given the OCSP responder's."""
    tsa, other = queries.get_authority(CaKeyPurpose.TSA), queries.get_authority(CaKeyPurpose.OCSP)
    tsa.der = other.der
    db.session.commit()
    assert refusal(timestamps.respond(request_of()))[2] == {"system_failure"}
    with pytest.raises(NoTimeStampAuthorityError, match="tsa-certificate"):
        timestamps.stamp(bytes(32))
    tsa.active = False
    db.session.commit()
    assert refusal(timestamps.respond(request_of()))[2] == {"system_failure"}


def test_the_chain_is_that_of_the_issuer_also_after_a_roll_over(app: Flask, ca_file) -> None:
    ca = queries.get_authority(CaKeyPurpose.CA)
    ca.active = False
    db.session.commit()
    token = timestamps.stamp(bytes(32))  # the issuer is no longer active and still the issuer
    found = cms.ContentInfo.load(token)["content"]["certificates"]
    assert len(found) == 2
    ca.generation = 2
    db.session.commit()
    assert refusal(timestamps.respond(request_of(cert_req=True)))[2] == {"add_info_not_available"}
    assert tsp.TimeStampResp.load(timestamps.respond(request_of()))["status"]["status"].native == "granted"


def test_the_time_is_of_this_moment_in_milliseconds(app: Flask, ca_file) -> None:
    for _ in range(12):
        before = clock.now()
        token = timestamps.stamp(bytes(32))
        after = clock.now()
        info = cms.ContentInfo.load(token)["content"]["encap_content_info"]["content"].parsed
        assert before - timedelta(milliseconds=1) <= info["gen_time"].native <= after
        written = info["gen_time"].contents.decode()
        assert written.endswith("Z")
        assert not written.endswith("0Z") or "." not in written  # DER: no zeros at the end of a fraction


@pytest.mark.parametrize("nonce", [0, -5, 1 << 63, 1 << 160])
def test_any_nonce_comes_back(app: Flask, ca_file, nonce) -> None:
    answer = tsp.TimeStampResp.load(timestamps.respond(request_of(nonce=nonce)))
    info = answer["time_stamp_token"]["content"]["encap_content_info"]["content"].parsed
    assert info["nonce"].native == nonce
    assert answer["time_stamp_token"]["content"]["certificates"].native is None  # nobody asked for them


def test_no_two_tokens_share_a_serial_number(app: Flask, ca_file) -> None:
    serials = set()
    for _ in range(5):
        token = timestamps.stamp(hashlib.sha256(b"x").digest())
        info = cms.ContentInfo.load(token)["content"]["encap_content_info"]["content"].parsed
        serials.add(info["serial_number"].native)
    assert len(serials) == 5
