"""Which requests are plain: what gunicorn's own parser reads in the same way, and nothing that it might read in another."""

import time

import pytest
from gunicorn.config import Config
from gunicorn.http.parser import RequestParser
from hypothesis import given
from hypothesis import strategies as st

from app.core.rounds import PlainAnswer, on_the_wire, read_plain

HOST = b"Host: x\r\n"
PLAIN = [
    b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /a%2Bb%20c/d HTTP/1.1\r\nhost:x\r\nAccept: */*\r\nX-Y:\t \r\n\r\n",
    b"GET / HTTP/1.0\r\nUser-Agent: y\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nConnection: Close\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n",
    b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Type: a/b\r\nContent-Length: 3\r\n\r\n\r\n\r",
    b"POST /a HTTP/1.0\r\ncontent-length:  3 \r\n\r\nabc",
]
NOT_PLAIN = [
    b"",
    b"GET",
    PLAIN[0][:-1],
    PLAIN[0] + b"G",
    PLAIN[5][:-1],
    PLAIN[5] + b"a",
    b"GET / HTTP/1.1\r\n\r\n",  # no host
    b"GET / HTTP/1.1\r\n" + HOST + HOST + b"\r\n",
    b"GET /?a HTTP/1.1\r\n" + HOST + b"\r\n",
    b"GET /#a HTTP/1.1\r\n" + HOST + b"\r\n",
    b"GET http://x/ HTTP/1.1\r\n" + HOST + b"\r\n",
    b"GET / HTTP/2.0\r\n" + HOST + b"\r\n",
    b"GET  / HTTP/1.1\r\n" + HOST + b"\r\n",
    b"HEAD / HTTP/1.1\r\n" + HOST + b"\r\n",
    b"GET / HTTP/1.1\n" + HOST + b"\r\n",
    b"GET / HTTP/1.1\r\n" + HOST + b" folded\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + HOST + b"A : b\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + HOST + b"A: b\x00\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + HOST + b"A: b\nContent-Length: 5\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + HOST + b"Expect: 100-continue\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + HOST + b"Upgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
    b"POST / HTTP/1.1\r\n" + HOST + b"\r\n",
    b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
    b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc",
    b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: +3\r\n\r\nabc",
    b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 3, 3\r\n\r\nabc",
    b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length:\r\n\r\n",
]


@pytest.mark.parametrize("data", PLAIN)
def test_plain_is_what_gunicorn_reads_in_the_same_way(data: bytes) -> None:
    found = read_plain(data)
    assert found is not None
    theirs = next(RequestParser(Config(), iter([data]), ("127.0.0.1", 1)))
    assert found.method == theirs.method
    assert found.path == _path_info(theirs.path)
    assert found.body == theirs.body.read()
    assert found.keeps is not theirs.should_close()
    for name, value in theirs.headers:
        assert found.field(name.lower().encode()) == value
    assert found.field(b"nothing") == ""


def _path_info(path: str) -> str:
    from gunicorn.util import unquote_to_wsgi_str  # noqa: PLC0415  the other reader, compared here alone

    return unquote_to_wsgi_str(path)


@pytest.mark.parametrize("data", NOT_PLAIN)
def test_anything_else_is_left_to_the_server(data: bytes) -> None:
    assert read_plain(data) is None


@given(st.sampled_from(PLAIN), st.integers(0, 200), st.binary(max_size=2))
def test_a_changed_octet_is_not_read_in_another_way(data: bytes, position: int, octets: bytes) -> None:
    at = position % len(data)
    changed = data[:at] + octets + data[at + 1 :]
    found = read_plain(changed)
    if found is not None:
        theirs = next(RequestParser(Config(), iter([changed]), ("127.0.0.1", 1)))
        assert (found.method, found.path, found.body) == (theirs.method, _path_info(theirs.path), theirs.body.read())


@pytest.mark.parametrize(
    "fields",
    [
        b"Host: x" + b" " * 16_000 + b"y\r\n",
        b"Host: x\r\nConnection: " + b" " * 16_000 + b"close\r\n",
        b"Host: x\r\nIf-None-Match: a" + b"\t" * 16_000 + b"b\r\n",
        b"Host: x\r\n" + b"a:\r\n" * 3_900 + b"b\r\n",
        b"Host: x\r\n" + b"a" * 16_000 + b"\r\n",
    ],
)
def test_nothing_that_can_be_sent_keeps_the_main_thread(fields: bytes) -> None:
    began = time.process_time()
    found = read_plain(b"GET / HTTP/1.1\r\n" + fields + b"\r\n")
    if found is not None:
        found.field(b"if-none-match")
    assert time.process_time() - began < 0.05


def test_an_answer_on_the_wire() -> None:
    answer = PlainAnswer("200 OK", [("A", "b"), ("Content-Length", "1")], b"\xff")
    head, _, body = on_the_wire(answer, keeps=False).partition(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    assert (first, body) == (b"HTTP/1.1 200 OK", b"\xff")
    assert {line.partition(b":")[0] for line in lines} == {b"A", b"Content-Length", b"Date", b"Connection"}
    assert b"Connection: close" in lines
    assert b"Date" not in on_the_wire(PlainAnswer("503 Service Unavailable", [], b""), keeps=True)
