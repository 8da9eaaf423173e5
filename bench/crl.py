"""A CRL of 100,000 and of 1,000,000 entries: ours, from the tables to the tables, beside `openssl ca -gencrl` over the same serials.

Ours is the whole publication: previous CRL read back, entries into the parts of the next one, lint, one signature in the
HSM, digests, audit, commit. Three times: built anew of every revocation, as by `flask ca crl`; the daily one, for which full
parts stay where they are; and after one revocation more. CPU is that of the publishing process, of all of PostgreSQL and of the signing process together.
openssl reads index.txt and signs with a software key of the same size.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from uuid import UUID, uuid4

import psutil
from sqlalchemy import select, text
from sqlalchemy.orm import configure_mappers

from app.core import clock
from app.core.db import db
from app.core.embedded import start_postgres, start_redis
from app.core.settings import Settings
from issuance.queries.crl_parts import iter_parts
from issuance.rules.revocation import crl_entry
from issuance.services.publish_crl import publish_crl
from models.certificates import CaCertificate, Crl
from models.enums import CaKeyPurpose

SIZES = (100_000, 1_000_000)
MOMENT = datetime(2026, 11, 24, 3, 4, 5, tzinfo=UTC)
FASTER, SMALLER = 15, 10  # the budget
LATER = {"daily": timedelta(hours=21)}
MEGABYTE = 1024 * 1024
COLUMNS = "id, certificate_id, ca_certificate_id, shard, reason, asked_by, asked_at, revoked_at, decided_by_name, crl_entry, crl_number"


def main() -> None:
    """Print time and memory at two sizes, and the ratios to openssl."""
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory(prefix="bench", dir="/tmp", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        _run(Path(name))


def _run(var: Path) -> None:
    from issuance.ceremony.configuration import DEVELOPMENT, load_configuration  # noqa: PLC0415
    from issuance.ceremony.run import hold_ceremony  # noqa: PLC0415
    from issuance.hsm.environment import prepare_environment  # noqa: PLC0415
    from tests.factories.authority import start_signer, stop_signer  # noqa: PLC0415
    from wsgi import create_worker  # noqa: PLC0415

    os.environ["VAR_DIR"] = str(var)
    settings = Settings()
    prepare_environment(settings)
    postgres, redis = start_postgres(var / "pg"), start_redis(var / "redis")
    app = create_worker(settings)
    with app.app_context():
        db.create_all()
        hold_ceremony(load_configuration(DEVELOPMENT, ("A", "B")), settings, now=clock.now())
        process = start_signer(settings)
        try:
            for there, size in pairwise((0, *SIZES)):
                _fill(there + bool(there), size)
                _compare(var, size, process.pid)
        finally:
            stop_signer(process)
            db.session.remove()
            db.engine.dispose()
    postgres.terminate()
    redis.terminate()


def _compare(var: Path, size: int, signer_pid: int) -> None:
    anew = _measured(signer_pid, "anew")
    print(_line(f"crl n={size:,} built anew", anew), flush=True)
    daily = _measured(signer_pid, "daily")
    print(_line(f"crl n={size:,} daily", daily), flush=True)
    _fill(size, size + 1)
    one_more = _measured(signer_pid, "due")
    print(_line(f"crl n={size:,} after one revocation", one_more), flush=True)
    _check(var)
    theirs = _openssl(var, size)
    print(_line(f"  peer: openssl ca -gencrl ({theirs['bytes'] / MEGABYTE:.0f} MB of PEM)", theirs))
    for name, ours, budget in (
        ("built anew", anew, "no budget"),
        ("daily", daily, f"budget {FASTER}"),
        ("after one revocation", one_more, f"budget {FASTER}"),
    ):
        print(
            f"  {name:<21} {theirs['cpu'] / ours['cpu']:5.1f} x faster by CPU of all processes ({budget}), "
            f"{theirs['wall'] / ours['wall']:.1f} x by the clock, "
            f"1/{theirs['memory'] / ours['memory']:.1f} of the memory (budget 1/{SMALLER})"
        )


def _line(name: str, found: dict[str, float]) -> str:
    parts = [f"{found['cpu']:7.2f} CPU-s", f"{found['wall']:7.2f} s", f"+{found['memory'] / MEGABYTE:6.1f} MB"]
    if "backend" in found:
        parts.append(
            f"(process {found['process']:.2f}, PostgreSQL {found['backend']:.2f}, signer {found['signer']:.2f} CPU-s; "
            f"process {found['peak'] / MEGABYTE:.0f} MB at its peak, PostgreSQL's own memory "
            f"+{found['backend_memory'] / MEGABYTE:.1f} MB)"
        )
    return f"{name:<44} " + "  ".join(parts)


def _serial(number: int) -> int:
    return (0x31 << 120) + number * 0x9E3779B97F4A7C15F39CC060 % (1 << 120)


def _fill(there: int, size: int) -> None:
    """Revocations of ten years; the rows that they belong to are left out."""
    ca = db.session.scalars(select(CaCertificate.id).where(CaCertificate.purpose == CaKeyPurpose.CA)).one()
    db.session.execute(text("SET session_replication_role = replica"))
    connection = db.session.connection().connection.driver_connection
    with connection.cursor() as cursor, cursor.copy(f"COPY revocation ({COLUMNS}) FROM STDIN") as copy:  # type: ignore[union-attr]
        for row in _rows(ca, there, size):
            copy.write_row(row)
    if size - there > 1:  # all of these were revoked over years and stand on a CRL already
        db.session.execute(text("UPDATE revocation SET crl_number = 1 WHERE crl_number IS NULL"))
    db.session.commit()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as quiet:
        quiet.execute(text("VACUUM (FULL, ANALYZE) revocation" if size - there > 1 else "ANALYZE revocation"))
        quiet.execute(text("CHECKPOINT"))


def _rows(ca: UUID, there: int, size: int) -> Iterator[tuple[object, ...]]:
    for number in range(there, size):
        entry = crl_entry(_serial(number), MOMENT - timedelta(minutes=number % 5_000_000), "keyCompromise")
        yield (
            uuid4(), uuid4(), ca, "000", "keyCompromise", "holder", MOMENT, MOMENT, "認証 三郎", entry, None
        )  # fmt: skip


def _measured(signer_pid: int, which: str) -> dict[str, float]:
    """One publication in a fresh process, so that its memory is that of nothing else."""
    signing = psutil.Process(signer_pid)
    before = _cpu(signing)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "bench.crl", which], capture_output=True, text=True, check=True
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    found["signer"] = _cpu(signing) - before
    found["cpu"] = found["process"] + found["backend"] + found["signer"]
    return found


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _publish(which: str) -> None:
    """In the fresh process: publish, and print what it took beyond what the process held when it began."""
    from wsgi import create_worker  # noqa: PLC0415

    app = create_worker(Settings())
    with app.app_context():
        backend = psutil.Process(db.session.execute(text("SELECT pg_backend_pid()")).scalar_one())
        configure_mappers()  # a worker does so when it starts
        db.session.commit()
        with db.engine.connect() as another:  # the one that holds the lock
            another.execute(text("SELECT 1"))
            db.session.execute(text("SELECT 1"))
        db.session.commit()
        me, main_process = psutil.Process(), backend.parent()
        assert main_process is not None
        server = main_process.children()  # backends, writers
        anonymous, stop = [_own_memory(server)], threading.Event()
        Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here
        start = _status("VmRSS")
        watching = threading.Thread(target=_watch, args=(server, anonymous, stop))
        watching.start()
        mine, servers, began = _cpu(me), sum(map(_cpu, server)), time.perf_counter()
        assert publish_crl(now=clock.now() + LATER.get(which, timedelta()), even_if_current=which == "anew")
        found = {
            "wall": time.perf_counter() - began,
            "process": _cpu(me) - mine,
            "backend": sum(map(_cpu, server)) - servers,
            "memory": _status("VmHWM") - start,
            "peak": _status("VmHWM"),
        }
        stop.set()
        watching.join()
        found["backend_memory"] = max(anonymous) - anonymous[0]
    print(json.dumps(found))


def _watch(server: list[psutil.Process], seen: list[float], stop: threading.Event) -> None:
    while not stop.wait(0.1):
        seen.append(_own_memory(server))


def _own_memory(server: list[psutil.Process]) -> float:
    """What PostgreSQL's processes hold apart from its shared buffers."""
    return sum(_status("RssAnon", process.pid) for process in server)


def _status(name: str, pid: int | str = "self") -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(float(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))


def _check(var: Path) -> None:
    """openssl believes the CRL that was published last."""
    newest = db.session.scalars(select(Crl).order_by(Crl.number.desc()).limit(1)).one()
    with (var / "ours.crl").open("wb") as file:
        file.writelines(iter_parts(newest.id))
    ca = str(var / "ceremony" / "ca.pem")
    done = subprocess.run(
        ["openssl", "crl", "-inform", "DER", "-in", "ours.crl", "-noout", "-crlnumber", "-CAfile", ca],
        cwd=var, capture_output=True, text=True, check=True,
    )  # fmt: skip
    print(
        f"  {newest.size / MEGABYTE:.1f} MB, {newest.entry_count:,} entries: openssl says {done.stderr.strip()}, {done.stdout.strip()}"
    )


def _openssl(var: Path, size: int) -> dict[str, float]:
    """`openssl ca -gencrl` with its own memory and CPU time, as the kernel counts them."""
    folder = var / "openssl"
    folder.mkdir(exist_ok=True)
    with (folder / "index.txt").open("w") as index:
        for number in range(size):
            index.write(
                f"R\t351124030405Z\t261124030405Z,keyCompromise\t{_serial(number):032X}\tunknown\t/CN={number}\n"
            )
    (folder / "crlnumber").write_text("1000\n")
    (folder / "c.cnf").write_text(
        "[ca]\ndefault_ca=d\n[d]\ndir=.\ndatabase=index.txt\ncrlnumber=crlnumber\ncertificate=ca.pem\nprivate_key=ca.key\n"
        "default_md=sha256\ndefault_crl_days=4\nunique_subject=no\ncrl_extensions=e\n[e]\nauthorityKeyIdentifier=keyid\n"
    )
    new = ("req", "-x509", "-newkey", "rsa:4096", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=ca")
    subprocess.run(["openssl", *new], cwd=folder, check=True, capture_output=True)
    began = time.perf_counter()
    process = subprocess.Popen(["openssl", "ca", "-gencrl", "-config", "c.cnf", "-out", "o.pem"], cwd=folder, stderr=-3)
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError("openssl ca -gencrl failed")
    return {
        "wall": time.perf_counter() - began,
        "cpu": usage.ru_utime + usage.ru_stime,
        "memory": usage.ru_maxrss * 1024,
        "bytes": (folder / "o.pem").stat().st_size,
    }


if __name__ == "__main__":
    _publish(sys.argv[1]) if sys.argv[1:] else main()
