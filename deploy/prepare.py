"""Makes an installation ready: schema, key ceremony, and in development a small believable sample. Safe to run again."""

import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from app.core.embedded import start_postgres, start_redis
from app.core.settings import Settings
from deploy.client_wheel import build_client_wheel

FLASK = [sys.executable, "-W", "ignore", "-m", "flask", "--app", "wsgi:create_worker"]


def main() -> None:
    """Prepare with the configured parts, or with the embedded ones started for as long as this takes."""
    settings = Settings()
    settings.var_dir.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        if not settings.database_url_given and not is_answering(settings.var_dir / "pg"):
            process = start_postgres(settings.var_dir / "pg")
            stack.callback(process.wait)
            stack.callback(process.send_signal, 2)
        if not settings.redis_url_given and not is_redis_answering(settings.redis_url()):
            process = start_redis(settings.var_dir / "redis")
            stack.callback(process.wait)
            stack.callback(process.terminate)
        _flask("db", "upgrade")
        build_client_wheel(settings.var_dir / "downloads")
        _flask(
            "ca",
            "init",
            "--if-missing",
            *(["--present", "田中 一郎", "--present", "鈴木 花子"] if settings.is_development else []),
        )
        if settings.is_development:
            subprocess.run([sys.executable, "-W", "ignore", "-m", "deploy.sample"], check=True)


def is_answering(directory: Path) -> bool:
    """Whether a PostgreSQL already serves this data directory."""
    return any(directory.glob(".s.PGSQL.*")) and (directory / "postmaster.pid").exists() and _alive(directory)


def _alive(directory: Path) -> bool:
    pid = int((directory / "postmaster.pid").read_text().splitlines()[0])
    return Path(f"/proc/{pid}").exists()


def is_redis_answering(url: str) -> bool:
    """Whether a Redis serves already: a socket that a killed server left behind does not count."""
    try:
        with Redis.from_url(url) as redis:
            return bool(redis.ping())
    except RedisError:
        return False


def _flask(*arguments: str) -> None:
    subprocess.run([*FLASK, *arguments], check=True, env={**os.environ, "PYTHONWARNINGS": "ignore"})


if __name__ == "__main__":
    main()
