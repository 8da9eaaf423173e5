"""More questions at once than there are threads: refused at once or answered truly, never answered wrongly."""

import base64
import http.client
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import ocsp

from app.core.settings import ROOT, Settings
from tests.integration.ocsp.test_ocsp_protocol import nonce, request_for
from tests.integration.ocsp.test_ocsp_revocation import revoke
from tests.system.running import free_port, wait_until

pytestmark = pytest.mark.hsm
CLIENTS = 160
ROUNDS = 12


@pytest.fixture
def port(authority: None, settings: Settings) -> Iterator[int]:
    """The site as deploy/serve.py runs it, with one process of four threads."""
    chosen = free_port()
    given = {
        "VAR_DIR": str(settings.var_dir),
        "DATABASE_URL": settings.database_url_given,
        "REDIS_URL": settings.redis_url_given,
        "SITE_PORT": str(chosen),
        "WEB_CONCURRENCY": "1",
    }
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "deploy.serve", "site"], cwd=ROOT, env={**os.environ, **given}
    )
    wait_until(
        lambda: urllib.request.urlopen(f"http://127.0.0.1:{chosen}/ocsp/", timeout=30).close() is None, "the site"
    )
    yield chosen
    process.terminate()
    process.wait(30)


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


def verify(answer: ocsp.OCSPResponse) -> None:
    key = answer.certificates[0].public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    key.verify(answer.signature, answer.tbs_response_bytes, ec.ECDSA(hashes.SHA256()))
