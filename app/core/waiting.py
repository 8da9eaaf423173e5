"""How many requests wait for a thread of this process. The web server's worker says how to count (deploy/workers.py)."""

from collections.abc import Callable

_count: Callable[[], int] | None = None


def count_with(count: Callable[[], int]) -> None:
    """From now on ask this function."""
    global _count  # noqa: PLW0603  one server, one queue, one process
    _count = count


def waiting() -> int:
    """Requests that wait for a thread; 0 where nobody counts, as in tests."""
    return _count() if _count is not None else 0
