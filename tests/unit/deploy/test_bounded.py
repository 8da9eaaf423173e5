"""Which requests the main thread waits for, and which a thread can take without waiting for anybody."""

import pytest

from app.core import waiting
from app.core.rounds import is_to_come, is_whole
from app.core.waiting import TurnedAway, find_turned_away, may_turn_away, turn_away

MOST = 200


@pytest.mark.parametrize(
    ("data", "whole", "to_come"),
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", True, False),
        (b"GET / HTTP/1.1\r\n\r\n", True, False),
        (b"GET / HTTP/1.1\r\nHost: x\r\n", False, True),
        (b"G", False, True),
        (b"GET / HTTP/1.1\r\n\r\nGET /", False, False),
        (b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc", True, False),
        (b"POST / HTTP/1.1\r\ncontent-length:3\r\nA: b\r\n\r\nabc", True, False),
        (b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nab", False, True),
        (b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcd", False, False),
        (b"POST / HTTP/1.1\r\nContent-Length: 300\r\n\r\nab", False, False),
        (b"POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n", False, False),
        (b"POST / HTTP/1.1\r\nContent-Length: +3\r\n\r\n", False, False),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", False, False),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", False, False),
        (b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n", False, False),
        (b"POST / HTTP/1.1\r\nA: b\r\n\r\n\r\nContent-Length: 3\r\n\r\n", False, False),
        (b"GET / HTTP/1.1\nHost: x\n\n", False, False),  # the parser says at once that it is none
        (b"GET /" + b"a" * MOST, False, False),
        (b"", True, False),
    ],
)
def test_what_is_there_of_a_request(data: bytes, whole: bool, to_come: bool) -> None:
    assert (is_whole(data), is_to_come(data, MOST)) == (whole, to_come)


def test_only_what_was_named_and_only_beyond_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "_turned_away", [])
    turn_away(TurnedAway((b"GET /a/", b"POST /a "), 3, b"later"))
    assert (may_turn_away(3), may_turn_away(4)) == (False, True)
    assert find_turned_away(b"GET /a/b HTTP/1.1", 4) == b"later"
    assert find_turned_away(b"GET /a/b HTTP/1.1", 3) is None
    assert find_turned_away(b"GET /ab HTTP/1.1", 4) is None
