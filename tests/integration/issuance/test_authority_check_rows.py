"""`flask ca check` finds every row that somebody tampered with, and what became of each revocation."""

import pytest

from app.core import clock
from app.core.db import db
from issuance.rules import certificate_check
from issuance.services import check_crls
from issuance.services.publish_crl import publish_crl
from issuance.services.revoke_certificate import revoke_certificate
from models.certificates import Certificate
from tests.factories.authority_checks import codes, holder, sql
from tests.factories.desk import staff_actor
from tests.integration.issuance.test_authority_check_forgeries import OF_FORGERIES

pytestmark = pytest.mark.hsm


@pytest.fixture
def certificate(authority) -> Certificate:
    return db.session.get_one(Certificate, holder())


OF_ROWS = [
    ("der-unreadable", "UPDATE certificate SET der = 'nonsense'"),
    ("tbs-differs", "UPDATE certificate SET tbs = tbs || '\\x00'::bytea"),
    ("sha256-differs", "UPDATE certificate SET sha256 = repeat('0', 64)"),
    ("serial-differs", "UPDATE certificate SET serial = repeat('3', 32)"),
    ("serial-taken", "UPDATE ca_certificate SET serial = (SELECT serial FROM certificate) WHERE purpose = 'ocsp'"),
    ("validity-differs", "UPDATE certificate SET not_after = not_after + interval '1 second'"),
    ("anchor-wrong", "UPDATE certificate SET identity_anchor = NULL"),
    ("anchor-wrong", "UPDATE certificate SET identity_anchor = identity_anchor + interval '1 day'"),
    ("renewal-too-long", "UPDATE certificate SET identity_anchor = identity_anchor - interval '4 years'"),
    ("key-not-requested", "UPDATE enrolment SET spki_sha256 = repeat('0', 64)"),
    ("request-differs", "UPDATE enrolment SET csr = 'nonsense'"),
    ("issue-not-recorded", "UPDATE certificate SET sha256 = repeat('0', 64)"),
    ("certificate-missing", "DELETE FROM certificate"),
    ("subject-differs", "UPDATE certificate SET subject = 'CN=Somebody'"),
    ("holder-differs", "UPDATE applicant SET name_romaji = 'SUZUKI JIRO'"),
    ("holder-differs", "UPDATE applicant SET number = number || '0'"),
    ("holder-name-differs", "UPDATE applicant SET name = '鈴木 次郎'"),
    ("holder-name-differs", "UPDATE applicant SET certificate_name = '吉田　太朗'"),
    ("company-differs", "UPDATE company SET name = '別の会社'"),
    ("company-differs", "UPDATE company SET name_romaji = 'OTHER K.K.'"),
    ("company-differs", "UPDATE company SET address = '東京都港区1-1-1'"),
    ("person-differs", "UPDATE certificate SET renews_id = id"),
    (
        "token-differs",
        "INSERT INTO token (id, serial_number, model, batch, status, changed_at, created_at)"
        " VALUES (gen_random_uuid(), 'CEC-9', 'Model', '', 'retired', now(), now());"
        "UPDATE certificate SET token_id = (SELECT id FROM token); UPDATE enrolment SET token_serial = 'CEC-8'",
    ),
    ("profile-unknown", "UPDATE certificate SET profile_version = 99"),
    ("not-approved", "UPDATE application SET status = 'in_review', approved_at = NULL, closed_on = NULL"),
    ("not-approved", "UPDATE application SET approved_at = now() + interval '1 day'"),
    ("pin-not-used", "UPDATE pin_secret SET status = 'expired' WHERE kind = 'application'"),
    ("pin-not-used", "UPDATE pin_secret SET status = 'reserved' WHERE kind = 'download'"),
    ("revocation-missing", "UPDATE certificate SET status = 'revoked'"),
    ("unfinished", "UPDATE certificate SET status = 'intended', intended_at = now() - interval '1 hour'"),
    ("suspect", "UPDATE certificate SET status = 'suspect', suspect_reason = 'bytes differ'"),
    ("authority-differs", "UPDATE ca_certificate SET sha256 = repeat('0', 64) WHERE purpose = 'tsa'"),
    (
        "authority-differs",
        "UPDATE ca_certificate SET not_after = not_after + interval '1 day' WHERE purpose = 'ca'",
    ),
    ("authority-signature", "UPDATE ca_certificate SET generation = 2 WHERE purpose = 'seal'"),
    ("responder-missing", "UPDATE ca_certificate SET not_after = now() - interval '1 day' WHERE purpose = 'ocsp'"),
    ("responder-missing", "UPDATE ca_certificate SET active = false WHERE purpose = 'ocsp'"),
    ("crl-missing", "DELETE FROM crl_part; DELETE FROM crl"),
    ("crl-unreadable", "UPDATE crl_part SET data = 'nonsense' WHERE position = 0"),
    ("crl-differs", "UPDATE crl SET sha256 = repeat('0', 64)"),
    ("crl-differs", "UPDATE crl SET entry_count = 7"),
    ("crl-number", "UPDATE crl SET number = 2"),
    ("crl-old", "UPDATE crl SET this_update = this_update - interval '30 hours'"),
    ("crl-old", "UPDATE crl SET this_update = this_update - interval '3 hours', next_update = now()"),
]


@pytest.mark.parametrize(("code", "statement"), OF_ROWS)
def test_a_row_that_was_tampered_with_is_found(certificate, code, statement):
    db.session.rollback()
    for part in statement.split(";"):
        sql(part)
    assert code in codes()


@pytest.fixture
def revoked(certificate):
    now = clock.now()
    actor = staff_actor("ca_operator")
    revoke_certificate(certificate.id, reason="keyCompromise", asked_by="holder", asked_at=now, actor=actor, now=now)
    publish_crl(now=now)
    return certificate


def test_a_revocation_that_was_published_passes(revoked):
    assert codes() == set()


OF_REVOCATIONS = [
    ("revocation-not-marked", "UPDATE certificate SET status = 'active'"),
    ("crl-entry-differs", "UPDATE revocation SET crl_entry = crl_entry || '\\x00'::bytea"),
    ("crl-entry-unknown", "DELETE FROM revocation"),
    ("not-on-crl", "DELETE FROM crl_part WHERE crl_id = (SELECT id FROM crl ORDER BY number DESC LIMIT 1)"),
    ("crl-number", "DELETE FROM crl_part; DELETE FROM crl WHERE number = 1"),
    (
        "crl-signature",
        "UPDATE crl_part SET data = overlay(data placing '\\x99'::bytea from octet_length(data) - 200)",
    ),
    (
        "revocation-unpublished",
        "UPDATE revocation SET crl_number = NULL, revoked_at = revoked_at - interval '2 hours'",
    ),
]


@pytest.mark.parametrize(("code", "statement"), OF_REVOCATIONS)
def test_what_became_of_a_revocation_is_looked_at(revoked, code, statement):
    db.session.rollback()
    if code == "not-on-crl":
        statement += (
            "; UPDATE crl_part SET crl_id = (SELECT id FROM crl ORDER BY number DESC LIMIT 1)"  # the empty one's octets
        )
    elif code == "crl-signature":
        statement = "UPDATE crl_part SET data = set_byte(data, octet_length(data) - 1, 7) WHERE position > 1"
    for part in statement.split(";"):
        sql(part)
    assert code in codes()


def test_every_code_is_seen_in_a_test():
    seen = {code for code, _ in (*OF_ROWS, *OF_FORGERIES, *OF_REVOCATIONS)} | {"signature-wrong", "key-shared"}
    assert seen == {*certificate_check.CODES, *check_crls.CODES}
