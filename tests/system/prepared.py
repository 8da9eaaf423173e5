"""An installation made ready once for all system tests of a process, and copies of it: a second instead of half a minute each."""

import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.system.running import RunningSystem

PORTS = ("PORTAL_PORT", "SITE_PORT", "MAIL_SINK_PORT")


@dataclass(frozen=True)
class Prepared:
    """An installation that is ready and stopped."""

    directory: Path
    ports: dict[str, str]  # certificates and profiles name the site's address: a copy must have the same


def prepare_once(keep: Path) -> Prepared:
    """Make an installation as `python -m deploy.prepare` leaves it, and keep it in this directory."""
    # PostgreSQL's user may not enter pytest's own directories.
    with tempfile.TemporaryDirectory(prefix="prep", dir="/tmp", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        system = RunningSystem(Path(name) / "v")
        system.run(sys.executable, "-m", "deploy.prepare")
        subprocess.run(["cp", "-a", f"{system.var}/.", keep], check=True)
    return Prepared(keep, {port: system.environment[port] for port in PORTS})


def prepare(system: RunningSystem, prepared: Prepared) -> None:
    """Make this installation ready as a copy. Only one copy can run at a time: all have the same ports."""
    subprocess.run(["cp", "-a", f"{prepared.directory}/.", system.var], check=True)
    system.environment |= prepared.ports
    configuration = system.var / "softhsm" / "softhsm2.conf"
    of_its_own = f"directories.tokendir = {system.var / 'softhsm' / 'tokens'}"
    text, replaced = re.subn(r"directories\.tokendir = .*", of_its_own, configuration.read_text("utf-8"))
    assert replaced == 1, text
    configuration.write_text(text, "utf-8")
