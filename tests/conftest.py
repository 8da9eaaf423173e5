"""Real parts for the tests: a throw-away PostgreSQL, Redis and SoftHSM for each test process."""

import os
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection, create_engine, text

from app.core.db import db
from app.core.embedded import start_postgres, start_redis
from app.core.settings import Settings

LOOPBACK = ("127.", "::1", "localhost")


@pytest.fixture(autouse=True)
def _only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reaches beyond this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and not str(address[0]).startswith(LOOPBACK):
            raise RuntimeError(f"a test tried to reach {address[0]}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def _unit_tests_stand_alone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A unit test that touches the database session is no unit test."""
    if "unit" in Path(request.fspath).parts:

        def refuse(*_args: object, **_kwargs: object) -> None:
            raise RuntimeError("a unit test reached for the database")

        monkeypatch.setattr("sqlalchemy.orm.Session.execute", refuse)


@pytest.fixture(autouse=True)
def _no_limit_per_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """All tests come from one address; what the limit is for has tests of its own."""
    monkeypatch.setattr("app.security.limits.limiter.enabled", False)


@pytest.fixture(scope="session")
def var_dir() -> Iterator[Path]:
    """A short path (unix sockets allow 107 bytes) that goes away with the tests."""
    with tempfile.TemporaryDirectory(prefix="ct", dir="/tmp", ignore_cleanup_errors=True) as name:  # noqa: S108
        Path(name).chmod(0o755)
        yield Path(name)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGINT)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@pytest.fixture(scope="session")
def database_url(var_dir: Path) -> Iterator[str]:
    """A real PostgreSQL without durability, one for each test process."""
    process = start_postgres(var_dir / "pg", fast=True)
    yield f"postgresql://postgres@/postgres?host={var_dir / 'pg'}"
    _stop(process)


@pytest.fixture(scope="session")
def redis_url(var_dir: Path) -> Iterator[str]:
    """A real Redis, one for each test process."""
    process = start_redis(var_dir / "redis")
    yield f"unix://{var_dir / 'redis' / 'redis.sock'}"
    _stop(process)


@pytest.fixture(scope="session")
def softhsm(var_dir: Path) -> Iterator[Path]:
    """A SoftHSM2 of its own, with forked children cut off as real modules do. Returns its configuration file."""
    tokens = var_dir / "tokens"
    tokens.mkdir(mode=0o700)
    conf = var_dir / "softhsm2.conf"
    conf.write_text(
        f"directories.tokendir = {tokens}\nobjectstore.backend = file\nlog.level = ERROR\nlibrary.reset_on_fork = true\n"
    )
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(conf)
    yield conf
    if before is None:
        del os.environ["SOFTHSM2_CONF"]
    else:
        os.environ["SOFTHSM2_CONF"] = before


@pytest.fixture(scope="session")
def settings(var_dir: Path, database_url: str, redis_url: str) -> Settings:
    """Settings of a development installation on the throw-away parts."""
    return Settings(VAR_DIR=var_dir, DATABASE_URL=database_url, REDIS_URL=redis_url)


@pytest.fixture(scope="session")
def _schema(settings: Settings) -> None:
    import models  # noqa: F401, PLC0415  makes every table known

    app = Flask("schema")
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url()
    db.init_app(app)
    with app.app_context():
        db.create_all()
        db.engine.dispose()


# A number that a rolled-back row took is taken all the same.
_RESTART_SEQUENCES = """
SELECT setval(CAST(quote_ident(schemaname) || '.' || quote_ident(sequencename) AS regclass), start_value, false) FROM pg_sequences
WHERE last_value IS NOT NULL
"""
_MANY_ROWS = 2000


@pytest.fixture(scope="session")
def _sweeper(_schema: None, settings: Settings) -> Iterator[Connection]:
    """One connection for all the sweeping of a test process: a new one would have to learn every table again."""
    engine = create_engine(settings.database_url(), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture
def empty_database(_sweeper: Connection) -> Iterator[None]:
    """The schema without rows. Services really commit, threads see each other; afterwards the tables are emptied."""
    yield
    _empty_tables(_sweeper)


def _empty_tables(connection: Connection) -> None:
    """Only what was written to, and few rows one by one: TRUNCATE makes new files for the table and each of its indexes."""
    names = [table.name for table in db.metadata.tables.values()]
    count = "SELECT '{0}', (SELECT count(*) FROM (SELECT FROM \"{0}\" LIMIT {1}) AS a_few)"
    counted = connection.execute(text(" UNION ALL ".join(count.format(name, _MANY_ROWS) for name in names)))
    rows = {name: found for name, found in counted if found}
    many = ", ".join(f'"{name}"' for name, found in rows.items() if found == _MANY_ROWS)
    if many:
        connection.execute(text(f"TRUNCATE {many} CASCADE"))
    few = (f'DELETE FROM "{name}"' for name, found in rows.items() if found < _MANY_ROWS)  # noqa: S608  names of ours
    # Neither foreign keys nor our own triggers have a say in this.
    connection.exec_driver_sql("; ".join(("SET session_replication_role = replica", *few, _RESTART_SEQUENCES)))


@pytest.fixture
def app(empty_database: None, settings: Settings) -> Iterator[Flask]:
    """The application without screens, inside its context, on an empty database."""
    from wsgi import create_worker  # noqa: PLC0415

    worker = create_worker(settings)
    worker.config["TESTING"] = True
    client = worker.extensions["signer"]  # a test may put another in its place
    with worker.app_context():
        yield worker
        db.session.remove()
        db.engine.dispose()
        client.close()
        worker.extensions["redis"].close()


@pytest.fixture(scope="session")
def signer_process(softhsm: Path, settings: Settings) -> Iterator[None]:
    """The real signing process on a SoftHSM with the authority's keys (small ones)."""
    from tests.factories.authority import make_authority_keys, running_signer  # noqa: PLC0415

    make_authority_keys(settings)
    with running_signer(settings):
        yield


@pytest.fixture
def authority(app: Flask, signer_process: None, settings: Settings) -> None:
    """A certification authority in this test's database: CA, OCSP, TSA and seal certificates, and a CRL."""
    from tests.factories.authority import make_authority  # noqa: PLC0415

    make_authority(settings)
