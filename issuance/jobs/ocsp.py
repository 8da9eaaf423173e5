"""What the clock and others ask of the OCSP responder. Each is safe to run twice."""

from uuid import UUID

from flask import current_app

from app.core import clock
from app.core.db import db
from issuance.ocsp.cache import SharedCache
from issuance.services.renew_responder import renew_responders as renew
from models.certificates import Certificate


def purge(subject_id: str) -> None:
    """The certificate of this id was revoked: forget the answers about it.

    No wrong answer hangs on it: an answer is only given for the status that the database has at that moment.
    """
    serial = db.session.get_one(Certificate, UUID(subject_id)).serial
    db.session.rollback()
    SharedCache(current_app.extensions["redis"]).purge(serial)


def renew_responders() -> None:
    """By the clock: certificates of OCSP responders well before their end."""
    renew(now=clock.now())
