"""The web processes: `python -m deploy.serve portal` or `site`, by gunicorn with threads."""

import os
import resource
import sys

from app.core.settings import Settings

FILES = 4096  # a worker's thousand connections and what it opens for them; the usual limit of 1024 is too near


def main(role: str, composition: str = "wsgi") -> None:
    """Become gunicorn for one of the two applications.

    Args:
        role: `portal` or `site`.
        composition: the module that builds it; a test may name one of its own.
    """
    settings = Settings()
    host, port = {
        "portal": (settings.portal_host, settings.portal_port),
        "site": (settings.site_host, settings.site_port),
    }[role]
    arguments = [
        sys.executable,
        "-m",
        "gunicorn",
        f"{composition}:create_{role}()",
        "--config",
        "python:deploy.workers",
        "--bind",
        f"{host}:{port}",
        "--workers",
        os.environ.get("WEB_CONCURRENCY", "2"),
        "--threads",
        "4",
        "--timeout",
        "120",
        "--no-control-socket",
        "--log-level",
        "warning",
    ]
    allow_files()
    os.execv(sys.executable, arguments)


def allow_files() -> None:
    """Let this process and its children open enough files, as far as the system lets it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


if __name__ == "__main__":
    main(sys.argv[1])
