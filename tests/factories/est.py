"""What EST clients send, and a worker that issues while they wait."""

import threading
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.core.db import db
from issuance import jobs
from models.enrolments import Enrolment
from models.enums import EnrolmentStatus
from tests.factories.clients import FreshClient
from tests.integration.test_main_line import Story

ENROLL, REENROLL = "/.well-known/est/simpleenroll", "/.well-known/est/simplereenroll"


def csr_of(*subject: tuple[x509.ObjectIdentifier, str], key: Any = None, device: str = "") -> bytes:
    builder = x509.CertificateSigningRequestBuilder().subject_name(
        x509.Name([x509.NameAttribute(oid, value) for oid, value in subject])
    )
    if device:
        builder = builder.add_attribute(NameOID.SERIAL_NUMBER, device.encode())
    return builder.sign(key or ec.generate_private_key(ec.SECP256R1()), hashes.SHA256()).public_bytes(Encoding.DER)


def new_csr(story: Story, key: Any = None) -> bytes:
    names = ((NameOID.COMMON_NAME, story.number), (NameOID.SERIAL_NUMBER, story.token.serial_number))
    return csr_of(*names, key=key)


def post(client: FreshClient, body: bytes, user: str, pin: str, *, path: str = ENROLL, **headers: str) -> TestResponse:
    return client.post(path, data=body, auth=(user, pin), content_type="application/pkcs10", headers=headers)


def issue_open() -> None:
    db.session.rollback()
    enrolment = db.session.scalars(select(Enrolment.id).where(Enrolment.status == EnrolmentStatus.REQUESTED)).one()
    db.session.rollback()
    jobs.issue_certificate(str(enrolment))


class Worker:
    """The issuance worker: issues what is requested while somebody else's client waits."""

    def __init__(self, app: Flask) -> None:
        self.app, self.stop = app, threading.Event()
        self.thread = threading.Thread(target=self._work)

    def __enter__(self) -> "Worker":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join()

    def _work(self) -> None:
        while not self.stop.wait(0.3):
            with self.app.app_context():
                found = db.session.scalars(
                    select(Enrolment.id).where(Enrolment.status == EnrolmentStatus.REQUESTED)
                ).all()
                db.session.rollback()
                for each in found:
                    jobs.issue_certificate(str(each))
                db.session.remove()
