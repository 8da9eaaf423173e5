"""What a screen says of a revocation: recorded, or published by a CRL."""

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.db import db
from issuance import jobs
from issuance.queries.crls import publication_of
from models.audit import AuditEntry
from models.certificates import Crl
from models.promises import Promise
from tests.factories.certificates import issued_certificate
from tests.factories.desk import staff_actor
from tests.integration.issuance.test_crls import publish
from tests.integration.issuance.test_revocation import company_with, revoke

pytestmark = pytest.mark.hsm


def test_what_a_screen_says_of_a_revocation(app: Flask, authority: None) -> None:
    actor = staff_actor("ca_operator", name="認証 三郎")
    certificate_id = issued_certificate(company_with("吉田 太郎").applicants[0].id)
    assert publication_of(certificate_id) is None
    revocation = revoke(certificate_id, actor)
    found = publication_of(certificate_id)
    assert (found.number, found.published_at) == (None, None)  # 失効登録済（公開処理中）
    jobs.publish_crl(str(revocation))
    publish(even_if_current=True)
    found = publication_of(certificate_id)
    first = db.session.scalars(select(Crl).where(Crl.number == 2)).one()
    assert (found.number, found.published_at) == (2, first.this_update)  # 失効公開済: the first CRL that said so
    events = db.session.scalars(
        select(AuditEntry).where(AuditEntry.event == "crl:issue").order_by(AuditEntry.seq)
    ).all()
    assert [(entry.detail["number"], entry.detail["entries"]) for entry in events] == [(1, 0), (2, 1), (3, 1)]
    promised = select(Promise.subject_id).where(Promise.name == "issuance.jobs.crl.fetch_crl")
    assert set(db.session.scalars(promised)) == set(db.session.scalars(select(Crl.id)))
