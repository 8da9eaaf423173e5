"""An online renewal: asked for with the present key, within five years of the papers, and nobody twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from flask import Flask
from sqlalchemy import select, update

from app.core import clock
from app.core.db import db
from app.core.errors import DomainError
from app.security.gate import BusyError
from issuance import jobs
from issuance.errors import RenewalError, RequestRefusedError, StatementError
from issuance.rules.renewal import Policy
from issuance.rules.statements import Purpose
from issuance.services.check_statement import give_statement
from issuance.services.open_enrolment import NoAddressError
from issuance.services.open_renewal import OpenedRenewal, open_renewal
from models.accounts import CompanyAccount
from models.applications import Applicant
from models.audit import AuditEntry
from models.certificates import Certificate
from models.enrolments import Enrolment
from models.enums import AccountStatus, CertificateStatus, EnrolmentKind, EnrolmentStatus, PinKind, PinStatus
from models.pin_secrets import PinSecret
from models.promises import Promise
from models.tokens import Token
from tests.factories.certificates import issued_certificate
from tests.factories.endings import certificate_of, move
from tests.factories.endings import holder as holder_of
from tests.integration.test_main_line import Story, make_csr

pytestmark = pytest.mark.hsm
POLICY = Policy(window=90, least=90)


class Holder:
    """Somebody with a certificate, two months before its end."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.applicant = self.become_holder()
        db.session.rollback()
        row = db.session.scalars(select(Certificate)).one()
        self.certificate, self.serial = row.id, row.serial
        db.session.rollback()
        move(self.certificate, 60, anchor_days=670)

    def become_holder(self) -> UUID:
        """Get the first certificate. Returns the applicant."""
        applicant, _company = holder_of()
        issued_certificate(applicant, self.key)
        return applicant

    def signed(self, purpose: Purpose = Purpose.RENEWAL) -> tuple[bytes, bytes]:
        data = give_statement(purpose, self.serial, {}, now=clock.now())
        return data, self.key.sign(data, ec.ECDSA(SHA256()))

    def renew(self, policy: Policy = POLICY) -> OpenedRenewal:
        db.session.rollback()
        return open_renewal(*self.signed(), policy=policy, now=clock.now())

    def refused(self, policy: Policy = POLICY) -> DomainError:
        with pytest.raises(DomainError) as caught:
            self.renew(policy)
        db.session.rollback()
        return caught.value

    def pin(self) -> str:
        """The PIN that the newest e-mail will carry."""
        db.session.rollback()
        sealed = db.session.scalars(
            select(PinSecret.sealed_value)
            .where(PinSecret.kind == PinKind.DOWNLOAD, PinSecret.status == PinStatus.ISSUED)
            .order_by(PinSecret.created_at.desc())
        ).first()
        assert sealed is not None
        return self.app.extensions["signer"].unwrap(sealed, self.applicant.bytes).decode()


class TokenHolder(Holder):
    """The same with the letter's whole way, and so with a token."""

    def become_holder(self) -> UUID:
        self.story = Story(self.app)
        self.story.deliver()
        jobs.issue_certificate(str(self.story.request(self.story.open(), make_csr(self.key))))
        return self.story.applicant


@pytest.fixture
def holder(app: Flask, authority: None) -> Holder:
    return Holder(app)


@pytest.fixture
def token_holder(app: Flask, authority: None) -> TokenHolder:
    return TokenHolder(app)


def status_of(enrolment: UUID) -> EnrolmentStatus:
    db.session.rollback()
    return db.session.get_one(Enrolment, enrolment).status


def test_from_the_present_key_to_the_next_certificate(token_holder: TokenHolder) -> None:
    opened = token_holder.renew()
    assert (opened.application_number, opened.email) == (token_holder.story.number, "holder@example.jp")
    row = db.session.get_one(Enrolment, opened.enrolment_id)
    assert (row.kind, row.renews_id, row.status) == (
        EnrolmentKind.RENEWAL,
        token_holder.certificate,
        EnrolmentStatus.OPENED,
    )
    assert row.statement is not None and b"purpose: renewal" in row.statement
    token_holder.key.public_key().verify(row.signature or b"", row.statement, ec.ECDSA(SHA256()))
    assert db.session.scalars(select(Promise.name).where(Promise.subject_id == row.download_pin_id)).all() == [
        "mailings.jobs.email_download_pin"
    ]
    enrolment = token_holder.story.request(token_holder.pin())
    assert enrolment == opened.enrolment_id
    jobs.issue_certificate(str(enrolment))
    db.session.rollback()
    old, new = db.session.scalars(select(Certificate).order_by(Certificate.created_at)).all()
    assert (old.status, new.status) == (CertificateStatus.ACTIVE, CertificateStatus.ACTIVE)  # the old one stays valid
    assert status_of(enrolment) is EnrolmentStatus.ISSUED
    assert token_holder.refused().code == "renewal-renewed"


def test_the_present_key_is_not_certified_again(token_holder: TokenHolder) -> None:
    token_holder.renew()
    with pytest.raises(RequestRefusedError) as caught:
        token_holder.story.request(token_holder.pin(), make_csr(token_holder.key))
    assert caught.value.code == "key-known"


def test_another_token_is_not_taken(token_holder: TokenHolder) -> None:
    token_holder.renew()
    with pytest.raises(DomainError) as caught:
        token_holder.story.request(token_holder.pin(), token="SN-2")
    assert caught.value.code == "token-not-yours"
    db.session.rollback()
    assert db.session.scalars(select(Token.serial_number).where(Token.status == "active")).all() == ["SN-1"]


def test_asked_again_a_new_pin_is_sent_and_the_one_before_is_void(token_holder: TokenHolder) -> None:
    first = token_holder.renew()
    pin = token_holder.pin()
    second = token_holder.renew()
    assert first.enrolment_id == second.enrolment_id
    with pytest.raises(DomainError):
        token_holder.story.request(pin)
    db.session.rollback()
    enrolment = token_holder.story.request(token_holder.pin())
    assert token_holder.refused().code == "renewal-requested"
    assert status_of(enrolment) is EnrolmentStatus.REQUESTED


def test_two_at_once_open_one_passage(holder: Holder) -> None:
    statements = [holder.signed() for _number in range(4)]
    db.session.rollback()

    def run(given: tuple[bytes, bytes]) -> UUID:
        with holder.app.app_context():
            while True:
                try:
                    return open_renewal(*given, policy=POLICY, now=clock.now()).enrolment_id
                except BusyError:
                    continue  # as the program does when it is told to come again
                finally:
                    db.session.remove()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(run, statements))) == 1
    live = select(PinSecret).where(PinSecret.kind == PinKind.DOWNLOAD, PinSecret.status == PinStatus.ISSUED)
    assert len(db.session.scalars(live).all()) == 1


def test_it_opens_ninety_days_before_the_end(holder: Holder) -> None:
    move(holder.certificate, 91, anchor_days=640)
    error = holder.refused()
    assert isinstance(error, RenewalError)
    assert error.code == "renewal-early"
    assert error.fields["opens_on"] == (clock.today() + timedelta(days=1)).isoformat()
    move(holder.certificate, 90, anchor_days=640)
    assert holder.renew()


def test_after_the_end_it_is_over(holder: Holder) -> None:
    move(holder.certificate, -1, anchor_days=730)
    assert holder.refused().code == "renewal-expired"


def test_when_the_five_years_are_used_up_papers_are_needed(holder: Holder) -> None:
    move(holder.certificate, 60, anchor_days=5 * 365 - 65)
    error = holder.refused()
    assert error.code == "renewal-papers"
    assert error.fields["anchor"] == (clock.today() - timedelta(days=5 * 365 - 65)).isoformat()
    assert error.fields["latest"] and error.fields["ends_on"]
    rows = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "enrolment:renew")).all()
    assert [(row.outcome, row.detail["error"]) for row in rows] == [("refused", "renewal-papers")]
    assert holder.renew(Policy(window=90, least=1))  # what is worth it is the authority's policy


def test_a_revoked_certificate_asks_for_nothing(token_holder: TokenHolder) -> None:
    token_holder.renew()
    pin = token_holder.pin()
    db.session.execute(update(Certificate).values(status=CertificateStatus.REVOKED))
    db.session.commit()
    assert token_holder.refused().code == "renewal-revoked"
    with pytest.raises(RequestRefusedError) as caught:  # nor does a passage that was opened before
        token_holder.story.request(pin)
    assert caught.value.code == "renewal-over"


def test_a_company_that_cancelled_asks_for_nothing(holder: Holder) -> None:
    case = db.session.get_one(Applicant, holder.applicant).application
    account = CompanyAccount(company_id=case.company_id, application_id=case.id, status=AccountStatus.CANCELLED)
    db.session.add(account)
    db.session.commit()
    assert holder.refused().code == "renewal-cancelled"


def test_who_has_a_newer_certificate_asks_for_nothing(holder: Holder) -> None:
    certificate_of(holder.applicant, 700)
    assert holder.refused().code == "renewal-renewed"


def test_without_an_address_no_pin_is_made(holder: Holder) -> None:
    db.session.execute(update(Applicant).values(email=""))
    db.session.commit()
    assert isinstance(holder.refused(), NoAddressError)
    assert not db.session.scalars(select(Enrolment).where(Enrolment.kind == EnrolmentKind.RENEWAL)).all()


def test_another_statement_or_another_key_opens_nothing(holder: Holder) -> None:
    data, signature = holder.signed(Purpose.RECEIPT)
    with pytest.raises(StatementError) as caught:
        open_renewal(data, signature, policy=POLICY, now=clock.now())
    assert caught.value.code == "statement-purpose"
    data, _signature = holder.signed()
    forged = ec.generate_private_key(ec.SECP256R1()).sign(data, ec.ECDSA(SHA256()))
    with pytest.raises(StatementError) as caught:
        open_renewal(data, forged, policy=POLICY, now=clock.now())
    assert caught.value.code == "statement-signature"


def test_nothing_secret_is_on_record(holder: Holder, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"):
        holder.renew()
    pin = holder.pin()
    db.session.rollback()
    entries = db.session.scalars(select(AuditEntry)).all()
    assert not [entry for entry in entries if pin in str(entry.detail)]
    assert pin not in caplog.text
