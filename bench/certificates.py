"""Certificates per second: the whole path with lint, ledger and commits, against raw signing in the same HSM and `openssl ca`."""

import hashlib
import os
import resource
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import rsa

from app import signer
from app.core import clock
from app.core.db import db
from app.core.embedded import start_postgres, start_redis
from app.core.settings import Settings
from issuance.services.issue_certificate import issue_certificate, issue_certificates
from tests.factories.applicants import waiting_applicant
from tests.factories.certificates import requested_enrolment

SIZES = (32, 128)
ALONE = 16
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Rate:
    """How many for each second, and for each CPU-second of every process that takes part."""

    wall: float
    cpu: float


def main() -> None:
    """Print rates at two sizes, and the ratio to raw signing and to `openssl ca` with one process per certificate."""
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
            _compare(var, process.pid, postgres.pid)
        finally:
            stop_signer(process)
            db.session.remove()
            db.engine.dispose()
    postgres.terminate()
    redis.terminate()


def _compare(var: Path, signing: int, postgres: int) -> None:
    for enrolment_id in [_enrolment() for _ in range(2)]:  # the first ones pay for what is kept afterwards
        issue_certificate(enrolment_id, now=clock.now())
    for size in SIZES:
        # Raw signing and the peer again each time: what else the machine does changes by the minute.
        raw, peer = _raw(signing), _openssl(var / f"openssl-{size}")
        ours = _ours([_enrolment() for _ in range(size)], signing, postgres)
        print(
            f"certificates n={size:<4} {ours.wall:6.1f}/s  {ours.cpu:6.1f}/CPU-s\n"
            f"  openssl ca, a process each   {peer.wall:6.1f}/s  {peer.cpu:6.1f}/CPU-s   "
            f"{ours.wall / peer.wall:.2f}x (budget 1.3x)\n"
            f"  raw signing in the same HSM  {raw.wall:6.1f}/s  {raw.cpu:6.1f}/CPU-s   "
            f"{ours.cpu / raw.cpu:.0%} for each CPU-second (budget 25 %)"
        )
    alone = _ours([_enrolment() for _ in range(ALONE)], signing, postgres, together=False)
    print(f"  one after the other, alone   {alone.wall:6.1f}/s  {alone.cpu:6.1f}/CPU-s")


def _measure(count: int, act: Callable[[], object], cpu: Callable[[], float]) -> Rate:
    began, used = time.perf_counter(), cpu()
    act()
    return Rate(count / (time.perf_counter() - began), count / (cpu() - used))


def _raw(signing: int, count: int = 60) -> Rate:
    digest = hashlib.sha256(b"x").digest()

    def sign() -> None:
        for _ in range(count):
            signer.current().sign_digest("ca", digest, "sha256")

    return _measure(count, sign, lambda: _cpu_seconds(signing))


def _ours(waiting: list[UUID], signing: int, postgres: int, *, together: bool = True) -> Rate:
    def issue() -> None:
        if together:
            if failures := issue_certificates(waiting, now=clock.now()):
                raise RuntimeError(failures)
        else:
            for enrolment_id in waiting:
                issue_certificate(enrolment_id, now=clock.now())

    def cpu() -> float:
        return time.process_time() + _cpu_seconds(signing) + _cpu_seconds(postgres, children=True)

    return _measure(len(waiting), issue, cpu)


def _enrolment() -> UUID:
    """A requested enrolment with an RSA-3072 key of its own, as the desk and the client leave it."""
    return requested_enrolment(waiting_applicant(), rsa.generate_private_key(65537, 3072))


def _cpu_seconds(pid: int, *, children: bool = False) -> float:
    """What a process (and those that it started) used so far."""
    wanted = {pid}
    if children:
        wanted |= {
            int(path.name)
            for path in Path("/proc").iterdir()
            if path.name.isdigit() and _status(path)[1:2] == [str(pid)]
        }
    return sum(sum(map(int, _status(Path("/proc") / str(each))[11:13])) for each in wanted) / TICKS


def _status(path: Path) -> list[str]:
    """The fields of /proc/…/stat behind the name: state, parent, …"""
    try:
        return (path / "stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def _openssl(folder: Path) -> Rate:
    """`openssl ca -batch`, one process for each request, with a software key of the CA's size."""
    folder.mkdir()
    (folder / "index.txt").touch()
    (folder / "serial").write_text("1000\n")
    (folder / "c.cnf").write_text(
        "[ca]\ndefault_ca=d\n[d]\ndir=.\ndatabase=index.txt\nserial=serial\nnew_certs_dir=.\ncertificate=ca.pem\n"
        "private_key=ca.key\ndefault_md=sha256\npolicy=p\nunique_subject=no\ndefault_days=700\n[p]\ncommonName=supplied\n"
    )

    def openssl(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    openssl(
        "req",
        "-x509",
        "-newkey",
        "rsa:4096",
        "-nodes",
        "-keyout",
        "ca.key",
        "-out",
        "ca.pem",
        "-subj",
        "/CN=ca",
        "-days",
        "900",
    )
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "e.key", "-out", "e.csr", "-subj", "/CN=e")

    def issue() -> None:
        for _ in range(20):
            openssl("ca", "-batch", "-notext", "-config", "c.cnf", "-in", "e.csr", "-out", "e.pem")

    return _measure(20, issue, lambda: sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2]))


if __name__ == "__main__":
    main()
