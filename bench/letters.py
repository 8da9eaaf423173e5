"""PIN letters per second, and the same letters by other engines where they are installed (bench/letter_peers.py)."""

import resource
import sys
import time
from dataclasses import replace
from itertools import count

from bench.letter_peers import rates
from bench.letter_sheet import SENDER, notices
from mailings.letters.approval_notice import render

SIZES = (100, 1000)
STARTS = count(10_000, 10_000)  # never the same letters twice: their texts would be known


def main() -> None:
    """Print letters per second at two sizes, after start-up, and the peers' rates in the same run.

    An argument chooses the peers by a part of their name.
    """
    render([replace(notices(1)[0], name="𠮷田 太郎")], SENDER)  # every font, that of rare kanji too
    for size in SIZES:
        cpu, took, data = _took(size)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(
            f"letters      n={size:<5} {size / took:8.0f}/s  {size / cpu:6.0f} per CPU-second  {len(data) / size / 1024:.2f} KiB each  {memory} MiB peak"
        )
    before = SIZES[-1] / _took(SIZES[-1])[0]
    for name, size, rate in rates(notices, only=sys.argv[1] if len(sys.argv) > 1 else ""):
        after = SIZES[-1] / _took(SIZES[-1])[0]  # the machine's speed swings: ours before and after each peer
        print(
            f"  peer: {name:<24} n={size:<5} {rate:8.1f} per CPU-second: {(before + after) / 2 / rate:6.1f} times",
            flush=True,
        )
        before = after
    print(f"  peer: ReportLab without shared background  {_naive(100):8.0f}/s")


def _took(size: int) -> tuple[float, float, bytes]:
    """Seconds of processor time, seconds, and the document."""
    batch, began = notices(size, next(STARTS)), (time.process_time(), time.perf_counter())
    data = render(batch, SENDER)
    return time.process_time() - began[0], time.perf_counter() - began[1], data


def _naive(size: int) -> float:
    """The same sheet with everything drawn on every page."""
    began = time.perf_counter()
    for notice in notices(size):
        render([notice], SENDER)
    return size / (time.perf_counter() - began)


if __name__ == "__main__":
    main()
