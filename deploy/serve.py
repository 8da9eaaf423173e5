"""The web processes: `python -m deploy.serve portal` or `site`, by gunicorn with threads."""

import os
import sys

from app.core.settings import Settings


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
    os.execv(sys.executable, arguments)


if __name__ == "__main__":
    main(sys.argv[1])
