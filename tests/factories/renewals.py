"""A renewal as a signed statement opens it, without the statement's own way."""

from datetime import timedelta
from uuid import UUID, uuid4

from app.core import clock
from app.core.clock import day_in_tokyo
from app.core.db import db
from app.core.random import random_source
from issuance.rules.pins import make_pin
from issuance.services.verifier import make_verifier
from models.enrolments import Enrolment
from models.enums import EnrolmentKind, EnrolmentStatus, PinKind
from models.pin_secrets import PinSecret


def opened_renewal(applicant_id: UUID, renews_id: UUID) -> tuple[UUID, str]:
    """Key of an opened renewal, and its ダウンロードPIN."""
    pin = make_pin(random_source().choice)
    secret = PinSecret(
        id=uuid4(),
        kind=PinKind.DOWNLOAD,
        applicant_id=applicant_id,
        verifier=make_verifier(pin, PinKind.DOWNLOAD, applicant_id),
        usable_until=day_in_tokyo(clock.now()) + timedelta(days=14),
        created_at=clock.now(),
    )
    db.session.add(secret)
    db.session.flush()
    enrolment = Enrolment(
        id=uuid4(),
        applicant_id=applicant_id,
        kind=EnrolmentKind.RENEWAL,
        renews_id=renews_id,
        download_pin_id=secret.id,
        status=EnrolmentStatus.OPENED,
        consented_at=clock.now(),
        statement=b"statement",
        signature=b"signature",
    )
    db.session.add(enrolment)
    db.session.commit()
    return enrolment.id, pin
