"""From the approved case to the certificate: letter, PIN, token, enrolment, with everything that can go wrong between."""

import re
import subprocess
from datetime import timedelta
from uuid import UUID

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from flask import Flask
from sqlalchemy import select, text

from app.core import clock
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError, IllegalTransitionError
from app.core.random import SystemRandomSource
from issuance import jobs, queries
from issuance.errors import (
    PinExpiredError,
    PinLockedError,
    PinTypingError,
    PinUsedError,
    PinWrongError,
    RequestRefusedError,
    TokenError,
)
from issuance.rules.lint import certificate_findings
from issuance.rules.pins import check_character
from issuance.services import application_pin
from issuance.services.check_pin import check_pin
from issuance.services.follow_mail_piece import follow_mail_piece
from issuance.services.open_enrolment import open_enrolment
from issuance.services.register_tokens import register_tokens
from issuance.services.request_certificate import request_certificate
from issuance.services.reserve_token import reserve_token
from mailings.errors import NoTokenError, WitnessError, WrongTokenError
from mailings.services.enclose import enclose
from mailings.services.post_letter import post_letter
from mailings.services.prepare_letter import prepare_letter
from mailings.services.print_letters import print_letters
from mailings.services.record_outcome import record_delivery
from mailings.services.spoil_letter import spoil_letter
from models.audit import AuditEntry
from models.certificates import CaCertificate, Certificate, Crl
from models.enums import (
    CaKeyPurpose,
    CertificateStatus,
    MailPieceStatus,
    PinKind,
    PinStatus,
    TokenStatus,
)
from models.mail_pieces import MailPiece
from models.pin_secrets import PinSecret
from models.tokens import Token
from tests.factories.desk import approved_case, staff_actor

pytestmark = pytest.mark.hsm


class Story:
    """One holder's way, step by step."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.case = approved_case()
        self.applicant = self.case.applicants[0].id
        self.number = self.case.applicants[0].number
        self.mailroom: Actor = staff_actor("mailroom", email="mailroom@example.jp", name="小川 亮")
        db.session.rollback()
        register_tokens(["SN-1", "SN-2"], model="eToken 5110", batch="D-1", actor=self.mailroom, now=clock.now())
        self.piece: UUID = prepare_letter(self.applicant, now=clock.now())
        reserve_token(self.piece, now=clock.now())
        self.pin = ""

    def print(self, witness: str = "山本 次郎") -> bytes:
        _run, pdf = print_letters(
            [self.piece], witness=witness, pins=application_pin.ApplicationPins(), actor=self.mailroom, now=clock.now()
        )
        sheet = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True).stdout
        self.sheet = sheet.decode()
        self.pin = re.search(r"\b(?:[2-9A-Z]{4}-){3}[2-9A-Z]{4}\b", self.sheet)[0]
        return pdf

    def deliver(self) -> None:
        self.print()
        enclose(f"L1:{self.letter.number}", self.token.serial_number, actor=self.mailroom, now=clock.now())
        follow_mail_piece(self.piece, now=clock.now())
        today = clock.today()
        post_letter(self.piece, item_number="131-12-38385-2", posted_on=today, actor=self.mailroom, now=clock.now())
        record_delivery(
            self.piece,
            delivered_on=today,
            delivered_to="本人",
            shown_document="licence",
            actor=self.mailroom,
            now=clock.now(),
        )
        follow_mail_piece(self.piece, now=clock.now())

    def open(self) -> str:
        secret = check_pin(self.number, self.pin, PinKind.APPLICATION, now=clock.now())
        secret_id = secret.id
        db.session.rollback()
        open_enrolment(secret_id, now=clock.now())
        download = db.session.scalars(
            select(PinSecret).where(PinSecret.kind == PinKind.DOWNLOAD).order_by(PinSecret.created_at.desc())
        ).first()
        return self.app.extensions["signer"].unwrap(download.sealed_value, self.applicant.bytes).decode()

    def request(self, download_pin: str, csr: bytes | None = None, token: str = "") -> UUID:
        db.session.rollback()
        return request_certificate(
            self.number,
            download_pin,
            csr or make_csr(),
            token_serial=token or self.token.serial_number,
            now=clock.now(),
        )

    @property
    def letter(self) -> MailPiece:
        return db.session.get_one(MailPiece, self.piece, populate_existing=True)

    @property
    def token(self) -> Token:
        return db.session.scalars(
            select(Token).where(Token.mail_piece_id == self.piece).execution_options(populate_existing=True)
        ).one()


@pytest.fixture
def story(app: Flask, authority: None) -> Story:
    return Story(app)


def make_csr(key: ec.EllipticCurvePrivateKey | None = None) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "holder")])
    builder = x509.CertificateSigningRequestBuilder().subject_name(name)
    return builder.sign(key or ec.generate_private_key(ec.SECP256R1()), hashes.SHA256()).public_bytes(Encoding.DER)


def pins(kind: PinKind) -> list[PinStatus]:
    db.session.rollback()
    return list(
        db.session.scalars(select(PinSecret.status).where(PinSecret.kind == kind).order_by(PinSecret.created_at))
    )


def refused(event: str) -> list[str]:
    db.session.rollback()
    rows = db.session.scalars(select(AuditEntry).where(AuditEntry.event == event, AuditEntry.outcome == "refused"))
    return [row.detail["error"] for row in rows]


def test_the_whole_way_ends_in_a_certificate_that_openssl_and_pkilint_accept(story: Story, tmp_path) -> None:
    story.deliver()
    assert story.token.status is TokenStatus.HELD
    assert "𠮷田　太郎" in story.sheet.replace("    ", "　") or "𠮷田" in story.sheet
    enrolment = story.request(story.open())
    jobs.issue_certificate(str(enrolment))
    certificate = db.session.scalars(select(Certificate)).one()
    assert certificate.status is CertificateStatus.ACTIVE
    assert story.token.status is TokenStatus.ACTIVE
    assert (pins(PinKind.APPLICATION), pins(PinKind.DOWNLOAD)) == ([PinStatus.USED], [PinStatus.USED])
    assert certificate_findings(certificate.der) == []
    verify_with_openssl(certificate.der, tmp_path)
    found = x509.load_der_x509_certificate(certificate.der)
    assert found.subject.rfc4514_string() == f"2.5.4.5={story.number},CN=YOSHIDA TARO,O=TAKASAKI KENSETSU K.K.,C=JP"
    # 𠮷 (U+20BB7) stands outside of JIS X 0213: the certificate carries its substitute, and the letter says so.
    assert "吉田\u3000太郎".encode() in certificate.der and "𠮷".encode() not in certificate.der
    assert "証明書の表記：吉田" in story.sheet
    assert b"holder@example.jp" not in certificate.der


def verify_with_openssl(der: bytes, folder) -> None:
    ca = db.session.scalars(select(CaCertificate).where(CaCertificate.purpose == CaKeyPurpose.CA)).one()
    crl = db.session.scalars(select(Crl)).first()
    (folder / "ca.pem").write_bytes(x509.load_der_x509_certificate(ca.der).public_bytes(Encoding.PEM))
    (folder / "ee.pem").write_bytes(x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM))
    (folder / "crl.pem").write_bytes(x509.load_der_x509_crl(queries.crl_bytes(crl.id)).public_bytes(Encoding.PEM))
    command = ["openssl", "verify", "-x509_strict", "-crl_check", "-CAfile", "ca.pem", "-CRLfile", "crl.pem", "ee.pem"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_pin_is_found_nowhere_but_on_the_sheet(story: Story, settings, caplog) -> None:
    class Marked(SystemRandomSource):
        def choice(self, options):
            return "Z"

    story.app.extensions["random"] = Marked()
    with caplog.at_level("DEBUG"):
        story.print()
    marker = "Z" * 15 + check_character("Z" * 15)
    assert story.pin.replace("-", "") == marker
    db.session.rollback()
    tables = db.session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
    for table in tables:
        rows = db.session.scalars(text(f"SELECT t::text FROM {table} t")).all()
        assert not [row for row in rows if "Z" * 12 in row or "ZZZZ-ZZZZ" in row], table
    assert "ZZZZ" not in caplog.text
    for path in (settings.var_dir / "storage").rglob("*"):
        assert not path.is_file() or marker.encode() not in path.read_bytes()
    for key in story.app.extensions["redis"].keys("*"):
        assert b"ZZZZ" not in (story.app.extensions["redis"].dump(key) or b"")
    assert marker not in repr(application_pin.PreparedPin(story.applicant, marker, "v"))


def test_the_ledger_names_the_version_of_the_wording(story: Story) -> None:
    story.print()
    db.session.rollback()
    printed = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "letter:print")).all()
    assert [entry.detail["template"] for entry in printed if entry.outcome == "done"] == [1]


def test_two_people_and_no_less(story: Story) -> None:
    with pytest.raises(WitnessError):
        story.print(witness="小川 亮")
    assert story.letter.status is MailPieceStatus.PREPARED
    assert pins(PinKind.APPLICATION) == []


def test_a_letter_is_printed_once(story: Story) -> None:
    story.print()
    with pytest.raises(IllegalTransitionError):
        story.print()
    assert pins(PinKind.APPLICATION) == [PinStatus.ISSUED]


def test_a_spoiled_sheet_kills_its_pin_and_makes_a_new_letter(story: Story) -> None:
    story.print()
    old = story.pin
    now = clock.now()
    new = spoil_letter(
        story.piece,
        witness="山本 次郎",
        reason="jam",
        pins=application_pin.ApplicationPins(),
        actor=story.mailroom,
        now=now,
    )
    follow_mail_piece(story.piece, now=clock.now())
    assert pins(PinKind.APPLICATION) == [PinStatus.DESTROYED]
    story.piece = new
    reserve_token(new, now=clock.now())
    story.print()
    assert story.pin != old
    with pytest.raises(PinWrongError):
        check_pin(story.number, old, PinKind.APPLICATION, now=clock.now())


def test_only_the_reserved_token_goes_into_the_envelope(story: Story) -> None:
    story.print()
    other = next(serial for serial in ("SN-1", "SN-2") if serial != story.token.serial_number)
    with pytest.raises(WrongTokenError):
        enclose(story.letter.number, other, actor=story.mailroom, now=clock.now())
    assert story.letter.status is MailPieceStatus.PRINTED
    assert refused("letter:enclose") == ["wrong-token"]


def test_without_a_token_nothing_is_enclosed(story: Story) -> None:
    story.print()
    db.session.rollback()
    db.session.execute(text("UPDATE token SET mail_piece_id = NULL, status = 'in_stock'"))
    db.session.commit()
    with pytest.raises(NoTokenError):
        enclose(story.letter.number, "SN-1", actor=story.mailroom, now=clock.now())


def test_wrong_pins_are_counted_typing_errors_are_not(story: Story) -> None:
    story.deliver()
    wrong_body = "2" * 15
    wrong = wrong_body + check_character(wrong_body)
    with pytest.raises(PinTypingError):
        check_pin(
            story.number, story.pin[:-1] + ("2" if story.pin[-1] != "2" else "3"), PinKind.APPLICATION, now=clock.now()
        )
    for _ in range(4):
        with pytest.raises(PinWrongError):
            check_pin(story.number, wrong, PinKind.APPLICATION, now=clock.now())
    with pytest.raises(PinLockedError):
        check_pin(story.number, wrong, PinKind.APPLICATION, now=clock.now())
    with pytest.raises(PinLockedError):
        check_pin(story.number, story.pin, PinKind.APPLICATION, now=clock.now())
    assert refused("pin:check") == ["pin-typing", *["pin-wrong"] * 4, "pin-locked", "pin-locked"]


def test_an_expired_pin(story: Story) -> None:
    story.deliver()
    with pytest.raises(PinExpiredError):
        check_pin(story.number, story.pin, PinKind.APPLICATION, now=clock.now() + timedelta(days=100))
    assert refused("pin:check") == ["pin-expired"]


def test_a_used_pin(story: Story) -> None:
    story.deliver()
    jobs.issue_certificate(str(story.request(story.open())))
    with pytest.raises(PinUsedError):
        check_pin(story.number, story.pin, PinKind.APPLICATION, now=clock.now())


def test_a_key_is_certified_once_and_a_foreign_token_never(story: Story) -> None:
    story.deliver()
    download = story.open()
    with pytest.raises(TokenError):
        story.request(download, token="SOMEBODY-ELSES")
    csr = make_csr()
    enrolment = story.request(download, csr)
    assert story.request(download, csr) == enrolment
    with pytest.raises(RequestRefusedError, match="request-known"):
        story.request(download, make_csr())
    jobs.issue_certificate(str(enrolment))
    jobs.issue_certificate(str(enrolment))
    assert len(db.session.scalars(select(Certificate)).all()) == 1


def test_a_request_that_is_not_its_own_keys(story: Story) -> None:
    story.deliver()
    broken = bytearray(make_csr())
    broken[-3] ^= 1
    with pytest.raises(RequestRefusedError, match="csr-signature"):
        story.request(story.open(), bytes(broken))
    assert pins(PinKind.DOWNLOAD) == [PinStatus.ISSUED]


def test_a_signing_process_that_is_away_changes_nothing(story: Story, settings) -> None:
    from app.signer import SignerClient, SignerUnavailableError  # noqa: PLC0415

    story.deliver()
    enrolment = story.request(story.open())
    story.app.extensions["signer"] = SignerClient(settings.var_dir / "nobody.sock")
    with pytest.raises(SignerUnavailableError):
        jobs.issue_certificate(str(enrolment))
    with pytest.raises(DomainError):
        check_pin(story.number, story.pin, PinKind.APPLICATION, now=clock.now())
    assert pins(PinKind.APPLICATION) == [PinStatus.RESERVED]
    attempts = db.session.scalars(select(PinSecret.attempts)).all()
    assert set(attempts) == {0}
