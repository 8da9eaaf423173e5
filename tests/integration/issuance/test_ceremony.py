"""The key ceremony, looked at by OpenSSL."""

import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.core.transaction import transaction
from issuance import queries
from issuance.ceremony.configuration import DEVELOPMENT, Configuration, load_configuration, require_profile
from issuance.ceremony.making import UNITS
from issuance.ceremony.run import hold_ceremony
from issuance.errors import CeremonyError
from issuance.rules.lint import certificate_findings
from issuance.rules.profiles import BUILT_IN
from issuance.services.publish_crl import publish_crl
from models.audit import AuditEntry
from models.certificates import CaCertificate, Crl
from models.enums import CaKeyPurpose
from tests.factories.authority import CONFIGURATION

pytestmark = pytest.mark.hsm


def _pem(path: Path, purpose: CaKeyPurpose) -> str:
    path.write_bytes(queries.load(queries.get_authority(purpose)).public_bytes(Encoding.PEM))
    return str(path)


def test_openssl_accepts_every_certificate_with_its_crl(authority, tmp_path):
    ca = _pem(tmp_path / "ca.pem", CaKeyPurpose.CA)
    crl = db.session.scalars(select(Crl)).one()
    (tmp_path / "crl.pem").write_bytes(x509.load_der_x509_crl(queries.crl_bytes(crl.id)).public_bytes(Encoding.PEM))
    for purpose in (CaKeyPurpose.OCSP, CaKeyPurpose.TSA, CaKeyPurpose.SEAL):
        leaf = _pem(tmp_path / f"{purpose}.pem", purpose)
        command = ["openssl", "verify", "-x509_strict"]
        if purpose is not CaKeyPurpose.OCSP:  # has id-pkix-ocsp-nocheck and therefore no distribution point
            command += ["-crl_check", "-CRLfile", str(tmp_path / "crl.pem")]
        done = subprocess.run([*command, "-CAfile", ca, leaf], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


def test_every_certificate_is_clean_and_on_record(authority):
    rows = db.session.scalars(select(CaCertificate)).all()
    assert {row.purpose for row in rows} == {CaKeyPurpose.CA, *UNITS}
    for row in rows:
        assert certificate_findings(row.der) == []
        assert [person["name"] for person in row.ceremony["present"]] == ["Operator", "Witness"]
    events = db.session.scalars(select(AuditEntry.event)).all()
    assert events.count("authority:create") == 4
    assert events.count("crl:issue") == 1


def test_a_second_ceremony_is_refused(authority, settings):
    with pytest.raises(CeremonyError, match="ceremony-done"):
        hold_ceremony(CONFIGURATION, settings, now=clock.now())


def test_one_person_alone_holds_no_ceremony():
    with pytest.raises(CeremonyError, match="two-people"):
        load_configuration(DEVELOPMENT, ("A", "A"))


def test_crl_numbers_rise_and_a_current_crl_is_left_alone(authority):
    assert not publish_crl(now=clock.now())
    assert publish_crl(now=clock.now(), even_if_current=True)
    numbers = db.session.scalars(select(Crl.number).order_by(Crl.number)).all()
    assert numbers == [1, 2]


def test_a_certificate_row_needs_its_ceremony_only_once(authority):
    row = queries.get_authority(CaKeyPurpose.CA)
    values = {
        name: getattr(row, name) for name in ("key_label", "der", "serial", "not_before", "not_after", "ceremony")
    }
    db.session.rollback()
    with pytest.raises(Exception, match="uq_ca_certificate_active"), transaction():
        db.session.add(CaCertificate(purpose=CaKeyPurpose.CA, sha256="other", **values))


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"ca": {"key": "rsa-3072"}}, "ca.key"),
        ({"ca": {"years": 25}}, "ca.years"),
        ({"tsa": {"days": 5000}}, "tsa.days"),
        ({"seal": {"key": "secp384r1"}}, "seal.key"),
    ],
)
def test_a_ceremony_makes_nothing_that_the_profiles_do_not_have(change, what):
    values = CONFIGURATION.model_dump()
    for part, settings_of_part in change.items():
        values[part] |= settings_of_part
    with pytest.raises(CeremonyError) as caught:
        require_profile(Configuration.model_validate(values), BUILT_IN)
    assert caught.value.fields["what"] == what
    require_profile(CONFIGURATION, BUILT_IN)
