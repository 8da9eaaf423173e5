"""The web server between two requests: what it waits for, whom it turns away, and that nobody makes it stand still."""

import http.client
import re
import signal
import socket
import struct
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

import psutil
import pytest

from tests.factories.plain_house import FAT, HANG_SECONDS
from tests.integration.deploy.conftest import House
from tests.system.running import wait_until

HOST = b" HTTP/1.1\r\nHost: x\r\n"


@contextmanager
def connected(house: House, *sent: bytes) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", house.port), 10) as connection:
        for each in sent:
            connection.sendall(each)
            time.sleep(0.05)
        yield connection


def everything(connection: socket.socket, *, seconds: float = 1.0) -> bytes:
    """What comes within so long, or until the end."""
    found, until = b"", time.monotonic() + seconds
    while time.monotonic() < until:
        connection.settimeout(max(until - time.monotonic(), 0.01))
        try:
            part = connection.recv(1 << 20)
        except TimeoutError:
            continue
        except ConnectionError:
            break
        if not part:
            break
        found += part
    return found


def page(house: House) -> float:
    """Seconds until a page is there."""
    began = time.monotonic()
    with urllib.request.urlopen(f"http://127.0.0.1:{house.port}/page", timeout=10) as answer:
        assert answer.read() == b"page "
    return time.monotonic() - began


def statuses(data: bytes) -> list[bytes]:
    return re.findall(rb"HTTP/1\.1 (\d{3}) ", data)


@pytest.fixture
def crowded(house: House) -> Iterator[House]:
    """Two rounds hang, and as many wait in line as may."""
    with ExitStack() as stack:
        for _ in range(2):
            stack.enter_context(connected(house, b"GET /ask/hang" + HOST + b"\r\n"))
        for _ in range(4):
            stack.enter_context(connected(house, b"GET /ask/a" + HOST + b"\r\n"))
        yield house


@pytest.mark.parametrize(
    "head",
    [
        b"Transfer-Encoding: chunked\r\n",
        b"Transfer-Encoding : chunked\r\n",
        b"Content-Length: 0\r\nContent-Length: 70\r\n",
        b"Content-Length: 0\r\nTransfer-Encoding: chunked\r\n",
        b"X: a\nTransfer-Encoding: chunked\r\n",
    ],
)
def test_what_follows_a_request_without_a_certain_end_is_no_request(crowded: House, head: bytes) -> None:
    hidden = b"GET /page" + HOST + b"\r\n"
    body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(hidden), hidden)
    with connected(crowded, b"POST /ask" + HOST + head + b"\r\n") as connection:
        time.sleep(0.2)
        with suppress(OSError):
            connection.sendall(body if b"chunked" in head else hidden)
        found = everything(connection, seconds=2 * HANG_SECONDS)
    assert len(statuses(found)) <= 1
    assert not re.search(rb"page $", found)


def test_who_is_turned_away_hears_whether_the_connection_goes_on(crowded: House) -> None:
    ways = {
        b"GET /ask/a" + HOST + b"\r\n": b"keep-alive",
        b"GET /ask/a" + HOST + b"Connection: close\r\n\r\n": b"close",
        b"GET /ask/a HTTP/1.0\r\nHost: x\r\n\r\n": b"close",
        b"POST /ask" + HOST + b"Content-Length: 22\r\n\r\na\r\nConnection: close\r\n": b"keep-alive",
    }
    for request, word in ways.items():
        with connected(crowded, request) as connection:
            found = connection.recv(1000)
            assert statuses(found) == [b"503"]
            assert re.search(rb"\r\nConnection: ([^\r]*)\r\n", found)[1] == word
            connection.settimeout(0.1)
            if word == b"close":
                assert connection.recv(1) == b""
            else:
                with pytest.raises(TimeoutError):
                    connection.recv(1)


def test_an_answer_that_cannot_be_sent_to_its_end_ends_the_connection(house: House) -> None:
    with ExitStack() as stack:
        for _ in range(5):  # four threads, and one in line
            stack.enter_context(connected(house, b"GET /hang" + HOST + b"\r\n"))
        connection = stack.enter_context(connected(house, b"GET /fat" + HOST + b"\r\n"))
        time.sleep(0.2)
        assert len(everything(connection)) < len(FAT)
        connection.settimeout(0.2)
        assert connection.recv(1) == b""


def test_nobody_who_does_not_hang_up_keeps_the_others(house: House) -> None:
    """The last answer of a connection: gunicorn's main thread would wait two seconds for the other side."""
    for request in (b"GET /page HTTP/1.0\r\n\r\n", b"rubbish\r\n\r\n", b"GET /ask/a HTTP/1.0\r\nHost: x\r\n\r\n"):
        with ExitStack() as stack:
            for _ in range(3):
                stack.enter_context(connected(house, request))
            assert page(house) < 0.5


def test_the_last_answer_arrives_although_more_was_sent(house: House) -> None:
    with connected(house, b"POST /ask HTTP/1.0\r\nContent-Length: 4\r\n\r\nhang") as connection:
        connection.sendall(b"\r\n" + b"x" * 1000)  # meanwhile
        connection.settimeout(5)
        found = b""
        while part := connection.recv(1000):
            found += part
    assert statuses(found) == [b"200"]


@pytest.mark.parametrize(
    "begins",
    [
        b"G",
        b"GET /page HTTP/1.1\r\nHost: x\r\n",
        b"POST /ask HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab",
        b"POST /page HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nab",
        b"POST /page HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\nab",
        b"POST /page HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        b"GET /page HTTP/1.1\r\nHost: x\r\n\r\nG",
    ],
)
def test_half_a_request_keeps_nobody_else(house: House, begins: bytes) -> None:
    with ExitStack() as stack:
        waiting = [stack.enter_context(connected(house, begins)) for _ in range(8)]
        assert page(house) < 0.5
        with connected(house, b"GET /ask/a" + HOST + b"\r\n") as connection:
            assert statuses(connection.recv(1000)) == [b"200"]
        until = time.monotonic() + 20  # each is let go, four turns of two at most
        for each in waiting:
            everything(each, seconds=max(until - time.monotonic(), 0.1))
        assert time.monotonic() < until
    assert "Traceback" not in house.log.read_text()


def test_a_request_in_many_parts_is_answered(house: House) -> None:
    parts = {
        (b"GET /ask", b"/a HTTP/1.1\r", b"\nHost: x\r\n\r", b"\n"): b"/ask/a",
        (b"POST /ask" + HOST + b"Content-Length: 3\r\n", b"\r\n", b"ab", b"c"): b"/askabc",
        (b"POST /page" + HOST + b"Content-Length: 3\r\n\r\na", b"b", b"c"): b"page abc",
        (b"GET /page" + HOST, b"\r\nGET /pa", b"ge" + HOST + b"\r\n"): b"page ",
    }
    with connected(house) as connection:
        for sent, body in parts.items():
            for each in sent:
                connection.sendall(each)
                time.sleep(0.1)
            found = everything(connection, seconds=0.5)
            assert set(statuses(found)) == {b"200"}
            assert found.endswith(body)


def test_half_a_request_and_no_more(house: House) -> None:
    for begins in (b"", b"GET /as", b"POST /ask" + HOST + b"Content-Length: 3\r\n\r\na"):
        with connected(house, begins) as connection:
            connection.shutdown(socket.SHUT_WR)
            began = time.monotonic()
            everything(connection)
            assert time.monotonic() - began < 0.5
    with connected(house, b"GET /ask/hang" + HOST + b"\r\n") as connection:
        connection.shutdown(socket.SHUT_WR)  # it is still there to be answered
        assert statuses(everything(connection, seconds=3)) == [b"200"]


def test_who_reads_nothing_keeps_no_thread(house: House) -> None:
    with ExitStack() as stack:
        for _ in range(4):
            stack.enter_context(connected(house, b"GET /big" + HOST + b"\r\n"))
        wait_until(lambda: page(house) < 0.5, "a thread is free again", seconds=15)
        time.sleep(0.5)
    said = house.log.read_text()
    assert "a client stalled" in said
    assert "Traceback" not in said


def test_no_more_files(house: House) -> None:
    worker = house.worker
    assert worker.rlimit(psutil.RLIMIT_NOFILE)[0] > 2000  # a thousand connections, and twice that for what they need
    worker.rlimit(psutil.RLIMIT_NOFILE, (worker.num_fds() + 5, 1 << 12))
    with ExitStack() as stack:
        for _ in range(40):
            stack.enter_context(connected(house))
        time.sleep(0.3)
        used = worker.cpu_times()
        time.sleep(1)
        now = worker.cpu_times()
        assert now.user + now.system - used.user - used.system < 0.5  # it does not run in circles
    wait_until(lambda: page(house) < 5, "the others are gone")
    assert house.worker.pid == worker.pid


def test_nothing_is_left_behind(house: House) -> None:
    """Whatever connections did, and however they ended: none is counted or held when it is gone."""

    def held() -> bytes:
        with urllib.request.urlopen(f"http://127.0.0.1:{house.port}/held", timeout=10) as answer:
            return answer.read()

    wait_until(lambda: held() == b"1 0 0", "whoever looked whether the server runs is gone")
    files, plain = house.worker.num_fds(), b"GET /ask/a" + HOST
    for turn in range(30):
        with ExitStack() as stack:
            for sent in (
                b"",
                b"G",
                plain + b"\r\n",
                plain + b"Connection: close\r\n\r\n",
                b"GET /ask/a HTTP/1.0\r\n\r\n",
                (plain + b"\r\n") * 3,
                b"GET /page" + HOST + b"\r\nG",
                b"POST /page" + HOST + b"Content-Length: 50000\r\n\r\nab",
                b"POST /page" + HOST + b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
                b"rubbish\r\n\r\n",
                b"GET /big" + HOST + b"\r\n" if turn % 10 == 0 else b"",
            ):
                connection = stack.enter_context(socket.create_connection(("127.0.0.1", house.port), 10))
                connection.sendall(sent)
                if turn % 3 == 1:
                    connection.shutdown(socket.SHUT_WR)
                if turn % 3 == 2:  # with a reset
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            time.sleep(0.05)
    wait_until(lambda: held() == b"1 0 0", "all of them are gone", seconds=20)
    assert house.worker.num_fds() <= files


def test_it_ends_while_it_is_asked_without_pause(house: House) -> None:
    """Each request that was sent is answered, the last one says that it is, and nobody waits for a long time."""
    seen: list[tuple[int, str | None]] = []
    failed: list[Exception] = []

    def ask(path: str) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", house.port, timeout=10)
        try:
            while True:
                connection.request("GET", path)
                answer = connection.getresponse()
                answer.read()
                seen.append((answer.status, answer.headers["Connection"]))
                if answer.headers["Connection"] == "close":
                    return
        except Exception as error:  # noqa: BLE001  shown below
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=(path,)) for path in ("/ask/a", "/ask/b", "/page", "/ask/hang")]
    for each in threads:
        each.start()
    time.sleep(0.5)
    began = time.monotonic()
    house.process.send_signal(signal.SIGTERM)
    house.process.wait(40)
    assert time.monotonic() - began < 6
    for each in threads:
        each.join(15)
    assert failed == []
    assert seen.count((200, "close")) == len(threads)
