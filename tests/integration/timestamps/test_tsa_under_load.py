"""More who want a time stamp than there are threads: stamped rightly, or told at once when to come again."""

import hashlib
import http.client
import select
import socket
import subprocess
import time
from collections import Counter
from contextlib import ExitStack

import psycopg
import pytest
from asn1crypto import tsp

from app.core.settings import Settings
from app.enrol.time_stamps import MOST_WAITING
from issuance import queries
from models.enums import CaKeyPurpose
from tests.factories.served import served_site
from tests.integration.ocsp.conftest import pem
from tests.integration.timestamps.test_tsa import refusal

pytestmark = pytest.mark.hsm
CLIENTS, TURNS = 120, 8
ALL, THREADS = 60, 4


@pytest.fixture
def port(authority: None, settings: Settings):
    with served_site(settings) as port:
        yield port


def query(data: bytes, nonce: int) -> bytes:
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": hashlib.sha256(data).digest()}
    return tsp.TimeStampReq({"version": "v1", "message_imprint": imprint, "nonce": nonce, "cert_req": True}).dump()


def posted(request: bytes) -> bytes:
    head = "POST /tsa HTTP/1.1\r\nHost: x\r\nContent-Type: application/timestamp-query\r\n"
    return f"{head}Content-Length: {len(request)}\r\n\r\n".encode() + request


def read(connection: socket.socket) -> tuple[int, dict[str, str], bytes]:
    with http.client.HTTPResponse(connection) as response:
        response.begin()
        return response.status, dict(response.headers), response.read()


def assert_refused(headers: dict[str, str], body: bytes) -> None:
    assert (headers["Retry-After"], headers["Content-Type"]) == ("5", "application/timestamp-reply")
    status, words, info = refusal(body)  # and no token in it
    assert (status, info) == ("rejection", {"system_failure"})
    assert "Try again in some seconds" in words


def info_of(body: bytes) -> tsp.TSTInfo:
    response = tsp.TimeStampResp.load(body, strict=True)
    assert response["status"]["status"].native == "granted"
    return response["time_stamp_token"]["content"]["encap_content_info"]["content"].parsed


def test_no_wrong_token_and_whoever_obeys_is_served(port, tmp_path) -> None:
    counts: Counter[int] = Counter()
    stamped: list[tuple[bytes, bytes]] = []
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_connection(("127.0.0.1", port), 60)) for _ in range(CLIENTS)]
        for turn in range(TURNS):
            asked = [query(b"%d %d" % (turn, number), (turn << 32) + number + 1) for number in range(CLIENTS)]
            for connection, request in zip(sockets, asked, strict=True):
                connection.sendall(posted(request))
            before = counts[200]
            for connection, request in zip(sockets, asked, strict=True):
                status, headers, body = read(connection)
                counts[status] += 1
                if status == 503:
                    assert_refused(headers, body)
                    continue
                assert status == 200
                wanted, info = tsp.TimeStampReq.load(request), info_of(body)
                assert info["message_imprint"].native == wanted["message_imprint"].native
                assert info["nonce"].native == wanted["nonce"].native
                stamped.append((request, body))
            assert counts[200] - before >= MOST_WAITING  # each burst fills the line, and whoever stands in it is served
        assert counts[503] > 0
        assert counts[200] > CLIENTS
        sockets[-1].sendall(posted(asked[-1]))  # once more, when the others are served
        assert read(sockets[-1])[0] == 200
    assert len({info_of(body)["serial_number"].native for _, body in stamped}) == len(stamped)
    (tmp_path / "ca.pem").write_bytes(pem(queries.get_authority(CaKeyPurpose.CA).der))
    for request, body in (stamped[0], stamped[len(stamped) // 2], stamped[-1]):
        (tmp_path / "q.tsq").write_bytes(request)
        (tmp_path / "a.tsr").write_bytes(body)
        command = ["openssl", "ts", "-verify", "-queryfile", "q.tsq", "-in", "a.tsr", "-CAfile", "ca.pem"]
        assert b"Verification: OK" in subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).stdout


def test_refused_at_once_while_nobody_is_served(port, settings) -> None:
    """The database takes no row: four threads hang, a short line waits. Whoever is beyond it is told so at the door."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_connection(("127.0.0.1", port), 60)) for _ in range(ALL)]
        lock = stack.enter_context(psycopg.connect(settings.database_url().replace("+psycopg", "")))
        lock.execute("LOCK TABLE time_stamp IN ACCESS EXCLUSIVE MODE")
        for number, connection in enumerate(sockets):
            connection.sendall(posted(query(b"%d" % number, number + 1)))
        refused, until = [], time.monotonic() + 1.0
        while time.monotonic() < until:
            for each in select.select([one for one in sockets if one not in refused], [], [], 0.1)[0]:
                status, headers, body = read(each)
                assert status == 503
                assert_refused(headers, body)
                refused.append(each)
        # the line is one longer than what is allowed when somebody comes; a thread may not yet have taken its own from it
        assert ALL - THREADS - (MOST_WAITING + 1) <= len(refused) <= ALL - (MOST_WAITING + 1)
        lock.rollback()
        served = [read(each) for each in sockets if each not in refused]
        assert [status for status, _, _ in served] == [200] * len(served)
        assert all(info_of(body) for _, _, body in served)
