"""The gate before slow checks: some run, some wait, the others are turned away, and nobody is forgotten inside."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.security.gate import BusyError, Gate


def test_never_more_at_once_and_all_are_answered() -> None:
    gate, inside, most, guard = Gate(at_once=2, waiting=3, seconds=5), 0, 0, threading.Lock()

    def check(_number: int) -> str:
        nonlocal inside, most
        try:
            with gate.passed():
                with guard:
                    inside += 1
                    most = max(most, inside)
                time.sleep(0.01)
                with guard:
                    inside -= 1
        except BusyError:
            return "refused"
        return "served"

    with ThreadPoolExecutor(64) as clients:
        answers = list(clients.map(check, range(64)))
    assert most == 2
    assert set(answers) == {"served", "refused"}
    with gate.passed():
        pass


def test_who_waits_too_long_is_turned_away() -> None:
    gate = Gate(at_once=1, waiting=1, seconds=0.01)
    with gate.passed(), pytest.raises(BusyError), gate.passed():
        pass
    with gate.passed():
        pass


def test_an_error_inside_frees_the_place() -> None:
    gate = Gate(at_once=1, waiting=0, seconds=0.01)
    for _ in range(3):
        with pytest.raises(ValueError, match="x"), gate.passed():
            raise ValueError("x")
    with gate.passed():
        pass
