"""The register of certificates: order, tabs, search, and the page of one; openssl reads what is downloaded."""

import re
import subprocess
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.core.settings import Settings
from app.signer import SignerClient
from issuance.services.revoke_certificate import revoke_certificate
from models.applications import Applicant
from models.certificates import CaCertificate, Certificate, CertificateNotice, CertificateReceipt, Revocation
from models.enrolments import Enrolment
from models.enums import (
    ApplicationStatus,
    CaKeyPurpose,
    CertificateNoticeKind,
    CertificateStatus,
    EnrolmentStatus,
    NoticeChannel,
    PinKind,
    TokenStatus,
)
from models.pin_secrets import PinSecret
from tests.factories.authority import make_authority
from tests.factories.cases import make_case
from tests.factories.certificates import issued_certificate
from tests.factories.desk import approved_case, staff_actor
from tests.factories.staff import make_staff, sign_in
from tests.factories.tokens import token_in

NAMES = ("佐藤 花子", "髙橋　美咲", "𠮷田 誠")


@pytest.fixture
def client(portal: Flask) -> FlaskClient:
    make_staff("auditor", email="kansa@example.jp")
    return sign_in(portal, "kansa@example.jp")


def make_certificate(
    applicant: Applicant, status: CertificateStatus = CertificateStatus.ACTIVE, *, days: int = 700, age: int = 0
) -> Certificate:
    """A row, without a signature behind it."""
    now = clock.now()
    ca = db.session.scalar(select(CaCertificate)) or CaCertificate(
        purpose=CaKeyPurpose.CA, key_label="ca", der=b"x", sha256="x", serial="01", not_before=now, not_after=now,
        ceremony={},
    )  # fmt: skip
    pin = PinSecret(id=uuid4(), kind=PinKind.APPLICATION, applicant_id=applicant.id, verifier="v")
    db.session.add_all([ca, pin])
    db.session.flush()
    enrolment = Enrolment(
        id=uuid4(), applicant_id=applicant.id, application_pin_id=pin.id, status=EnrolmentStatus.REQUESTED,
        consented_at=now, csr=b"x",
    )  # fmt: skip
    db.session.add(enrolment)
    db.session.flush()
    row = Certificate(
        id=uuid4(),
        serial=uuid4().hex,
        enrolment_id=enrolment.id,
        applicant_id=applicant.id,
        ca_certificate_id=ca.id,
        profile_version=1,
        status=status,
        suspect_reason="x" if status is CertificateStatus.SUSPECT else "",
        tbs=b"x",
        der=b"x",
        sha256=uuid4().hex * 2,
        subject="CN=X",
        not_before=now - timedelta(days=30),
        not_after=now + timedelta(days=days),
        created_at=now - timedelta(minutes=age),
    )
    db.session.add(row)
    db.session.commit()
    return row


@pytest.fixture
def rows(client: FlaskClient) -> list[Certificate]:
    """Three holders of three companies, and a colleague in the same application as the first."""
    found = []
    for index, name in enumerate(NAMES):
        case = make_case(name, "鈴木 一郎", company=f"株式会社第{index}建設", status=ApplicationStatus.APPROVED)
        found.append(make_certificate(case.applicants[0], age=index))
    return found


def holders(client: FlaskClient, **query: str) -> list[str]:
    answer = client.get("/certificates/", query_string=query)
    assert answer.status_code == 200
    return re.findall(r'<b class="name">(.*?)</b>', answer.get_data(as_text=True))


def test_the_newest_stands_first(client: FlaskClient, rows: list[Certificate]) -> None:
    assert holders(client) == list(NAMES)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("佐藤", [0]), ("高橋", [1]), ("吉田", [2]), ("𠮷田誠", [2]), ("鈴木", []), ("第1建設", [1]), ("株式会社", [0, 1, 2]),
        ("A-2026-000002", [1]), ("A-2026-000002-1", [1]), ("A-2026-000002-2", []), ("a2026000003", [2]), ("藤", [0]),
        ("佐", [0]), ("%", []), ("'; DROP TABLE", []), ("ffffffffffffffff", []), ("\x00", [0, 1, 2]),
    ],
)  # fmt: skip
def test_search_by_names_and_numbers(
    client: FlaskClient, rows: list[Certificate], typed: str, found: list[int]
) -> None:
    assert holders(client, search=typed) == [NAMES[index] for index in found]


def test_search_by_serial_and_digest(client: FlaskClient, rows: list[Certificate]) -> None:
    serial, digest = rows[1].serial, rows[1].sha256 or ""
    colons = ":".join(serial[i : i + 2] for i in range(0, 32, 2)).upper()
    for typed in (serial, serial.upper(), colons, f"0x{serial}", digest, digest.upper(), f" {digest} "):
        assert holders(client, search=typed) == [NAMES[1]], typed
    rows[2].serial = "00" + rows[2].serial[2:]
    db.session.commit()
    assert holders(client, search=rows[2].serial[2:]) == [NAMES[2]]  # as others print it, without the zeros


def test_tabs(client: FlaskClient) -> None:
    case = make_case("有効", "間近", "次に間近", "失効", "未完了", "要調査", "満了", status=ApplicationStatus.APPROVED)
    wanted = (
        (CertificateStatus.ACTIVE, 700), (CertificateStatus.ACTIVE, 5), (CertificateStatus.ACTIVE, 30),
        (CertificateStatus.REVOKED, 700), (CertificateStatus.INTENDED, 700), (CertificateStatus.SUSPECT, 700),
        (CertificateStatus.ACTIVE, -1),
    )  # fmt: skip
    for age, (applicant, (status, days)) in enumerate(zip(list(case.applicants), wanted, strict=True)):
        make_certificate(applicant, status, days=days, age=age)
    assert holders(client, tab="valid") == ["有効", "間近", "次に間近"]
    assert holders(client, tab="ends") == ["間近", "次に間近"]  # what ends first
    assert holders(client, tab="revoked") == ["失効"]
    assert holders(client, tab="open") == ["未完了"]
    assert holders(client, tab="suspect") == ["要調査"]
    assert len(holders(client, tab="all")) == 7


@pytest.mark.hsm
def test_the_page_of_one(portal: Flask, signer_process: None, settings: Settings, tmp_path: Path) -> None:
    make_authority(settings)
    applicant: UUID = approved_case().applicants[0].id
    actor = staff_actor("ca_operator", email="ca@example.jp", name="藤田 隆")
    token_in(TokenStatus.HELD, applicant_id=applicant)
    portal.extensions["signer"] = SignerClient(settings.signer_dir / "worker.sock")  # the portal's own may not issue
    key = issued_certificate(applicant)
    row = db.session.get_one(Certificate, key)
    der, serial = row.der or b"", row.serial
    row.receipt_due_on = clock.today()
    db.session.commit()
    client = sign_in(portal, "ca@example.jp")
    path = f"/certificates/details/?id={key}&lang=en"
    page = client.get(path).get_data(as_text=True)
    for said in (serial, row.sha256 or "", "SN-1", "not confirmed", "not attested", "Token lost or damaged…", "730"):
        assert said in page, said
    assert client.get(f"/certificates/{key}.cer").data == der
    (tmp_path / "c.pem").write_bytes(client.get(f"/certificates/{key}.pem").data)
    told = subprocess.run(
        ["openssl", "x509", "-in", "c.pem", "-noout", "-text", "-nameopt", "utf8,sep_comma_plus_space,space_eq"],
        cwd=tmp_path, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    ours = re.search(r'<pre class="text">(.*?)</pre>', page, re.DOTALL)[1]
    plain = {line.strip() for line in told.splitlines()}
    same = [line for line in ours.splitlines() if line.strip() in plain]
    assert len(same) > 25, ours
    for word in ("Version: 3", "Not Before", "Not After", "Public-Key", "Key Usage: critical", "URI:"):
        assert any(word in line for line in same), (word, ours, told)

    db.session.add(CertificateReceipt(certificate_id=key, statement=b"x", signature=b"x", confirmed_at=clock.now()))
    db.session.add(
        CertificateNotice(certificate_id=key, kind=CertificateNoticeKind.RENEWAL, step=60, channel=NoticeChannel.EMAIL)
    )
    db.session.commit()
    now = clock.now()
    revoke_certificate(key, reason="superseded", asked_by="holder", asked_at=now, actor=actor, now=now)
    page = client.get(path).get_data(as_text=True)
    assert "Revoked, being published" in page and "60 days before" in page and "藤田 隆" in page
    assert "Token lost or damaged…" not in page
    db.session.rollback()
    db.session.scalars(select(Revocation)).one().crl_number = 7
    db.session.commit()
    page = client.get(path).get_data(as_text=True)
    assert "Revoked, published" in page and "in CRL 7" in page and "superseded" in page


def test_strange_addresses(client: FlaskClient, rows: list[Certificate]) -> None:
    nobody = uuid4()
    for path in ("details/", "details/?id=x", f"details/?id={nobody}", f"{nobody}.cer", f"{nobody}.pem"):
        assert client.get(f"/certificates/{path}").status_code == 404, path
    for query in ("after=x", "tab=%00", "search=" + "f" * 5000, "before=e30", "search=A-2026-"):
        assert client.get(f"/certificates/?{query}").status_code == 200, query
