"""Answered many at a time, each is answered as it would be alone; what is not plain goes the usual way to the same answer."""

import base64
import http.client
import socket
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import quote

import psutil
import pytest
from cryptography.x509 import ocsp

from app.core import clock
from issuance.ocsp import authorities
from issuance.ocsp.authorities import HASHES
from issuance.rules.ocsp_request import ResponseStatus
from tests.factories.relay import Relay
from tests.factories.served import served_site
from tests.integration.ocsp.test_ocsp_by_openssl import ask, revoke
from tests.integration.ocsp.test_ocsp_protocol import nonce, request_for, responder
from tests.system.running import wait_until

pytestmark = pytest.mark.hsm


def told(body: bytes) -> str:
    answer = ocsp.load_der_ocsp_response(body)
    if answer.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        return answer.response_status.name
    return ",".join(each.certificate_status.name for each in answer.responses)


def exchange(connection: socket.socket, *parts: bytes) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of the answer to what is sent in parts."""
    for number, part in enumerate(parts):
        time.sleep(0.2 if number else 0)
        connection.sendall(part)
    return read(connection, method="HEAD" if parts[0].startswith(b"HEAD") else "GET")


def read(connection: socket.socket, *, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
    with http.client.HTTPResponse(connection, method=method) as response:
        response.begin()
        return response.status, dict(response.headers), response.read()


def bodies_of_three(connection: socket.socket) -> list[bytes]:
    """Bodies of three answers behind each other, of known length; HTTPResponse would take the next one's octets into its buffer."""
    found = []
    with connection.makefile("rb") as stream:
        for _ in range(3):
            assert stream.readline().startswith(b"HTTP/1.1 200 ")
            found.append(stream.read(int(http.client.parse_headers(stream)["Content-Length"])))
    return found


def test_each_of_a_round_is_answered_as_it_would_be_alone(site, holders) -> None:
    now, octets = clock.now(), b"0123456789abcdef"
    revoke(holders[1])
    foreign = request_for(holders[0]).replace(request_for(holders[0])[40:50], bytes(10))
    asked = {
        request_for(holders[0]): "GOOD",
        b"rubbish": "MALFORMED_REQUEST",
        request_for(holders[1]): "REVOKED",
        foreign: "UNAUTHORIZED",
        request_for(*holders): "GOOD,REVOKED",
        request_for(holders[0], extensions=nonce(octets)): "GOOD",
        b"": "MALFORMED_REQUEST",
    }
    one = responder(site)
    for _ in range(2):  # signed now, then as it was kept
        answers = one.answer_all([*asked, request_for(holders[0])], now=now)
        assert [told(each.body) for each in answers] == [*asked.values(), "GOOD"]
        assert answers[0].body == answers[-1].body  # asked twice in a round, signed once
        assert [each.signed is not None for each in answers] == [True, False, True, *[False] * 4, True]
        assert [each.status for each in answers].count(ResponseStatus.SUCCESSFUL) == 5
        with_nonce = ocsp.load_der_ocsp_response(answers[5].body)
        assert with_nonce.extensions[0].value.nonce == octets
    assert told(one.answer(request_for(holders[0]), now=now).body) == "GOOD"


def test_the_list_of_cas_read_anew_in_the_midst_of_a_round_changes_nothing(site, holders, monkeypatch) -> None:
    """Another thread reads it again between two questions of one request: they still mean one CA."""
    one, other, asked = responder(site), request_for(holders[0]), []

    class Restless(dict):
        def get(self, key, default=None):
            asked.append(key)
            if len(asked) == 2:
                one._authorities._until = 0.0
                thread = threading.Thread(target=lambda: one.answer(other, now=clock.now()))
                thread.start()
                thread.join()
            return super().get(key, default)

    monkeypatch.setattr(authorities, "HASHES", Restless(HASHES))
    assert told(one.answer(request_for(*holders), now=clock.now()).body) == "GOOD,GOOD"
    assert len(asked) == 3


@pytest.mark.parametrize("processes", [2], indirect=True)
def test_openssl_asks_the_server_as_it_runs(port, files, holders) -> None:
    url = f"http://127.0.0.1:{port}"
    for digest in ("-sha1", "-sha256", "-sha384"):
        for option in ("-nonce", "-no_nonce"):
            done = ask(files, url, digest, "-cert", "0.pem", option)
            assert "Response verify OK" in done.stderr
            assert "0.pem: good" in done.stdout
            assert "WARNING" not in done.stderr
    revoke(holders[1], reason="affiliationChanged")
    done = ask(files, url, "-sha256", "-cert", "0.pem", "-cert", "1.pem", "-cert", "tsa.pem", "-serial", "0x3199")
    assert "Response verify OK" in done.stderr
    for words in ("0.pem: good", "1.pem: revoked", "tsa.pem: good", "0x3199: unknown"):
        assert words in done.stdout


def test_the_plain_way_and_the_usual_way_lead_to_the_same_answer(port, holders) -> None:
    data, path = request_for(holders[0]), quote(base64.b64encode(request_for(holders[0])).decode(), safe="").encode()
    length = b"Content-Length: %d\r\n" % len(data)
    plain = {
        "GET": [b"GET /ocsp/" + path + b" HTTP/1.1\r\nHost: x\r\n\r\n"],
        "POST": [b"POST /ocsp HTTP/1.1\r\nhost: x\r\n" + length.lower() + b"\r\n" + data],
        "in two parts": [b"GET /ocsp/" + path[:30], path[30:] + b" HTTP/1.1\r\nHost: x\r\n\r\n"],
        "its body later": [b"POST /ocsp HTTP/1.1\r\nHost: x\r\n" + length + b"\r\n", data],
    }
    usual = {
        "in chunks": [
            b"POST /ocsp HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"%x\r\n%b\r\n0\r\n\r\n" % (len(data), data),
        ],
        "with a query": [b"GET /ocsp/" + path + b"?a HTTP/1.1\r\nHost: x\r\n\r\n"],
        "no host": [b"GET /ocsp/" + path + b" HTTP/1.1\r\n\r\n"],
    }
    with socket.create_connection(("127.0.0.1", port), 30) as connection:  # all over the same one, turn and turn about
        bodies = set()
        for parts in (*plain.values(), *usual.values(), *plain.values()):
            status, headers, body = exchange(connection, *parts)
            assert (status, headers["Content-Type"]) == (200, "application/ocsp-response")
            assert ("Server" in headers) is (parts in usual.values())  # gunicorn's own name: who read the request
            assert "Date" in headers
            bodies.add(body)
        assert len(bodies) == 1
        status, headers, _ = exchange(connection, *plain["GET"])
        matching = plain["GET"][0][:-2] + b"If-None-Match: " + headers["ETag"].encode() + b"\r\n\r\n"
        assert exchange(connection, matching)[0] == 304
        head, usual_get = (
            exchange(connection, plain["GET"][0].replace(b"GET", b"HEAD", 1)),
            exchange(connection, *usual["no host"]),
        )
        names = ("Content-Length", "ETag", "Expires", "Last-Modified", "X-Content-Type-Options", "Content-Type")
        assert {name: head[1][name] for name in names} == {name: headers[name] for name in names}
        assert {name: usual_get[1][name] for name in names} == {name: headers[name] for name in names}
        assert exchange(connection, b"GET /cps HTTP/1.1\r\nHost: x\r\n\r\n")[0] == 200
        connection.sendall(plain["GET"][0] * 3)  # three at once
        assert set(bodies_of_three(connection)) == bodies


def test_a_connection_that_ends_with_its_answer(port, holders) -> None:
    data = request_for(holders[0])
    length = b"Content-Length: %d\r\n" % len(data)
    for request in (
        b"POST /ocsp HTTP/1.0\r\n" + length + b"\r\n" + data,
        b"POST /ocsp HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + length + b"\r\n" + data,
    ):
        with socket.create_connection(("127.0.0.1", port), 30) as connection:
            status, headers, body = exchange(connection, request)
            assert (status, headers["Connection"], told(body)) == (200, "close", "GOOD")
            assert connection.recv(1) == b""


def test_what_is_kept_is_answered_while_a_signature_hangs(port, holders) -> None:
    kept, fresh = request_for(holders[0]), request_for(holders[0], extensions=nonce(b"0123456789abcdef"))

    def post(data: bytes) -> tuple[str, float]:
        began = time.monotonic()
        with socket.create_connection(("127.0.0.1", port), 30) as connection:
            head = b"POST /ocsp HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(data)
            return told(exchange(connection, head + data)[2]), time.monotonic() - began

    assert post(kept)[0] == "GOOD"
    (signing,) = [each for each in psutil.Process().children(recursive=True) if "issuance.hsm.daemon" in each.cmdline()]
    hung: list[tuple[str, float]] = []
    signing.suspend()
    try:
        wait_until(lambda: signing.status() == psutil.STATUS_STOPPED, "the signing process stops")
        thread = threading.Thread(target=lambda: hung.append(post(fresh)))
        thread.start()
        time.sleep(0.3)
        assert [post(kept)[0] for _ in range(5)] == ["GOOD"] * 5
        assert not hung  # all that while it was still waited for
        thread.join()
    finally:
        signing.resume()
    assert hung[0][0] == "TRY_LATER"
    assert post(fresh)[0] == "GOOD"


def test_while_the_database_hangs_try_later_and_then_the_truth_again(authority, holders, settings, var_dir) -> None:
    """Its connections look as if they stood, and new ones are taken: nobody says that it is away."""
    with tempfile.TemporaryDirectory(prefix="r", dir=var_dir) as directory:
        relay = Relay(Path(directory) / ".s.PGSQL.5432", var_dir / "pg" / ".s.PGSQL.5432")
        through = {"database_url_given": f"postgresql://postgres@/postgres?host={directory}"}
        with served_site(settings.model_copy(update=through)) as port:
            data = request_for(holders[0])
            head = b"POST /ocsp HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(data)

            def ask() -> str:
                with socket.create_connection(("127.0.0.1", port), 30) as connection:
                    return told(exchange(connection, head + data)[2])

            assert ask() == "GOOD"
            relay.flows.clear()
            time.sleep(authorities.KEPT_SECONDS + 0.1)  # the list of CAs has to be read as well
            began = time.monotonic()
            assert ask() == "TRY_LATER"
            assert time.monotonic() - began < 15
            relay.flows.set()
            assert ask() == "GOOD"
        relay.close()
