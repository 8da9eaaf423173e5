"""Which requests the server's door may answer: those that lie there whole, and nothing behind them."""

import pytest

from app.core import waiting
from app.core.waiting import TurnedAway, find_turned_away, may_turn_away, turn_away
from deploy.bounded import is_whole


@pytest.mark.parametrize(
    ("data", "whole"),
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", True),
        (b"GET / HTTP/1.1\r\n\r\n", True),
        (b"GET / HTTP/1.1\r\nHost: x\r\n", False),
        (b"GET / HTTP/1.1\r\n\r\nGET /", False),
        (b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc", True),
        (b"POST / HTTP/1.1\r\ncontent-length:3\r\nA: b\r\n\r\nabc", True),
        (b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nab", False),
        (b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcd", False),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", False),
        (b"POST / HTTP/1.1\r\nA: b\r\n\r\n\r\nContent-Length: 3\r\n\r\n", False),
        (b"", False),
    ],
)
def test_a_whole_request(data: bytes, whole: bool) -> None:
    assert is_whole(data) is whole


def test_only_what_was_named_and_only_beyond_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "_turned_away", [])
    turn_away(TurnedAway((b"GET /a/", b"POST /a "), 3, b"later"))
    assert (may_turn_away(3), may_turn_away(4)) == (False, True)
    assert find_turned_away(b"GET /a/b HTTP/1.1", 4) == b"later"
    assert find_turned_away(b"GET /a/b HTTP/1.1", 3) is None
    assert find_turned_away(b"GET /ab HTTP/1.1", 4) is None
