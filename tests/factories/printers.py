"""A real IPP printer for tests: CUPS' ippeveprinter, on loopback, with the bus and the DNS-SD responder it asks for."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from mailings.printing.ipp import IppPrinter, PrinterError

BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:path={socket}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy></busconfig>
"""
AVAHI = """[server]
use-ipv4=yes
use-ipv6=no
allow-interfaces=lo
enable-dbus=yes
[publish]
disable-publishing=yes
"""
PRINTER_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True, slots=True)
class RunningPrinter:
    """Its address, and where it puts what it printed."""

    url: str
    spool: Path
    process: "subprocess.Popen[bytes]"


@contextmanager
def running_printer(
    directory: Path, *, command: str = "/bin/true", speed: int = 0, more: tuple[str, ...] = ()
) -> Iterator[RunningPrinter]:
    """A printer for as long as the block lasts.

    Args:
        directory: short and empty, for sockets and the spool.
        command: what it runs for each job; its exit status and the lines that it writes make the job's state
            (`STATE: +media-jam-warning`, `ATTR: job-impressions-completed=2`).
        speed: pages a minute, 0 for as fast as it can.
        more: further arguments.
    """
    spool = directory / "spool"
    spool.mkdir()
    (directory / "bus.conf").write_text(BUS.format(socket=directory / "bus"))
    (directory / "avahi.conf").write_text(AVAHI)
    environment = {
        "PATH": os.environ.get("PATH", "") + ":" + PRINTER_PATH,
        "HOME": str(directory),
        "TMPDIR": str(directory),
        "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={directory / 'bus'}",
    }
    port = _free_port()
    printer = [
        *("ippeveprinter", "-n", "localhost", "-p", str(port), "-r", "off", "-f", "application/pdf", "-k"),
        *("-d", str(spool), "-s", str(speed), "-c", command, *more, "Mailroom"),
    ]
    with ExitStack() as stack:
        for name, arguments in (
            ("bus", ["dbus-daemon", "--nofork", "--nopidfile", "--config-file", str(directory / "bus.conf")]),
            ("avahi", ["avahi-daemon", "-f", str(directory / "avahi.conf"), *AVAHI_ARGUMENTS]),
            ("printer", printer),
        ):
            process = stack.enter_context(_process(arguments, environment, directory / f"{name}.log"))
            if name == "bus":
                _wait(lambda: (directory / "bus").exists(), directory)
        url = f"ipp://127.0.0.1:{port}/ipp/print"
        _wait(lambda: _answers(url), directory)
        yield RunningPrinter(url, spool, process)


AVAHI_ARGUMENTS = ("--no-drop-root", "--no-chroot", "--no-rlimits", "--no-proc-title")


@contextmanager
def _process(arguments: list[str], environment: dict[str, str], log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    with log.open("wb") as out:
        process = subprocess.Popen(arguments, env=environment, stdout=out, stderr=out, stdin=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _answers(url: str) -> bool:
    try:
        IppPrinter(url).state()
    except PrinterError:
        return False
    return True


def _wait(is_there: "object", directory: Path) -> None:
    until = time.monotonic() + 15
    while time.monotonic() < until:
        if is_there():  # type: ignore[operator]
            return
        time.sleep(0.05)
    logs = "\n".join(f"{path.name}: {path.read_text(errors='replace')[-500:]}" for path in directory.glob("*.log"))
    raise RuntimeError(f"no printer:\n{logs}")
