"""The embedded servers are real: what was acknowledged survives kill -9, and they can be started again at once."""

import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from redis import Redis

from app.core.embedded import start_postgres, start_redis


@pytest.fixture
def short_dir() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="ct", dir="/tmp", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        yield Path(name)


@contextmanager
def stopping(process: "subprocess.Popen[bytes]", number: int) -> Iterator[None]:
    try:
        yield
    finally:
        process.send_signal(number)
        process.wait(30)


def test_postgres_keeps_what_it_committed_through_kill_9(short_dir):
    address = f"postgresql://postgres@/postgres?host={short_dir / 'pg'}"
    with stopping(start_postgres(short_dir / "pg"), signal.SIGKILL), psycopg.connect(address) as connection:
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('髙﨑')")
        connection.commit()
    with stopping(start_postgres(short_dir / "pg"), signal.SIGINT), psycopg.connect(address) as connection:
        assert connection.execute("SELECT word FROM kept").fetchall() == [("髙﨑",)]


def test_redis_starts_again_after_kill_9_over_its_dead_socket(short_dir):
    address = f"unix://{short_dir / 'redis' / 'redis.sock'}"
    with stopping(start_redis(short_dir / "redis"), signal.SIGKILL), Redis.from_url(address) as redis:
        redis.set("word", "kept")
        redis.execute_command("WAITAOF", 1, 0, 2000) if _knows_waitaof(redis) else time.sleep(1.5)
    assert (short_dir / "redis" / "redis.sock").exists()
    with stopping(start_redis(short_dir / "redis"), signal.SIGTERM), Redis.from_url(address) as redis:
        assert redis.get("word") == b"kept"


def _knows_waitaof(redis: Redis) -> bool:
    return tuple(map(int, redis.info("server")["redis_version"].split(".")[:2])) >= (7, 2)
