"""The site as deploy/serve.py runs it, on a real port, beside the database and the signing process of a test."""

import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from app.core.settings import ROOT, Settings
from tests.system.running import free_port, wait_until


@contextmanager
def served_site(settings: Settings, *, processes: int = 1) -> Iterator[int]:
    """The port, while it runs with so many processes of four threads."""
    port = free_port()
    given = {
        "VAR_DIR": str(settings.var_dir),
        "DATABASE_URL": settings.database_url_given,
        "REDIS_URL": settings.redis_url_given,
        "SITE_PORT": str(port),
        "WEB_CONCURRENCY": str(processes),
    }
    command = [sys.executable, "-W", "ignore", "-m", "deploy.serve", "site"]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **given})
    try:
        address = f"http://127.0.0.1:{port}/ocsp/"
        wait_until(lambda: urllib.request.urlopen(address, timeout=30).close() is None, "the site")
        yield port
    finally:
        process.terminate()
        process.wait(30)
