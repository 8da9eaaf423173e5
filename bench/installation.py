"""An installation for a benchmark: database, Redis, SoftHSM, signing process and authority in a directory that goes away."""

import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from app.core import clock
from app.core.db import db
from app.core.embedded import start_postgres, start_redis
from app.core.settings import Settings


@contextmanager
def installation(**environment: str) -> Iterator[tuple[Flask, Settings]]:
    """The worker's application in its context, and the settings; `environment` is set for the processes as well."""
    from issuance.ceremony.configuration import DEVELOPMENT, load_configuration  # noqa: PLC0415
    from issuance.ceremony.run import hold_ceremony  # noqa: PLC0415
    from issuance.hsm.environment import prepare_environment  # noqa: PLC0415
    from tests.factories.authority import start_signer, stop_signer  # noqa: PLC0415
    from wsgi import create_worker  # noqa: PLC0415

    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory(prefix="bench", dir="/tmp", ignore_cleanup_errors=True) as name:
        var = Path(name)
        var.chmod(0o755)
        os.environ.update(environment, VAR_DIR=name)
        settings = Settings()
        prepare_environment(settings)
        postgres, redis = start_postgres(var / "pg"), start_redis(var / "redis")
        app = create_worker(settings)
        try:
            with app.app_context():
                db.create_all()
                hold_ceremony(load_configuration(DEVELOPMENT, ("A", "B")), settings, now=clock.now())
                process = start_signer(settings)
                try:
                    yield app, settings
                finally:
                    stop_signer(process)
                    db.session.remove()
                    db.engine.dispose()
        finally:
            postgres.terminate()
            redis.terminate()
            postgres.wait()
            redis.wait()
