"""The registers of certification, mailroom and control over many rows, through the whole portal on PostgreSQL.

`python -m bench.registers [CASES …]` prints p50 and p95 at the server for each page, and the CPU time of portal and database
together for one answer, which says the same on a busy machine. Each register has about 1.4 rows for each case. The budget is that of
the other lists (design.md §6): p95 ≤ 100 ms.
"""

import os
import signal
import sys
import tempfile
import time
import warnings
from pathlib import Path
from statistics import quantiles

from flask import Flask

import models  # noqa: F401  makes every table known
from app.core.db import db
from app.core.embedded import start_postgres, start_redis
from app.core.settings import Settings
from bench.cases import EMAIL, PASSWORD, fill
from bench.register_pages import PAGES, follow, known
from bench.register_rows import fill_registers
from deploy.workers import settle
from tests.factories.staff import sign_in
from wsgi import create_portal

SIZES = (20_000, 100_000)
ROUNDS, BUDGET_MS = 40, 100


def main(sizes: tuple[int, ...]) -> int:
    """Print a table for each size. The exit status is 1 if one breaks the budget."""
    warnings.simplefilter("ignore")
    slowest = [_size(size) for size in sizes]
    return int(max(slowest) > BUDGET_MS)


def _size(size: int) -> float:
    with tempfile.TemporaryDirectory(prefix="cb", dir="/tmp", ignore_cleanup_errors=True) as name:
        place = Path(name)
        place.chmod(0o755)
        parts = [start_postgres(place / "pg", fast=True), start_redis(place / "redis")]
        try:
            redis = f"unix://{place / 'redis' / 'redis.sock'}"
            app = create_portal(Settings(VAR_DIR=place, DATABASE_URL="", REDIS_URL=redis))
            began = time.perf_counter()
            addresses = _fill(app, size)
            print(f"registers, {size:,} cases (filled in {time.perf_counter() - began:.0f} s)")
            return _table(app, addresses, parts[0].pid)
        finally:
            for part in parts:
                part.send_signal(signal.SIGINT)
                part.wait()


def _fill(app: Flask, size: int) -> dict[str, str]:
    with app.app_context():
        db.create_all()
        fill(size)
        fill_registers()
        return {title: path.format(**known()) for title, path in PAGES}


def _table(app: Flask, addresses: dict[str, str], postmaster: int) -> float:
    """Ask outside of any context of the application: each answer makes its own, as in a worker. Returns the slowest p95."""
    client = sign_in(app, EMAIL, PASSWORD)
    settle()
    print(f"  {'page':<32}{'p50 ms':>9}{'p95 ms':>9}{'CPU ms':>9}")
    slowest = 0.0
    for title, page in addresses.items():
        address = follow(client, page)
        client.get(address)  # fills the caches
        took, used = [], _cpu(postmaster)
        for _ in range(ROUNDS):
            began = time.perf_counter()
            answer = client.get(address)
            took.append((time.perf_counter() - began) * 1000)
            if answer.status_code != 200:
                raise RuntimeError(f"{title}: {answer.status_code}")
        used = (_cpu(postmaster) - used) / ROUNDS * 1000
        cuts = quantiles(took, n=20)
        print(f"  {title:<32}{cuts[9]:9.1f}{cuts[18]:9.1f}{used:9.1f}" + ("  over" if cuts[18] > BUDGET_MS else ""))
        slowest = max(slowest, cuts[18])
    print(f"  slowest p95 {slowest:.0f} ms (budget {BUDGET_MS})", flush=True)
    return slowest


def _cpu(postmaster: int) -> float:
    """Seconds that this process and the database's processes have worked."""
    seconds = time.process_time()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == postmaster:
            seconds += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return seconds


if __name__ == "__main__":
    sys.exit(main(tuple(int(each.replace("_", "")) for each in sys.argv[1:]) or SIZES))
