"""Many holders who send their certificate requests in the same moment."""

import base64
import http.client
import json
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from uuid import UUID, uuid4

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from app.core import clock
from app.core.db import db
from app.core.random import random_source
from issuance.rules.pins import make_pin
from issuance.services.verifier import make_verifier
from models.applications import Applicant
from models.enrolments import Enrolment
from models.enums import PinKind, PinStatus, TokenStatus
from models.pin_secrets import PinSecret
from models.tokens import Token
from tests.factories.applicants import waiting_applicant

MOST_TRIES = 400


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody with a ダウンロードPIN and a token in hand."""

    number: str
    pin: str
    token: str
    csr: bytes


@dataclass(frozen=True, slots=True)
class Seen:
    """What the clients saw: requests taken in for each second of the whole, seconds of each answer, statuses."""

    rate: float
    latencies: list[float]
    statuses: Counter[int]
    without_retry_after: int


def holder_with_pin() -> Holder:
    """An opened enrolment whose PIN is known to the test."""
    applicant_id = waiting_applicant()
    pin, serial = make_pin(random_source().choice), f"SN-{uuid4().hex[:12]}"
    verifier = make_verifier(pin, PinKind.DOWNLOAD, applicant_id)
    secrets = [
        PinSecret(
            id=uuid4(),
            kind=kind,
            applicant_id=applicant_id,
            verifier=verifier,
            status=PinStatus.RESERVED if kind is PinKind.APPLICATION else PinStatus.ISSUED,
        )
        for kind in (PinKind.APPLICATION, PinKind.DOWNLOAD)
    ]
    db.session.add_all(secrets)
    db.session.add(
        Token(
            serial_number=serial,
            model="eToken 5110",
            status=TokenStatus.HELD,
            applicant_id=applicant_id,
            mail_piece_id=None,
            changed_at=clock.now(),
        )
    )
    db.session.flush()
    db.session.add(
        Enrolment(
            applicant_id=applicant_id,
            application_pin_id=secrets[0].id,
            download_pin_id=secrets[1].id,
            consented_at=clock.now(),
        )
    )
    db.session.commit()
    return Holder(_number(applicant_id), pin, serial, _csr())


def _number(applicant_id: UUID) -> str:
    return db.session.get_one(Applicant, applicant_id).number.upper()


def _csr() -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "holder")])
    builder = x509.CertificateSigningRequestBuilder().subject_name(name)
    return builder.sign(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256()).public_bytes(Encoding.DER)


def storm(port: int, holders: Sequence[Holder], clients: int) -> Seen:
    """Let so many clients send the holders' requests at once; who is told to come back does so until taken in."""
    statuses: Counter[int] = Counter()
    latencies: list[float] = []
    unfriendly: list[int] = []

    def send(holder: Holder) -> None:
        body = json.dumps(
            {
                "application_number": holder.number,
                "download_pin": holder.pin,
                "csr": base64.b64encode(holder.csr).decode(),
                "token_serial": holder.token,
            }
        )
        for _ in range(MOST_TRIES):
            began = time.perf_counter()
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("POST", "/api/enrol/requests", body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            answer.read()
            connection.close()
            latencies.append(time.perf_counter() - began)
            statuses[answer.status] += 1
            if answer.status != 503:  # noqa: PLR2004
                return
            if not answer.headers.get("Retry-After"):
                unfriendly.append(1)
            time.sleep(0.05)  # much sooner than asked: the worst of clients

    began = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(send, holders))
    taken = statuses[202]
    return Seen(taken / (time.perf_counter() - began), latencies, statuses, len(unfriendly))
