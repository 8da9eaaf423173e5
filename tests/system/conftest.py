"""One running installation for each module of system tests."""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.system.running import RunningSystem


@pytest.fixture(scope="module")
def system() -> Iterator[RunningSystem]:
    with tempfile.TemporaryDirectory(prefix="kill", dir="/tmp", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        running = RunningSystem(Path(name) / "v", {"HAND_OVER_AGAIN_SECONDS": "3", "WEB_CONCURRENCY": "1"})
        running.run(sys.executable, "-m", "deploy.prepare")
        running.start()
        try:
            running.wait_for_web()
            yield running
        finally:
            running.stop()
