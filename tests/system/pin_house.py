"""An installation whose every PIN is one known text, and the search for it in everything that the installation has."""

import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import UUID

import psutil
from redis import Redis
from sqlalchemy import text

from app.core import clock
from app.core.db import db
from app.core.embedded import _postgres_binaries
from app.core.transaction import transaction
from mailings.services.prepare_letter import add_piece
from models.applications import Applicant
from tests.factories.accounts import make_application
from tests.factories.printers import RunningPrinter, running_printer
from tests.system.marked import VARIABLE, marker, new_places
from tests.system.prepared import Prepared, prepare
from tests.system.running import RunningSystem, wait_until
from tests.system.traces import Traces

MARKED = (
    ".venv/bin/python -m deploy.keep .venv/bin/python -m flask --app tests.system.marked:create_worker jobs work print"
)
PRINT = """#!/bin/sh
pages=$(pdfinfo "$1" | sed -n 's/^Pages: *//p')
echo "ATTR: job-impressions-completed=$pages" >&2
"""


class House:
    """The installation, its printer, the browser's profile, and the search through all of them."""

    def __init__(self, system: RunningSystem, printer: RunningPrinter, home: Path, pin: str) -> None:
        self.system, self.printer, self.home, self.traces = system, printer, home, Traces(pin)
        self.pin, self.profile, self.began = pin, home / "profile", time.time()
        self.redis = Redis.from_url(system.settings().redis_url())

    def processes(self) -> dict[int, str]:
        """Everything of ours that runs: keepers, servers, workers, children."""
        found = {}
        for name, process in self.system.processes.items():
            keeper = psutil.Process(process.pid)
            for each in (keeper, *keeper.children(recursive=True)):
                with suppress(psutil.NoSuchProcess):
                    found[each.pid] = f"{name}: {' '.join(each.cmdline())[-60:]}"
        return found

    def largest(self, part: str) -> int:
        """The process of this part that does its work: the one with the most memory."""
        pids = [pid for pid, name in self.processes().items() if name.startswith(f"{part}:")]
        return max(pids, key=lambda pid: psutil.Process(pid).memory_info().rss)

    def core(self, pid: int) -> list[str]:
        """Search the whole memory of a process, dumped by gdb."""
        place = self.home / "core"
        subprocess.run(["gcore", "-a", "-o", str(place), str(pid)], capture_output=True, check=False, timeout=120)
        dump = place.with_name(f"core.{pid}")
        if not dump.exists():
            assert not psutil.pid_exists(pid), f"no core of {pid}"
            return []
        try:
            return self.traces.in_core(dump)
        finally:
            dump.unlink()

    def memory(self) -> dict[str, list[str]]:
        """Every process whose memory has it."""
        return {name: found for pid, name in self.processes().items() if (found := self.core(pid))}

    def is_in_memory(self, part: str) -> bool:
        """Whether any process of this part has it."""
        return any(self.core(pid) for pid, name in self.processes().items() if name.startswith(part))

    def plant(self, pid: int) -> None:
        """Put it into a process's memory: at the far end of its stack, which nothing has used for long."""
        maps = Path(f"/proc/{pid}/maps").read_text("ascii").splitlines()
        start = next(line for line in maps if line.endswith("[stack]")).partition("-")[0]
        with Path(f"/proc/{pid}/mem").open("r+b", buffering=0) as memory:
            memory.seek(int(start, 16) + 64)
            memory.write(f"[{self.pin}]".encode())

    def tables(self) -> list[str]:
        """Every row of every table, as pg_dump writes it."""
        command = [
            str(_postgres_binaries() / "pg_dump"),
            "-h",
            str(self.system.var / "pg"),
            "-U",
            "postgres",
            "postgres",
        ]
        return self.traces.found_in(subprocess.run(command, capture_output=True, check=True, timeout=60).stdout)

    def written(self) -> None:
        """Let PostgreSQL and Redis write down what they only have in memory."""
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("CHECKPOINT"))
        self.redis.execute_command("BGREWRITEAOF")
        wait_until(lambda: not self.redis.info("persistence")["aof_rewrite_in_progress"], "Redis has written its file")
        self.redis.save()

    def files(self) -> dict[str, list[str]]:
        """VAR_DIR with logs, storage, PostgreSQL's data directory and WAL, Redis' files; temporary folders; the profile."""
        self.written()
        ours = self.traces.in_tree(self.home, but=(self.printer.spool,))
        shared = (Path("/tmp"), Path("/var/tmp"), Path("/dev/shm"), Path("/var/spool"), Path("/var/crash"))
        fresh = [each for place in shared if place.is_dir() for each in place.iterdir() if self._is_fresh(each)]
        return ours | self.traces.in_tree(*fresh, but=(self.home,), since=self.began)

    def _is_fresh(self, path: Path) -> bool:
        """Whether this entry of a folder that all share came since we began; ours write elsewhere (TMPDIR), if they listen."""
        with suppress(FileNotFoundError):
            return path.lstat().st_mtime >= self.began
        return False

    def keys(self) -> list[str]:
        """Names and values of every key of Redis; the arguments of jobs are among them."""
        found = []
        for key in self.redis.scan_iter():
            kind = self.redis.type(key)
            with suppress(Exception):
                value = {
                    b"string": lambda key=key: [self.redis.get(key)],
                    b"hash": lambda key=key: [*self.redis.hgetall(key), *self.redis.hgetall(key).values()],
                    b"list": lambda key=key: self.redis.lrange(key, 0, -1),
                    b"set": lambda key=key: self.redis.smembers(key),
                    b"zset": lambda key=key: self.redis.zrange(key, 0, -1),
                    b"stream": lambda key=key: [repr(self.redis.xrange(key)).encode()],
                }[kind]()
                found += self.traces.found_in(b"\n".join([key, *value]))
        return found

    def letters(self, count: int) -> list[UUID]:
        application = make_application(*(f"髙﨑 {number}郎" for number in range(count)), services=("certificate",))
        ids = [applicant.id for applicant in application.applicants]
        db.session.commit()
        with transaction():
            return [add_piece(db.session.get_one(Applicant, each), now=clock.now()).id for each in ids]


@contextmanager
def running_house(prepared: Prepared) -> Iterator[House]:
    """The installation with its printer, for as long as the block lasts."""
    with tempfile.TemporaryDirectory(prefix="pin", dir="/tmp", ignore_cleanup_errors=True) as name:
        home = Path(name)
        home.chmod(0o755)
        for part in ("p", "tmp", "profile"):
            (home / part).mkdir()
        script, places = home / "p" / "print.sh", new_places()
        script.write_text(PRINT)
        script.chmod(0o755)
        with running_printer(home / "p", command=str(script)) as printer:
            environment = {
                "HAND_OVER_AGAIN_SECONDS": "3",
                "WEB_CONCURRENCY": "1",
                "PRINTER_URL": printer.url,
                "TMPDIR": str(home / "tmp"),
                VARIABLE: ",".join(map(str, places)),
            }
            system = RunningSystem(home / "v", environment)
            system.instead = {
                "portal": ".venv/bin/python -m deploy.keep .venv/bin/python -m tests.system.marked portal",
                "printer": MARKED,
            }
            prepare(system, prepared)
            system.start()
            try:
                system.wait_for_web()
                yield House(system, printer, home, marker(places))
            finally:
                system.stop()
