"""PIN letters per second, and the same letters by other engines where they are installed (bench/letter_peers.py)."""

import resource
import sys
import time

from bench.letter_peers import rates
from bench.letter_sheet import SENDER, notices
from mailings.letters.approval_notice import render

SIZES = (100, 1000)


def main() -> None:
    """Print letters per second at two sizes, after start-up, and the peers' rates in the same run.

    An argument chooses the peers by a part of their name.
    """
    render(notices(40), SENDER)  # every font, that of rare kanji too
    for size in SIZES:
        began = time.perf_counter()
        cpu, data = _cpu_seconds(size)
        took = time.perf_counter() - began
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(
            f"letters      n={size:<5} {size / took:8.0f}/s  {size / cpu:6.0f} per CPU-second  {len(data) / size / 1024:.2f} KiB each  {memory} MiB peak"
        )
    before = SIZES[-1] / _cpu_seconds(SIZES[-1])[0]
    for name, count, rate in rates(notices, only=sys.argv[1] if len(sys.argv) > 1 else ""):
        after = SIZES[-1] / _cpu_seconds(SIZES[-1])[0]  # the machine's speed swings: ours before and after each peer
        print(
            f"  peer: {name:<24} n={count:<5} {rate:8.1f} per CPU-second: {(before + after) / 2 / rate:6.1f} times",
            flush=True,
        )
        before = after
    print(f"  peer: ReportLab without shared background  {_naive(100):8.0f}/s")


def _cpu_seconds(size: int) -> tuple[float, bytes]:
    batch, began = notices(size), time.process_time()
    data = render(batch, SENDER)
    return time.process_time() - began, data


def _naive(count: int) -> float:
    """The same sheet with everything drawn on every page."""
    began = time.perf_counter()
    for notice in notices(count):
        render([notice], SENDER)
    return count / (time.perf_counter() - began)


if __name__ == "__main__":
    main()
