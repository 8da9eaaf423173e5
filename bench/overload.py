"""Certificate requests from 1, 8 and 64 clients at once on the site as it is served: rate, latencies, who was told to come back."""

import os
import subprocess
import sys
import tempfile
import time
import warnings
from http.client import HTTPConnection
from pathlib import Path

from flask import Flask

from app.core import clock
from app.core.db import db
from app.core.embedded import start_postgres, start_redis
from app.core.settings import ROOT, Settings
from app.security import limiter
from tests.factories.crowd import holder_with_pin, storm
from wsgi import create_site, create_worker

CLIENTS = (1, 8, 64)
HOLDERS = 64
PORT = 8791


def site() -> Flask:
    """The site without the limit per address: here all clients come from one."""
    limiter.enabled = False
    return create_site()


def main() -> None:
    """Print one line for each number of clients, and the worst rate as a part of the best."""
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory(prefix="bench", dir="/tmp", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        _run(Path(name))


def _run(var: Path) -> None:
    from issuance.ceremony.configuration import DEVELOPMENT, load_configuration  # noqa: PLC0415
    from issuance.ceremony.run import hold_ceremony  # noqa: PLC0415
    from issuance.hsm.environment import prepare_environment  # noqa: PLC0415
    from tests.factories.authority import start_signer, stop_signer  # noqa: PLC0415

    os.environ |= {"VAR_DIR": str(var), "SITE_PORT": str(PORT)}
    settings = Settings()
    prepare_environment(settings)
    postgres, redis = start_postgres(var / "pg"), start_redis(var / "redis")
    app = create_worker(settings)
    with app.app_context():
        db.create_all()
        hold_ceremony(load_configuration(DEVELOPMENT, ("A", "B")), settings, now=clock.now())
        signing = start_signer(settings)
        # as deploy.serve starts it
        command = [sys.executable, "-m", "gunicorn", "bench.overload:site()", "--config", "python:deploy.workers"]
        numbers = ["--bind", f"127.0.0.1:{PORT}", "--workers", "2", "--threads", "4", "--no-control-socket"]
        served = subprocess.Popen([*command, *numbers, "--log-level", "warning"], cwd=ROOT)
        try:
            _wait()
            _measure()
        finally:
            served.terminate()
            served.wait(20)
            stop_signer(signing)
            db.session.remove()
            db.engine.dispose()
    postgres.terminate()
    redis.terminate()


def _measure() -> None:
    rates = []
    for clients in CLIENTS:
        seen = storm(PORT, [holder_with_pin() for _ in range(HOLDERS)], clients)
        times = sorted(seen.latencies)
        rates.append(seen.rate)
        print(
            f"requests from {clients:>2} clients  {seen.rate:6.1f}/s taken in   "
            f"median {times[len(times) // 2] * 1000:.0f} ms, p95 {times[len(times) * 95 // 100] * 1000:.0f} ms   "
            f"answers {dict(sorted(seen.statuses.items()))}"
        )
    print(f"  64 clients / best  {rates[-1] / max(rates):.0%} (budget 80 %)")


def _wait() -> None:
    until = time.monotonic() + 180
    while True:
        try:
            connection = HTTPConnection("127.0.0.1", PORT, timeout=10)
            connection.request("GET", "/")
            connection.getresponse().read()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
        else:
            return


if __name__ == "__main__":
    main()
