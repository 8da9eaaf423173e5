"""What the database, the CRL and OCSP say about one revocation is the same, for every reason and with any date."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from app.core import clock
from app.core.actor import SYSTEM
from app.core.db import db
from app.core.settings import Settings
from issuance import queries
from issuance.rules.revocation import REASONS
from issuance.services.publish_crl import publish_crl
from issuance.services.revoke_certificate import revoke_certificate
from models.certificates import CaCertificate, Certificate, CertificateNotice, Crl, Revocation
from models.enums import CaKeyPurpose
from tests.factories.revocations import certificates_of, company_with
from tests.factories.stories import public_site

pytestmark = pytest.mark.hsm


@pytest.fixture
def site(app: Flask, authority: None, settings: Settings) -> Iterator[Flask]:
    with public_site(settings) as application:
        yield application


def fresh(certificate_id: object) -> None:
    """As if it had never been revoked; the notices cannot be taken back, so it has none."""
    db.session.rollback()
    db.session.execute(delete(Revocation))
    db.session.execute(update(Certificate).where(Certificate.id == certificate_id).values(status="active"))
    db.session.commit()


def test_database_crl_and_ocsp_agree(site: Flask) -> None:
    certificate_id = certificates_of(company_with("吉田 太郎"))[0]
    row = db.session.get_one(Certificate, certificate_id)
    leaf, began = queries.load(row), row.not_before
    ca = x509.load_der_x509_certificate(
        db.session.scalars(select(CaCertificate.der).where(CaCertificate.purpose == CaKeyPurpose.CA)).one()
    )
    db.session.rollback()
    asked = ocsp.OCSPRequestBuilder().add_certificate(leaf, ca, SHA256()).build().public_bytes(Encoding.DER)
    client = site.test_client()

    def ask() -> ocsp.OCSPResponse:
        answer = client.post("/ocsp", data=asked, content_type="application/ocsp-request")
        assert answer.status_code == 200
        return ocsp.load_der_ocsp_response(answer.data)

    @examples(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        reason=st.sampled_from(sorted(REASONS)),
        since=st.none() | st.integers(0, 86_400 * 30).map(lambda seconds: timedelta(seconds=seconds, microseconds=7)),
    )
    def agree(reason: str, since: timedelta | None) -> None:
        fresh(certificate_id)
        assert began is not None
        now = began + timedelta(days=31)
        revoke_certificate(
            certificate_id,
            reason=reason,
            asked_by="holder",
            asked_at=began,
            actor=SYSTEM,
            now=now,
            invalid_since=began + since if since is not None else None,
        )
        db.session.rollback()
        publish_crl(now=clock.now(), even_if_current=True)
        db.session.rollback()
        kept = db.session.scalars(select(Revocation)).one()
        wanted = x509.ReasonFlags.unspecified if reason == "unspecified" else x509.ReasonFlags(reason)
        entry = newest_crl().get_revoked_certificate_by_serial_number(leaf.serial_number)
        assert entry is not None
        assert entry.revocation_date_utc == kept.revoked_at
        assert reason_in(entry) == (None if reason == "unspecified" else wanted)
        assert date_in(entry) == kept.invalid_since
        purge(certificate_id)
        said = ask()
        assert said is not None
        assert said.certificate_status is ocsp.OCSPCertStatus.REVOKED
        assert said.revocation_time_utc == kept.revoked_at
        assert said.revocation_reason in ({None, wanted} if reason == "unspecified" else {wanted})

    agree()
    assert db.session.scalars(select(CertificateNotice)).all() == []  # the holder asked and has an address


def newest_crl() -> x509.CertificateRevocationList:
    number = db.session.scalars(select(Crl.id).order_by(Crl.number.desc())).first()
    assert number is not None
    return x509.load_der_x509_crl(queries.crl_bytes(number))


def reason_in(entry: x509.RevokedCertificate) -> x509.ReasonFlags | None:
    found = [each.value for each in entry.extensions if isinstance(each.value, x509.CRLReason)]
    return found[0].reason if found else None


def date_in(entry: x509.RevokedCertificate) -> datetime | None:
    found = [each.value for each in entry.extensions if isinstance(each.value, x509.InvalidityDate)]
    return found[0].invalidity_date_utc.astimezone(UTC) if found else None


def purge(certificate_id: object) -> None:
    from issuance.jobs import ocsp as status  # noqa: PLC0415

    status.purge(str(certificate_id))
