"""A renewal to its end: what the next certificate takes over from the one before, and how long it may last."""

import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from flask import Flask
from sqlalchemy import select, update

from app.core.clock import day_in_tokyo
from app.core.db import db
from issuance import jobs
from issuance.queries.checks import Context, read_batch
from issuance.rules.certificate_check import check_certificate
from issuance.rules.validity import latest_renewal_expiry
from models.applications import Application
from models.certificates import Certificate
from models.enrolments import Enrolment
from models.enums import ApplicationStatus, CertificateStatus, EnrolmentStatus, PinKind, PinStatus, TokenStatus
from models.pin_secrets import PinSecret
from models.tokens import Token
from tests.factories.crls import authority_row
from tests.factories.endings import move
from tests.integration.issuance.test_open_renewal import TokenHolder
from tests.integration.test_main_line import make_csr

pytestmark = pytest.mark.hsm
FIVE_YEARS = 5 * 365


@pytest.fixture
def holder(app: Flask, authority: None) -> TokenHolder:
    return TokenHolder(app)


def age(holder: TokenHolder, *, anchor_days: int) -> None:
    """The present certificate ends in 60 days, and stands on papers of so many days ago."""
    move(holder.certificate, 60, anchor_days=anchor_days)


def renew(holder: TokenHolder) -> Enrolment:
    """To the worker's door."""
    holder.renew()
    key = holder.story.request(holder.pin(), make_csr())
    db.session.rollback()
    return db.session.get_one(Enrolment, key)


def certificates() -> tuple[Certificate, Certificate]:
    db.session.rollback()
    old, new = db.session.scalars(select(Certificate).order_by(Certificate.created_at)).all()
    return old, new


def pins_of(kind: PinKind) -> list[PinStatus]:
    db.session.rollback()
    rows = select(PinSecret.status).where(PinSecret.kind == kind).order_by(PinSecret.created_at)
    return list(db.session.scalars(rows))


def test_it_takes_over_the_anchor_the_token_and_the_holder(holder: TokenHolder, tmp_path: Path) -> None:
    age(holder, anchor_days=670)
    enrolment = renew(holder)
    assert enrolment.application_pin_id is None  # no letter, no 申請PIN
    assert pins_of(PinKind.APPLICATION) == [PinStatus.USED]  # that of the first one
    assert pins_of(PinKind.DOWNLOAD) == [PinStatus.USED, PinStatus.RESERVED]
    jobs.issue_certificate(str(enrolment.id))
    old, new = certificates()
    assert (new.renews_id, new.identity_anchor) == (old.id, old.identity_anchor)
    assert (new.applicant_id, new.enrolment_id) == (old.applicant_id, enrolment.id)
    assert new.token_id == old.token_id is not None
    token = db.session.get_one(Token, new.token_id)
    assert (token.serial_number, token.status) == ("SN-1", TokenStatus.ACTIVE)
    assert new.serial != old.serial
    assert pins_of(PinKind.DOWNLOAD) == [PinStatus.USED, PinStatus.USED]
    found = [x509.load_der_x509_certificate(row.der) for row in (old, new)]
    assert found[0].subject == found[1].subject
    assert found[0].public_key() != found[1].public_key()
    ca = x509.load_der_x509_certificate(authority_row().der)
    (tmp_path / "ca.pem").write_bytes(ca.public_bytes(Encoding.PEM))
    (tmp_path / "new.pem").write_bytes(found[1].public_bytes(Encoding.PEM))
    verify = ("openssl", "verify", "-x509_strict", "-CAfile", "ca.pem", "new.pem")
    done = subprocess.run(verify, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_it_ends_with_the_five_years_of_the_papers(holder: TokenHolder) -> None:
    age(holder, anchor_days=FIVE_YEARS - 200)
    jobs.issue_certificate(str(renew(holder).id))
    old, new = certificates()
    latest = latest_renewal_expiry(day_in_tokyo(old.identity_anchor))
    assert day_in_tokyo(new.not_after) == latest  # 施行規則5条2項, not the profile's years
    assert new.not_after - new.not_before < timedelta(days=202)
    db.session.execute(update(Application).values(status=ApplicationStatus.APPROVED, approved_at=old.identity_anchor))
    db.session.commit()
    facts = next(each for each in read_batch(None, 9, Context()).facts if each.serial == certificates()[1].serial)
    assert [each.code for each in check_certificate(facts)] == []


def test_a_second_renewal_keeps_the_first_anchor(holder: TokenHolder) -> None:
    age(holder, anchor_days=670)
    jobs.issue_certificate(str(renew(holder).id))
    old, new = certificates()
    anchor = old.identity_anchor
    with pytest.raises(Exception, match="renewal-renewed"):
        holder.renew()  # the first one has a successor
    db.session.rollback()
    assert db.session.get_one(Certificate, new.id).identity_anchor == anchor


def test_after_the_five_years_nothing_is_signed_and_no_pin_burnt(holder: TokenHolder) -> None:
    age(holder, anchor_days=670)
    enrolment = renew(holder)  # asked for in time, and the worker was away
    move(holder.certificate, 60, anchor_days=FIVE_YEARS + 3)
    jobs.issue_certificate(str(enrolment.id))  # put aside for an officer
    _old, reserved = certificates()
    assert (reserved.status, reserved.tbs, reserved.der) == (CertificateStatus.SERIAL_RESERVED, None, None)
    assert pins_of(PinKind.DOWNLOAD)[-1] is PinStatus.RESERVED
    stopped = db.session.get_one(Enrolment, enrolment.id)
    assert (stopped.status, stopped.refusal_code) == (EnrolmentStatus.REQUESTED, "profile-no-term")
