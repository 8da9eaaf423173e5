"""Who hears of a revocation, a readdressed invoice, an emergency: over a real SMTP server, once each."""

import socket
from collections.abc import Iterator
from datetime import date
from email import message_from_bytes, policy
from uuid import uuid4

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask

from app.core import clock
from app.core.db import db
from mailings import jobs
from models.accounts import CompanyAccount
from models.billing import Invoice, InvoiceAddressee
from models.certificates import CaCertificate, Certificate, Revocation
from models.emergencies import EmergencyApproval
from models.enrolments import Enrolment
from models.enums import CaKeyPurpose, CertificateStatus, EnrolmentStatus, PinKind
from models.pin_secrets import PinSecret
from tests.factories.accounts import make_application
from tests.factories.staff import make_staff


class Sink:
    """Takes mails."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str]] = []

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        message = message_from_bytes(envelope.content, policy=policy.default)
        self.taken.append((envelope.rcpt_tos[0], message.get_content()))
        return "250 OK"


@pytest.fixture
def sink(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sink]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    handler = Sink()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    settings = app.extensions["settings"].model_copy(update={"mail_url_given": f"smtp://127.0.0.1:{port}"})
    monkeypatch.setitem(app.extensions, "settings", settings)
    yield handler
    controller.stop()


def put(*rows):
    for row in rows:
        db.session.add(row)
        db.session.flush()
    db.session.commit()
    return rows[-1].id


def test_the_holder_hears_of_the_revocation_at_once_and_once(sink: Sink) -> None:
    application = make_application("𠮷田 太郎")
    applicant = application.applicants[0]
    applicant.email = "holder@example.jp"
    now = clock.now()
    ca = CaCertificate(
        id=uuid4(), purpose=CaKeyPurpose.CA, key_label="ca", der=b"x", sha256="a" * 64, serial="01",
        not_before=now, not_after=now, ceremony={},
    )  # fmt: skip
    pin = PinSecret(id=uuid4(), kind=PinKind.APPLICATION, applicant_id=applicant.id, verifier="v")
    enrolment = Enrolment(
        id=uuid4(),
        applicant_id=applicant.id,
        application_pin_id=pin.id,
        status=EnrolmentStatus.OPENED,
        consented_at=now,
    )
    certificate = Certificate(
        id=uuid4(), serial="ff01", enrolment_id=enrolment.id, applicant_id=applicant.id, ca_certificate_id=ca.id,
        profile_version=1, status=CertificateStatus.REVOKED, tbs=b"x", der=b"x",
    )  # fmt: skip
    revocation = Revocation(
        certificate_id=certificate.id, ca_certificate_id=ca.id, reason="affiliationChanged", asked_by="company", asked_at=now, revoked_at=now,
        decided_by_name="認証 三郎", crl_entry=b"x",
    )  # fmt: skip
    put(ca, pin, enrolment, certificate, revocation)
    for _ in range(2):
        jobs.email_certificate_revoked(str(certificate.id))
    ((recipient, text),) = sink.taken
    assert recipient == "holder@example.jp"
    assert "ff01" in text
    assert "所属（法人の名称・所在地）の変更" in text
    assert "認証 三郎" not in text


def test_the_new_addressee_hears_of_the_open_invoice(sink: Sink) -> None:
    application = make_application("𠮷田 太郎")
    day = date(2026, 11, 30)
    account = CompanyAccount(id=uuid4(), company_id=application.company_id, application_id=application.id)
    invoice = Invoice(
        id=uuid4(), number="INV-2026-00001", year=2026, sequence=1, company_account_id=account.id, period_from=day,
        period_to=day, issued_on=day, due_on=date(2026, 12, 31), recipient={"email": "old@example.jp"}, net=100,
        tax=10, total=110, totals_by_rate=[], pdf_sha256="a" * 64,
    )  # fmt: skip
    recipient = {"email": "kaikei@example.jp", "contact_name": "新井 会計", "company_name": "新社名株式会社"}
    row = InvoiceAddressee(id=uuid4(), invoice_id=invoice.id, application_id=application.id, recipient=recipient)
    put(account, invoice, row)
    for _ in range(2):
        jobs.email_invoice_readdressed(str(row.id))
    ((to, text),) = sink.taken
    assert to == "kaikei@example.jp"
    for part in ("新井 会計 様", "新社名株式会社", "INV-2026-00001", "110円", "2026-12-31"):
        assert part in text


def test_approvers_and_auditors_hear_of_an_emergency_and_nobody_else(sink: Sink) -> None:
    application = make_application("𠮷田 太郎")
    declarer, signer = make_staff("officer", email="a@example.jp"), make_staff("officer", email="b@example.jp")
    make_staff("approver", email="approver@example.jp")
    make_staff("auditor", email="auditor@example.jp")
    gone = make_staff("approver", email="gone@example.jp")
    gone.active = False
    now = clock.now()
    row = EmergencyApproval(
        id=uuid4(), application_id=application.id, digest="0" * 64, reason="承認者が全員不在", declared_by=declarer.id,
        declared_by_name="佐藤 直樹", declared_at=now, follow_up_due_on=date(2026, 12, 1),
    )  # fmt: skip
    put(row)
    jobs.email_emergency(str(row.id))
    assert sink.taken == []  # only declared
    row.countersigned_by, row.countersigned_by_name, row.countersigned_at = signer.id, "二宮 次郎", now
    db.session.commit()
    for _ in range(2):
        jobs.email_emergency(str(row.id))
    assert sorted(recipient for recipient, _text in sink.taken) == ["approver@example.jp", "auditor@example.jp"]
    assert all("承認者が全員不在" in text and "2026-12-01" in text for _recipient, text in sink.taken)
