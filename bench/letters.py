"""PIN letters per second, and the same letters by other engines where they are installed (bench/letter_peers.py)."""

import resource
import time
from datetime import date

from bench.letter_peers import rates
from mailings.letters.approval_notice import ApprovalNotice, Sender, render

SENDER = Sender("株式会社サンプル認証", "〒105-0004 東京都港区新橋2-6-2", "03-0000-0000", "https://www.example.jp")
SIZES = (100, 1000)


def notices(count: int) -> list[ApprovalNotice]:
    """Letters to different holders."""
    return [
        ApprovalNotice(
            number=f"L-2026-{number:06d}",
            day=date(2026, 11, 24),
            postal_code="317-0055",
            address=f"茨城県日立市宮田町六丁目{number % 90 + 1}番14号",
            building="",
            company="株式会社髙﨑建設",
            name=("𠮷田 太郎", "髙橋 花子", "\ufa19谷 一郎")[number % 3],
            name_kana="ヨシダ タロウ",
            application_number=f"A-2026-{number:06d}-1",
            pin="7KQ4-M2XD-9TRH-W5ZB",
        )
        for number in range(count)
    ]


def main() -> None:
    """Print letters per second at two sizes, after start-up, and the peer's rate in the same run."""
    render(notices(1), SENDER)  # fonts
    for size in SIZES:
        began = time.perf_counter()
        cpu, data = _cpu_seconds(size)
        took = time.perf_counter() - began
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(
            f"letters      n={size:<5} {size / took:8.0f}/s  {size / cpu:6.0f} per CPU-second  {len(data) / size / 1024:.2f} KiB each  {memory} MiB peak"
        )
    before = SIZES[-1] / _cpu_seconds(SIZES[-1])[0]
    for name, count, rate in rates(notices):
        after = SIZES[-1] / _cpu_seconds(SIZES[-1])[0]  # the machine's speed swings: ours before and after each peer
        print(
            f"  peer: {name:<10} n={count:<5} {rate:8.1f} per CPU-second: {(before + after) / 2 / rate:6.1f} times",
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
