"""A holder's story and the public site beside it: what tests of enrolment begin with."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask
from sqlalchemy import select, update

from app.core.db import db
from app.core.settings import Settings
from issuance import jobs
from models.applications import Applicant
from models.certificates import Certificate
from models.enrolments import Enrolment
from models.promises import Promise
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
    return weak_keys()[0]


def weak_keys() -> list[rsa.RSAPrivateKey]:
    """Two different keys that share a prime with that of somebody who has a certificate, and with each other."""
    certified, *weak = _sharing_keys(count=3)
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


def enrolment_of(story: Story) -> Enrolment:
    """The holder's only enrolment, as it is now."""
    db.session.rollback()
    return db.session.scalars(select(Enrolment).where(Enrolment.applicant_id == story.applicant)).one()


def promises_of(name: str) -> list[Promise]:
    """What was promised by this name, done or not."""
    db.session.rollback()
    return list(db.session.scalars(select(Promise).where(Promise.name == name)))


def write_holder(story: Story, **names: str) -> None:
    """What registration has approved, behind its back."""
    db.session.rollback()
    db.session.execute(update(Applicant).where(Applicant.id == story.applicant).values(**names))
    db.session.commit()


def stop_issue(story: Story, csr: bytes | None = None) -> Enrolment:
    """A request that stops: the romanised name has a letter that is none of ours."""
    pin = story.open()
    write_holder(story, name_romaji="YOSHIDA TARŌ")
    enrolment = story.request(pin, csr)
    jobs.issue_certificate(str(enrolment))  # kept: nothing is tried again and again
    return enrolment_of(story)
