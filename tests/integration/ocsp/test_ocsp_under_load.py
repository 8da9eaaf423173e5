"""More questions at once than there are threads: refused at once or answered truly, never answered wrongly."""

import base64
import http.client
import select
import socket
import threading
import time
from collections import Counter
from contextlib import ExitStack
from urllib.parse import quote

import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import ocsp

from app.enrol.ocsp import MOST_WAITING
from deploy.rounds import MOST_ROUNDS
from tests.integration.ocsp.test_ocsp_protocol import nonce, request_for
from tests.integration.ocsp.test_ocsp_revocation import revoke

pytestmark = pytest.mark.hsm
CLIENTS = 160
ROUNDS = 12
ALL = 130  # of those who ask while nobody is served


def burst(sockets: list[socket.socket], requests: list[bytes]) -> list[tuple[int, dict[str, str], bytes, float]]:
    """Everybody asks at the same moment; status, headers, body and seconds of each answer."""
    began = time.monotonic()
    for number, each in enumerate(sockets):
        path = quote(base64.b64encode(requests[number % len(requests)]).decode(), safe="")
        each.sendall(f"GET /ocsp/{path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    answers = []
    for each in sockets:
        with http.client.HTTPResponse(each) as response:
            response.begin()
            body = response.read()
            answers.append((response.status, dict(response.headers), body, time.monotonic() - began))
    return answers


def test_no_wrong_answer_and_no_long_wait(port, holders) -> None:
    plain, other = request_for(holders[0]), request_for(holders[1])
    octets = b"0123456789abcdef"
    requests = [plain, other, request_for(holders[0], extensions=nonce(octets))]
    counts: Counter[int] = Counter()
    words: Counter[tuple[bool, str]] = Counter()
    slowest = 0.0
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_connection(("127.0.0.1", port), 30)) for _ in range(CLIENTS)]
        for turn in range(ROUNDS):
            if turn == ROUNDS // 2:
                revoke(holders[0])
            for number, (status, headers, body, seconds) in enumerate(burst(sockets, requests)):
                counts[status] += 1
                slowest = max(slowest, seconds)
                answer = ocsp.load_der_ocsp_response(body)
                if status == 503:
                    assert headers["Retry-After"] == "5"
                    assert answer.response_status is ocsp.OCSPResponseStatus.TRY_LATER
                    continue
                assert status == 200
                verify(answer)
                if number % 3 == 2:
                    assert answer.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce == octets
                if number % 3 != 1:
                    words[turn >= ROUNDS // 2, answer.certificate_status.name] += 1
    assert set(words) == {(False, "GOOD"), (True, "REVOKED")}  # from the commit on, and not before
    assert counts[503] > 0  # more than wait in line are told so
    assert counts[200] > CLIENTS
    assert slowest < 10  # two cores with other work: seconds, where a line of its own length would be minutes


def test_refused_at_once_while_nobody_is_served(port, holders, settings) -> None:
    """The database answers nothing: two rounds hang, a short line waits. Whoever is beyond it is told so at the door."""
    plain = request_for(holders[0])
    path = quote(base64.b64encode(plain).decode(), safe="")
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_connection(("127.0.0.1", port), 30)) for _ in range(ALL)]
        burst(sockets[:20], [plain])  # these connections were used before, the others are new
        lock = stack.enter_context(psycopg.connect(settings.database_url().replace("+psycopg", "")))
        lock.execute("LOCK TABLE certificate IN ACCESS EXCLUSIVE MODE")
        ways = (
            f"GET /ocsp/{path} HTTP/1.1\r\nHost: x\r\n\r\n".encode(),
            b"POST /ocsp HTTP/1.1\r\nHost: x\r\nContent-Type: application/ocsp-request\r\n"
            + f"Content-Length: {len(plain)}\r\n\r\n".encode() + plain,
        )  # fmt: skip
        for number, each in enumerate(sockets):
            each.sendall(ways[number % 2])
        refused = answered(sockets, seconds=1.0)
        # a line is one longer than what is allowed when somebody comes; each of the two rounds was such a line at most
        assert ALL - (MOST_ROUNDS + 1) * (MOST_WAITING + 1) <= len(refused) <= ALL - (MOST_WAITING + 1)
        assert {(status, headers["Retry-After"]) for status, headers, _ in refused.values()} == {(503, "5")}
        lock.rollback()
        served = answered([each for each in sockets if each not in refused], seconds=20.0)
        assert [status for status, _, _ in served.values()] == [200] * (ALL - len(refused))
        (again,) = burst([next(iter(refused))], [plain])  # a connection that was refused goes on
        assert again[0] == 200


def answered(sockets: list[socket.socket], *, seconds: float) -> dict[socket.socket, tuple[int, dict[str, str], bytes]]:
    """Who is answered within so many seconds, and what."""
    found, until = {}, time.monotonic() + seconds
    while time.monotonic() < until and len(found) < len(sockets):
        for each in select.select([one for one in sockets if one not in found], [], [], 0.1)[0]:
            with http.client.HTTPResponse(each) as response:
                response.begin()
                found[each] = (response.status, dict(response.headers), response.read())
    return found


@pytest.mark.parametrize("processes", [2], indirect=True)
def test_more_and_more_clients_and_a_revocation_in_their_midst(port, holders) -> None:
    """Nobody who asks after the commit is told "good", by whichever process; nobody hears anything else that is not true."""
    revoked, stop, seen, lock = threading.Event(), threading.Event(), Counter(), threading.Lock()
    requests = [request_for(holders[0]), request_for(holders[0], extensions=nonce(b"0123456789abcdef"))]

    def ask(number: int) -> None:
        with socket.create_connection(("127.0.0.1", port), 30) as connection:
            while not stop.is_set():
                after = revoked.is_set()
                ((status, _, body, _),) = burst([connection], requests[number % 2 :])
                answer = ocsp.load_der_ocsp_response(body)
                word = answer.certificate_status.name if status == 200 else "refused"
                if status == 200:
                    verify(answer)
                with lock:
                    seen[after, word] += 1
                if status == 503:
                    time.sleep(0.01)

    for clients in (1, 4, 16, 64):
        stop.clear()
        threads = [threading.Thread(target=ask, args=(number,)) for number in range(clients)]
        for each in threads:
            each.start()
        time.sleep(1)
        if clients == 16:
            revoke(holders[0])
            revoked.set()
            time.sleep(1)
        stop.set()
        for each in threads:
            each.join(60)
    assert seen[False, "GOOD"] > 0
    assert seen[True, "REVOKED"] > 0
    assert {word for after, word in seen if after} <= {"REVOKED", "refused"}
    assert {word for after, word in seen if not after} <= {"GOOD", "REVOKED", "refused"}  # revoked while it was asked


def verify(answer: ocsp.OCSPResponse) -> None:
    key = answer.certificates[0].public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    key.verify(answer.signature, answer.tbs_response_bytes, ec.ECDSA(hashes.SHA256()))
