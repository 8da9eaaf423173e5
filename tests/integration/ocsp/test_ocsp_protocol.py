"""What is asked how, and what a client is told: RFC 6960, RFC 5019 over HTTP, RFC 9654."""

import base64
import hashlib
import socket
import time
from datetime import timedelta
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509 import ocsp
from flask import Flask
from redis import Redis
from sqlalchemy import text

from app.core import clock, der, waiting
from app.core.db import db
from app.core.direct import Direct, direct
from app.enrol.ocsp import MOST_WAITING
from app.signer import SignerClient
from issuance import queries
from issuance.ocsp import OcspResponder
from issuance.rules.ocsp_request import ResponseStatus
from models.certificates import Certificate
from models.enums import CaKeyPurpose
from wsgi import create_site

pytestmark = pytest.mark.hsm
TYPES = {"Content-Type": "application/ocsp-request"}
NONCE, STRANGE = "1.3.6.1.5.5.7.48.1.2", "1.2.392.200999.99"


def request_for(*certificate_ids, extensions: bytes = b"", times: int = 1) -> bytes:
    """A request written by hand, so that it can be wrong."""
    ca = queries.load(queries.get_authority(CaKeyPurpose.CA))
    asked = []
    for key in certificate_ids:
        certificate = x509.load_der_x509_certificate(db.session.get_one(Certificate, key).der)
        made = ocsp.OCSPRequestBuilder().add_certificate(certificate, ca, hashes.SHA256()).build()
        asked.append(
            der.sequence(
                der.sequence(
                    der.sequence(der.oid("2.16.840.1.101.3.4.2.1"), der.NULL),
                    der.octets(made.issuer_name_hash),
                    der.octets(made.issuer_key_hash),
                    der.integer(made.serial_number),
                )
            )
        )
    db.session.rollback()
    listed = der.sequence(*(asked * times))
    return der.sequence(der.sequence(listed, der.context(2, der.sequence(extensions)) if extensions else b""))


def nonce(octets: bytes) -> bytes:
    return der.sequence(der.oid(NONCE), der.octets(der.octets(octets)))


def post(site: Flask, data: bytes, *, status: int = 200) -> ocsp.OCSPResponse:
    found = site.test_client().post("/ocsp", data=data, headers=TYPES)
    assert found.status_code == status
    assert found.mimetype == "application/ocsp-response"
    assert "Set-Cookie" not in found.headers
    return ocsp.load_der_ocsp_response(found.data)


def get(site: Flask, data: bytes, **headers: str):
    return site.test_client().get("/ocsp/" + quote(base64.b64encode(data).decode(), safe=""), headers=headers)


def test_get_and_post_give_the_same_answer(site, holders) -> None:
    data = request_for(holders[0])
    found = get(site, data)
    answer = ocsp.load_der_ocsp_response(found.data)
    assert answer.certificate_status is ocsp.OCSPCertStatus.GOOD
    assert found.data == site.test_client().post("/ocsp", data=data, headers=TYPES).data
    bare = site.test_client().get("/ocsp/" + base64.b64encode(data).decode())  # as many clients do, unescaped
    assert bare.data == found.data


def test_an_answer_to_a_get_can_be_kept_on_its_way(site, holders, settings) -> None:
    found = get(site, request_for(holders[0]))
    answer = ocsp.load_der_ocsp_response(found.data)
    assert found.headers["ETag"] == f'"{hashlib.sha1(found.data).hexdigest()}"'
    assert found.last_modified == answer.this_update_utc
    assert found.expires == answer.next_update_utc
    control = found.cache_control
    assert 0 < control.max_age <= min(300, settings.ocsp_minutes * 60)
    assert control.public and control.no_transform and control.must_revalidate
    again = get(site, request_for(holders[0]), **{"If-None-Match": found.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert get(site, request_for(holders[0]), **{"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize("length", [1, 16, 32, 128])
def test_a_nonce_comes_back(site, holders, length) -> None:
    octets = bytes(range(length))
    answer = post(site, request_for(holders[0], extensions=nonce(octets)))
    assert answer.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce == octets
    found = get(site, request_for(holders[0], extensions=nonce(octets)))
    assert found.headers["Cache-Control"] == "no-store"  # nobody else may be given it


@pytest.mark.parametrize(
    "extensions",
    [nonce(b""), nonce(bytes(129)), nonce(b"a") * 2, der.sequence(der.oid(NONCE), der.octets(b"\x02\x01\x05\x05"))],
    ids=["empty", "129 octets", "twice", "no octets"],
)
def test_a_nonce_of_another_length_is_malformed(site, holders, extensions) -> None:
    answer = post(site, request_for(holders[0], extensions=extensions))
    assert answer.response_status is ocsp.OCSPResponseStatus.MALFORMED_REQUEST


def test_unknown_extensions(site, holders) -> None:
    harmless = der.sequence(der.oid(STRANGE), der.octets(b"x"))
    assert post(site, request_for(holders[0], extensions=harmless)).certificate_status is ocsp.OCSPCertStatus.GOOD
    critical = der.sequence(der.oid(STRANGE), der.boolean(value=True), der.octets(b"x"))
    answer = post(site, request_for(holders[0], extensions=critical))
    assert answer.response_status is ocsp.OCSPResponseStatus.UNAUTHORIZED  # RFC 6960 §4.1.2: not ignored


def test_ten_questions_but_not_eleven(site, holders) -> None:
    assert len(list(post(site, request_for(*holders, times=5)).responses)) == 10
    answer = post(site, request_for(holders[0], times=11))
    assert answer.response_status is ocsp.OCSPResponseStatus.UNAUTHORIZED


@pytest.mark.parametrize(
    "data",
    [b"", b"rubbish", b"\x30\x80", b"\x30\x03\x30\x01\x30", bytes(5000), der.sequence(der.sequence(b"\x30\x00"))],
)
def test_rubbish_is_malformed(site, authority, data) -> None:
    assert post(site, data).response_status is ocsp.OCSPResponseStatus.MALFORMED_REQUEST
    found = get(site, data)
    assert ocsp.load_der_ocsp_response(found.data).response_status is ocsp.OCSPResponseStatus.MALFORMED_REQUEST
    assert found.headers["Cache-Control"] == "no-store"


def test_every_cut_and_every_flipped_bit_is_answered(site, holders) -> None:
    whole = request_for(holders[0], extensions=nonce(b"0123456789abcdef"))
    client = site.test_client()
    for position in range(0, len(whole), 3):
        flipped = bytearray(whole)
        flipped[position] ^= 0x41
        for data in (whole[:position], bytes(flipped)):
            found = client.post("/ocsp", data=data, headers=TYPES)
            assert found.status_code == 200
            ocsp.load_der_ocsp_response(found.data)


@pytest.mark.parametrize("path", ["/ocsp/", "/ocsp/!!!", "/ocsp/a/b", "/ocsp/" + "A" * 9000])
def test_a_path_that_is_no_request_is_malformed(site, authority, path) -> None:
    found = site.test_client().get(path)
    assert ocsp.load_der_ocsp_response(found.data).response_status is ocsp.OCSPResponseStatus.MALFORMED_REQUEST


def test_other_methods_and_other_paths(site, authority) -> None:
    assert site.test_client().put("/ocsp").status_code == 405
    assert site.test_client().get("/ocspx").status_code == 404
    assert site.test_client().get("/").status_code == 200


def test_no_limit_per_address_stands_before_it(site, holders, monkeypatch) -> None:
    monkeypatch.setattr("app.security.limits.limiter.enabled", True)
    data, client = request_for(holders[0]), site.test_client()
    assert {client.post("/ocsp", data=data, headers=TYPES).status_code for _ in range(150)} == {200}


def test_beyond_a_short_queue_nobody_waits(site, holders, monkeypatch) -> None:
    monkeypatch.setattr(waiting, "_count", lambda: MOST_WAITING + 1)
    found = get(site, request_for(holders[0]))
    assert (found.status_code, found.headers["Retry-After"]) == (503, "5")
    assert ocsp.load_der_ocsp_response(found.data).response_status is ocsp.OCSPResponseStatus.TRY_LATER
    assert site.test_client().get("/").status_code == 200  # the pages have their own patience
    monkeypatch.setattr(waiting, "_count", lambda: MOST_WAITING)
    assert get(site, request_for(holders[0])).status_code == 200


def responder(site: Flask, *, signer=None, reader=None) -> OcspResponder:
    """One more process."""
    parts = site.extensions
    with site.app_context():
        return OcspResponder(reader or direct(), signer or parts["signer"], parts["redis"], minutes=60)


def test_without_a_signature_try_later_but_what_was_signed_still_holds(site, holders, tmp_path) -> None:
    first, second = request_for(holders[0]), request_for(holders[1])
    now = clock.now()
    assert responder(site).answer(first, now=now).status is ResponseStatus.SUCCESSFUL
    away = responder(site, signer=SignerClient(tmp_path / "nobody.sock"))
    assert away.answer(second, now=now).status is ResponseStatus.TRY_LATER
    assert away.answer(first, now=now).status is ResponseStatus.SUCCESSFUL  # from Redis
    late = now + timedelta(minutes=59)
    assert away.answer(first, now=late).status is ResponseStatus.SUCCESSFUL  # in its second half, and still true
    assert away.answer(first, now=now + timedelta(minutes=61)).status is ResponseStatus.TRY_LATER
    back = responder(site).answer(first, now=late)
    assert ocsp.load_der_ocsp_response(back.body).this_update_utc > now  # signed anew in the second half


def test_a_signing_process_that_hangs_is_waited_for_by_one(site, holders, tmp_path) -> None:
    with socket.socket(socket.AF_UNIX) as deaf:
        deaf.bind(str(tmp_path / "deaf.sock"))
        deaf.listen(16)
        hung = responder(site, signer=SignerClient(tmp_path / "deaf.sock", timeout=0.3))
        data = request_for(holders[0], extensions=nonce(b"a"))
        assert hung.answer(data, now=clock.now()).status is ResponseStatus.TRY_LATER
        with hung._signing.gate._trial:  # somebody is just trying
            began = time.monotonic()
            assert hung.answer(data, now=clock.now()).status is ResponseStatus.TRY_LATER
            assert time.monotonic() - began < 0.2
        hung._signing.signer = site.extensions["signer"]
        assert hung.answer(data, now=clock.now()).status is ResponseStatus.SUCCESSFUL
        assert not hung._signing.gate._is_away


def test_without_the_database_try_later(site, holders, tmp_path) -> None:
    nobody = Direct(f"postgresql+psycopg://postgres@/postgres?host={tmp_path}")
    found = responder(site, reader=nobody).answer(request_for(holders[0]), now=clock.now())
    assert found.status is ResponseStatus.TRY_LATER


def test_a_connection_that_was_cut_is_opened_again(site, holders) -> None:
    data = request_for(holders[0])
    assert post(site, data).certificate_status is ocsp.OCSPCertStatus.GOOD
    db.session.execute(
        text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%ca_certificate_id, c.status%'"
             " AND pid <> pg_backend_pid()")
    )  # fmt: skip
    db.session.rollback()
    assert post(site, data).certificate_status is ocsp.OCSPCertStatus.GOOD


def test_without_redis_every_answer_is_signed(site, holders, monkeypatch) -> None:
    one = responder(site)
    one._shared._redis = Redis(unix_socket_path="/nowhere")
    assert one.answer(request_for(holders[0]), now=clock.now()).status is ResponseStatus.SUCCESSFUL
    one._shared._redis.close()


def test_a_redis_that_hangs_is_hardly_waited_for(authority, holders, settings, tmp_path) -> None:
    with socket.socket(socket.AF_UNIX) as deaf:
        deaf.bind(str(tmp_path / "deaf.sock"))
        deaf.listen(16)
        site = create_site(settings.model_copy(update={"redis_url_given": f"unix://{tmp_path / 'deaf.sock'}"}))
        began = time.monotonic()
        for holder in holders:
            answer = ocsp.load_der_ocsp_response(get(site, request_for(holder)).data)
            assert answer.certificate_status is ocsp.OCSPCertStatus.GOOD
        assert time.monotonic() - began < 1.5
        with site.app_context():
            db.engine.dispose()


def test_what_this_process_keeps_holds_to_its_end_without_redis_and_signature(site, holders, tmp_path) -> None:
    one, data, now = responder(site), request_for(holders[0]), clock.now()
    assert one.answer(data, now=now).status is ResponseStatus.SUCCESSFUL
    one._shared._redis = Redis(unix_socket_path="/nowhere")
    one._signing.signer = SignerClient(tmp_path / "nobody.sock")
    late = one.answer(data, now=now + timedelta(minutes=59))
    assert late.status is ResponseStatus.SUCCESSFUL
    assert one.answer(data, now=now + timedelta(minutes=61)).status is ResponseStatus.TRY_LATER
    one._shared._redis.close()
