"""One running installation for each module of system tests."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.system.prepared import Prepared, prepare, prepare_once
from tests.system.running import RunningSystem


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """An installation that is ready and stopped; tests take copies."""
    return prepare_once(tmp_path_factory.mktemp("prepared"))


@pytest.fixture(scope="module")
def system(prepared: Prepared) -> Iterator[RunningSystem]:
    with tempfile.TemporaryDirectory(prefix="kill", dir="/tmp", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        running = RunningSystem(Path(name) / "v", {"HAND_OVER_AGAIN_SECONDS": "3", "WEB_CONCURRENCY": "1"})
        prepare(running, prepared)
        running.start()
        try:
            running.wait_for_web()
            yield running
        finally:
            running.stop()
