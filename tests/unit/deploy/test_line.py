"""The line of the rounds: who is in which round, and that nobody stands in it for ever."""

import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from app.core.rounds import PlainAnswer, PlainRequest, Rounds
from app.core.waiting import TurnedAway
from deploy import rounds
from deploy.rounds import Line

DOOR = TurnedAway((b"GET /a",), 3, b"later")


class Pool:
    """Runs what it is given when it is told to."""

    def __init__(self) -> None:
        self.given: list[Callable[[], None]] = []

    def submit(self, work: Callable[..., None], *arguments: Any) -> None:
        self.given.append(lambda: work(*arguments))


class Connection:
    def __init__(self) -> None:
        self.sock, self.far = socket.socketpair()
        self.far.settimeout(5)


def request(name: str, *, keeps: bool = True) -> PlainRequest:
    return PlainRequest("GET", name, b"", b"", keeps)


def echo(requests: Any) -> list[PlainAnswer]:
    return [PlainAnswer("200 OK", [], each.path.encode()) for each in requests]


@pytest.fixture
def three() -> Iterator[list[Connection]]:
    made = [Connection() for _ in range(3)]
    yield made
    for each in made:
        each.sock.close()
        each.far.close()


def test_who_comes_meanwhile_is_in_the_next_round(three: list[Connection], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "SLOW_SECONDS", 60)
    pool, done = Pool(), []
    line = Line(done.extend, lambda: True)
    line.set_out(pool)
    assert pool.given == []  # nobody there
    line.add(three[0], request("/0"), Rounds(DOOR, echo))
    line.set_out(pool)
    for number in (1, 2):
        line.add(three[number], request(f"/{number}", keeps=number == 1), Rounds(DOOR, echo))
        line.set_out(pool)
    assert (len(pool.given), len(line)) == (1, 2)
    pool.given[0]()
    line.set_out(pool)
    assert (len(pool.given), len(line)) == (2, 0)
    pool.given[1]()
    assert done == [(three[0], True), (three[1], True), (three[2], False)]
    assert [each.far.recv(1000).partition(b"\r\n\r\n")[2] for each in three] == [b"/0", b"/1", b"/2"]


def test_beside_a_slow_round_another_sets_out_but_no_third(three: list[Connection], monkeypatch) -> None:
    monkeypatch.setattr(rounds, "SLOW_SECONDS", 0.01)
    pool = Pool()
    line = Line(lambda _done: None, lambda: True)
    for each in three:
        line.add(each, request("/"), Rounds(DOOR, echo))
        line.set_out(pool)
        time.sleep(0.02)
    assert (len(pool.given), len(line)) == (2, 1)


def test_a_process_that_ends_says_so_with_each_answer(three: list[Connection]) -> None:
    pool, done, ends = Pool(), [], [False, True]
    line = Line(done.extend, lambda: not ends[0])
    for each in three[:2]:
        line.add(each, request("/"), Rounds(DOOR, echo))
        line.set_out(pool)
        pool.given[-1]()
        ends.pop(0)
        ends.append(True)
    assert done == [(three[0], True), (three[1], False)]
    heads = [each.far.recv(1000) for each in three[:2]]
    assert [b"Connection: close" in each for each in heads] == [False, True]


@pytest.mark.parametrize("answer", [lambda _requests: [], lambda _requests: 1 // 0])
def test_a_round_that_fails_is_told_so_and_the_next_one_sets_out(three: list[Connection], answer) -> None:
    pool, done = Pool(), []
    line = Line(done.extend, lambda: True)
    line.add(three[0], request("/"), Rounds(DOOR, answer))
    line.set_out(pool)
    pool.given[0]()
    assert done == [(three[0], True)]
    assert three[0].far.recv(1000).startswith(b"HTTP/1.1 500 ")
    line.add(three[1], request("/"), Rounds(DOOR, echo))
    line.set_out(pool)
    assert len(pool.given) == 2


def test_whoever_went_away_is_let_go(three: list[Connection]) -> None:
    pool, done = Pool(), []
    line = Line(done.extend, lambda: True)
    three[0].far.close()
    for each in three[:2]:
        line.add(each, request("/"), Rounds(DOOR, echo))
    line.set_out(pool)
    pool.given[0]()
    assert done == [(three[0], False), (three[1], True)]


def test_a_round_waits_a_moment_to_be_as_large_as_the_last_one(three: list[Connection]) -> None:
    pool = Pool()
    line = Line(lambda _done: None, lambda: True)
    assert not line.is_short()  # nobody there
    for each in three:
        line.add(each, request("/"), Rounds(DOOR, echo))
        assert not line.is_short()  # nobody knows how many will come
    line.set_out(pool)
    line.add(three[0], request("/"), Rounds(DOOR, echo))
    assert not line.is_short()  # one is on its way
    pool.given[0]()
    assert line.is_short()
    for _ in range(2):  # nobody else came: it expects one less each time
        assert line.is_short()
        line.set_out(pool)
        pool.given[-1]()
        line.add(three[0], request("/"), Rounds(DOOR, echo))
    assert not line.is_short()
