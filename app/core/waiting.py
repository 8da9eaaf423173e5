"""How many requests wait for a thread of this process, and what is turned away meanwhile, before it waits as well.

The web server's worker says how to count and does the turning away (deploy/bounded.py); an application says what.
"""

from collections.abc import Callable
from dataclasses import dataclass

_count: Callable[[], int] | None = None
_turned_away: "list[TurnedAway]" = []


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """Requests that somebody may be told to repeat later."""

    begins: tuple[bytes, ...]  # how they begin on the wire
    most_waiting: int  # with more than this in line they are turned away
    answer: bytes  # the whole answer on the wire, after which the connection stays open (`Connection: keep-alive`)


def count_with(count: Callable[[], int]) -> None:
    """From now on ask this function."""
    global _count  # noqa: PLW0603  one server, one queue, one process
    _count = count


def waiting() -> int:
    """Requests that wait for a thread; 0 where nobody counts, as in tests."""
    return _count() if _count is not None else 0


def turn_away(what: TurnedAway) -> None:
    """From now on turn these requests away at the door."""
    if what not in _turned_away:
        _turned_away.append(what)


def may_turn_away(count: int) -> bool:
    """Whether there is anything at all to be turned away with so many in line."""
    return any(count > each.most_waiting for each in _turned_away)


def find_turned_away(head: bytes, count: int) -> bytes | None:
    """The answer to a request that begins like this, if it is to be turned away with so many in line."""
    for each in _turned_away:
        if count > each.most_waiting and head.startswith(each.begins):
            return each.answer
    return None
