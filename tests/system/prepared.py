"""An installation made ready once for all system tests of a run, and copies of it: a second instead of half a minute each."""

import fcntl
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.system.running import RunningSystem


def prepared_installation(shared: Path) -> Path:
    """A directory as `python -m deploy.prepare` leaves it, made by whichever test process comes first.

    Args:
        shared: a directory that all test processes of this run see.
    """
    ready = shared / "prepared"
    with (shared / "prepared.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            # PostgreSQL's user may not enter pytest's own directories.
            with tempfile.TemporaryDirectory(prefix="prep", dir="/tmp", ignore_cleanup_errors=True) as name:
                Path(name).chmod(0o755)
                RunningSystem(Path(name) / "v").run(sys.executable, "-m", "deploy.prepare")
                subprocess.run(["cp", "-a", Path(name) / "v", shared / "prepared.part"], check=True)
            (shared / "prepared.part").rename(ready)
    return ready


def prepare(system: RunningSystem, prepared: Path) -> None:
    """Make this installation ready as a copy of a prepared one that nothing runs on."""
    subprocess.run(["cp", "-a", f"{prepared}/.", system.var], check=True)
    configuration = system.var / "softhsm" / "softhsm2.conf"
    of_its_own = f"directories.tokendir = {system.var / 'softhsm' / 'tokens'}"
    text, replaced = re.subn(r"directories\.tokendir = .*", of_its_own, configuration.read_text("utf-8"))
    assert replaced == 1, text
    configuration.write_text(text, "utf-8")
