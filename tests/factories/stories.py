"""A holder's story and the public site beside it: what tests of enrolment begin with."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask
from sqlalchemy import select

from app.core.db import db
from app.core.settings import Settings
from issuance import jobs
from models.certificates import Certificate
from tests.factories.applicants import waiting_applicant
from tests.factories.certificates import issued_certificate
from tests.factories.clients import FreshClient
from tests.factories.shared_primes import sharing_keys
from tests.integration.test_main_line import Story, make_csr
from wsgi import create_site


def delivered_story(app: Flask) -> Story:
    """A holder whose letter with the 申請PIN has been delivered."""
    told = Story(app)
    told.deliver()
    return told


@contextmanager
def public_site(settings: Settings, *, fresh: bool = True) -> Iterator[Flask]:
    """The site with the real signing process, outside of its context.

    Args:
        settings: of the test.
        fresh: whether its test client starts each request in a context of its own.
    """
    application = create_site(settings)
    application.config["TESTING"] = True
    if fresh:
        application.test_client_class = FreshClient
    yield application
    application.extensions["signer"].close()
    with application.app_context():
        db.session.remove()
        db.engine.dispose()


_sharing_keys = cache(sharing_keys)


def weak_key() -> rsa.RSAPrivateKey:
    """A key that shares a prime with that of somebody who has a certificate."""
    certified, weak = _sharing_keys()
    issued_certificate(waiting_applicant(name="神谷 吾郎"), certified)
    return weak


def refuse_key(story: Story, pin: str, weak: rsa.RSAPrivateKey) -> str:
    """Ask with a key that is refused, and let the worker look at it. Returns the enrolment's key."""
    enrolment = str(story.request(pin, make_csr(weak)))
    jobs.issue_certificate(enrolment)  # kept: the promise is not tried again and again
    jobs.issue_certificate(enrolment)  # safe to run twice
    return enrolment


def certificates_of(story: Story) -> list[Certificate]:
    """The holder's certificates, the first one first."""
    db.session.rollback()
    wanted = select(Certificate).where(Certificate.applicant_id == story.applicant)
    return list(db.session.scalars(wanted.order_by(Certificate.created_at)))
