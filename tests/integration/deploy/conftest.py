"""The web server as deploy/serve.py sets it up, around an application of the tests."""

import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from app.core.settings import ROOT
from tests.system.running import free_port, wait_until

_START = """
import resource
from deploy.serve import main
resource.setrlimit(resource.RLIMIT_NOFILE, (1024, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))  # as it usually is
main("site", "tests.factories.plain_house")
"""


@dataclass(frozen=True)
class House:
    """A running server with one worker of four threads."""

    port: int
    process: "subprocess.Popen[bytes]"
    log: Path

    @property
    def worker(self) -> psutil.Process:
        (found,) = psutil.Process(self.process.pid).children()
        return found


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    port = free_port()
    given = {
        "VAR_DIR": str(tmp_path),
        "SITE_PORT": str(port),
        "WEB_CONCURRENCY": "1",
        "TEST_SILENT_SECONDS": "1",
        "TEST_STALLED_SECONDS": "1",
    }
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", _START], cwd=ROOT, env={**os.environ, **given}, stderr=log
        )
    try:
        address = f"http://127.0.0.1:{port}/pid"
        wait_until(lambda: urllib.request.urlopen(address, timeout=5).close() is None, "the server")
        yield House(port, process, tmp_path / "log")
    finally:
        process.terminate()
        process.wait(40)
