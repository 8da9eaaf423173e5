"""The site on a real port of the loopback, with the authority of the test and the signing process behind it."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from flask import Flask
from werkzeug.serving import make_server

from app.core.db import db
from app.core.settings import Settings
from issuance import queries
from models.certificates import Certificate
from models.enums import CaKeyPurpose
from tests.factories.accounts import make_application
from tests.factories.certificates import issued_certificate
from tests.factories.served import served_site
from tests.factories.whole import whole
from wsgi import create_site


@pytest.fixture
def site(authority: None, settings: Settings) -> Iterator[Flask]:
    """The public application beside the authority's own."""
    application = create_site(settings)
    application.config["TESTING"] = True
    yield application
    with application.app_context():
        db.session.remove()
        db.engine.dispose()
    application.extensions["redis"].flushall()
    application.extensions["redis"].close()


@pytest.fixture
def url(site: Flask) -> Iterator[str]:
    """The site's address; programs that are not ours ask there."""
    server = make_server("127.0.0.1", 0, whole(site), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def processes(request: pytest.FixtureRequest) -> int:
    """How many of the site there are."""
    return getattr(request, "param", 1)


@pytest.fixture
def port(authority: None, settings: Settings, processes: int) -> Iterator[int]:
    """The site as deploy/serve.py runs it."""
    with served_site(settings, processes=processes) as port:
        yield port


@pytest.fixture
def holders(authority: None) -> list:
    """Keys of two valid certificates."""
    application = make_application("吉田 太郎", "神谷 吾郎", services=("certificate",))
    application.company.name_romaji = "TAKASAKI KENSETSU K.K."
    for applicant in application.applicants:
        applicant.name_romaji = "YOSHIDA TARO"
    db.session.commit()
    return [issued_certificate(each.id) for each in application.applicants]


@pytest.fixture
def files(holders: list, tmp_path: Path) -> Path:
    """ca.pem, tsa.pem, ocsp.pem, and the holders' certificates as 0.pem and 1.pem."""
    for purpose in (CaKeyPurpose.CA, CaKeyPurpose.TSA, CaKeyPurpose.OCSP):
        row = queries.get_authority(purpose)
        (tmp_path / f"{purpose.value}.pem").write_bytes(pem(row.der))
    for number, key in enumerate(holders):
        (tmp_path / f"{number}.pem").write_bytes(pem(db.session.get_one(Certificate, key).der))
    db.session.rollback()
    return tmp_path


def pem(encoded: bytes | None) -> bytes:
    assert encoded
    return x509.load_der_x509_certificate(encoded).public_bytes(Encoding.PEM)
