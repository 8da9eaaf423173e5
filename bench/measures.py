"""How much for each second, and for each CPU-second of the processes that take part."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import psutil

OURS = ("python", "signer", "postgres")


@dataclass(frozen=True, slots=True)
class Rate:
    """How many for each second by the wall, and for each CPU-second of every process that takes part."""

    wall: float
    cpu: float


def measure(count: int, act: Callable[[], object], cpu: Callable[[], float]) -> Rate:
    """The rate of an act that makes so many.

    Args:
        count: how many it makes.
        act: what is measured.
        cpu: CPU-seconds used so far.
    """
    began, used = time.perf_counter(), cpu()
    act()
    return Rate(count / (time.perf_counter() - began), count / (cpu() - used))


def mean(one: Rate, other: Rate) -> Rate:
    """The rate of the same work done twice: by the time that both took."""
    return Rate(2 / (1 / one.wall + 1 / other.wall), 2 / (1 / one.cpu + 1 / other.cpu))


def cpu_seconds() -> dict[str, float]:
    """CPU-seconds used so far, of this process (`python`), the signing process and PostgreSQL with its children."""
    used = dict.fromkeys(OURS, 0.0)
    used["python"] = time.process_time()
    for process in psutil.Process().children(recursive=True):
        try:
            if process.name().startswith("postgres"):
                name = "postgres"
            elif "issuance.hsm.daemon" in process.cmdline():
                name = "signer"
            else:
                continue
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        # of a child that ended, its parent knows
        used[name] += times.user + times.system + times.children_user + times.children_system
    return used
