"""Starts the real processes of the Procfile on a directory and ports of their own, kills one, and starts it again."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import psutil
import requests

from app.core.settings import ROOT, Settings

T = TypeVar("T")
PATIENCE_SECONDS = 90.0


class SystemFailedError(AssertionError):
    """A process does not come up, or what is waited for does not happen."""


def free_port() -> int:
    """A TCP port on the loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(question: Callable[[], T], what: str, *, seconds: float = PATIENCE_SECONDS) -> T:
    """The first answer that counts as true. An exception while asking counts as not yet.

    Raises:
        SystemFailedError: it did not happen in time; the text has the last exception.
    """
    until, last = time.monotonic() + seconds, ""
    while time.monotonic() < until:
        try:
            answer = question()
        except Exception as error:  # noqa: BLE001  a part that is down answers with any of them
            last = f"{type(error).__name__}: {error}"
        else:
            last = ""
            if answer:
                return answer
        time.sleep(0.2)
    raise SystemFailedError(f"not within {seconds:.0f} s: {what} {last}")


def procfile_commands() -> dict[str, str]:
    """Name and command of every process of the Procfile, in its order."""
    lines = (ROOT / "Procfile").read_text("utf-8").splitlines()
    pairs = (line.split(":", 1) for line in lines if line.strip() and not line.startswith("#"))
    return {name.strip(): command.strip() for name, command in pairs}


@dataclass
class RunningSystem:
    """One installation under `var`, with its processes by the names of the Procfile."""

    var: Path
    environment: dict[str, str] = field(default_factory=dict)
    processes: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)
    instead: dict[str, str] = field(default_factory=dict)  # commands that stand in for those of the Procfile

    def __post_init__(self) -> None:
        self.var.mkdir(parents=True, exist_ok=True)
        self.environment = {
            **os.environ,
            "PATH": f"{ROOT / '.venv' / 'bin'}:{os.environ['PATH']}",
            "VAR_DIR": str(self.var),
            "ENVIRONMENT": "development",
            "PORTAL_PORT": str(free_port()),
            "SITE_PORT": str(free_port()),
            "MAIL_SINK_PORT": str(free_port()),
            "PYTHONUNBUFFERED": "1",
            **self.environment,
        }
        for name in ("DATABASE_URL", "REDIS_URL", "STORAGE_URL", "MAIL_URL", "PUBLIC_URL", "SOFTHSM2_CONF"):
            self.environment.pop(name, None)

    @property
    def portal_url(self) -> str:
        """The portal's address."""
        return f"http://127.0.0.1:{self.environment['PORTAL_PORT']}"

    @property
    def site_url(self) -> str:
        """The site's address."""
        return f"http://127.0.0.1:{self.environment['SITE_PORT']}"

    def settings(self) -> Settings:
        """The settings that the processes see."""
        return Settings.model_validate(self.environment)

    def run(self, *command: str) -> str:
        """Run a command of this installation to its end and return what it printed. Raises SystemFailedError."""
        done = subprocess.run(
            command, env=self.environment, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300
        )
        if done.returncode:
            raise SystemFailedError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def flask(self, *arguments: str) -> str:
        """Run a `flask` command in the worker's application."""
        return self.run("flask", "--app", "wsgi:create_worker", *arguments)

    def start(self, names: Iterable[str] | None = None) -> None:
        """Start processes (all that do not run)."""
        commands = procfile_commands() | self.instead
        for name in names or commands:
            running = self.processes.get(name)
            if running is not None and running.poll() is None:
                continue
            with self.log_of(name).open("ab") as out:
                self.processes[name] = subprocess.Popen(
                    ["/bin/sh", "-c", f"exec {commands[name]}"],
                    env=self.environment,
                    cwd=ROOT,
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=out,
                    start_new_session=True,
                )

    def kill(self, name: str) -> None:
        """`kill -9` a process with everything it forked."""
        process = self.processes[name]
        _signal_group(process, signal.SIGKILL)
        process.wait(timeout=20)

    def kill_and_start(self, name: str) -> None:
        """`kill -9` a process of the Procfile, its keeper with it, and start it again."""
        keeper = psutil.Process(self.processes[name].pid)
        for child in keeper.children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                child.kill()
        self.kill(name)
        self.start([name])

    def stop(self) -> None:
        """Ask every process to stop, the last started first; kill what does not listen."""
        for name in reversed(self.processes):
            process = self.processes[name]
            if process.poll() is None:
                _signal_group(process, signal.SIGTERM)
                try:
                    process.wait(timeout=15)
                except subprocess.TimeoutExpired:
                    _signal_group(process, signal.SIGKILL)
                    process.wait(timeout=15)

    def log_of(self, name: str) -> Path:
        """Where a process writes."""
        directory = self.var / "log"
        directory.mkdir(exist_ok=True)
        return directory / f"{name}.log"

    def wait_for_web(self, *urls: str) -> None:
        """Until portal and site (or what is named) answer."""
        for url in urls or (self.portal_url, self.site_url):
            wait_until(lambda url=url: requests.get(url, timeout=3).status_code < 500, f"{url} answers")  # type: ignore[misc]


def _signal_group(process: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return
