"""A list found by a filter: shown, proposed, confirmed by another person as exactly that list, revoked to its end."""

import time
from datetime import timedelta

import pytest
from asn1crypto import crl as asn1_crl
from flask import Flask
from sqlalchemy import func, select, update

from app.core import clock
from app.core.actor import Actor
from app.core.clock import day_in_tokyo
from app.core.db import db
from app.core.errors import IllegalTransitionError, StaleError
from issuance import jobs, queries
from issuance.errors import RevocationBatchError
from issuance.jobs.revocation import revoke_batch
from issuance.queries.revocation_batches import count_unpublished_of, dry_run
from issuance.rules.revocation_batch import BatchFilter, digest_of
from issuance.services import revoke_batch as service
from issuance.services.decide_revocation_batch import (
    confirm_revocation_batch,
    difference_of,
    reject_revocation_batch,
)
from issuance.services.propose_revocation_batch import BatchReason, propose_revocation_batch
from issuance.services.revoke_certificate import revoke_certificate
from models.certificates import Certificate, CertificateNotice, Crl, Revocation
from models.enums import CertificateStatus, RevocationAsker, RevocationBatchStatus
from models.promises import Promise
from models.revocations import RevocationBatch
from models.tokens import Token, TokenBatch, TokenModel
from tests.factories.certificates import issued_certificate
from tests.factories.desk import staff_actor
from tests.factories.revocations import certificates_of, company_with, many_certificates, request_for

pytestmark = pytest.mark.hsm
WHY = BatchReason(RevocationAsker.AUTHORITY, "key-compromise", "鍵生成の不具合（納品 2026-03）")


@pytest.fixture
def people(app: Flask, authority: None) -> tuple[Actor, Actor]:
    return staff_actor("ca_operator", name="認証 三郎"), staff_actor("approver", name="田中 裕子")


def found(wanted: BatchFilter):
    result = dry_run(wanted, now=clock.now())
    db.session.rollback()
    return result


def propose(wanted: BatchFilter, actor: Actor, why: BatchReason = WHY):
    return propose_revocation_batch(wanted, why, digest=digest_of(found(wanted).serials), actor=actor, now=clock.now())


def batch(batch_id) -> RevocationBatch:
    db.session.rollback()
    return db.session.get_one(RevocationBatch, batch_id, populate_existing=True)


def revoked() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).where(Certificate.status == CertificateStatus.REVOKED))


def test_the_dry_run_says_what_would_be_revoked_and_what_not_and_why(people) -> None:
    serials = many_certificates(6)
    ids = {row.serial: row.id for row in db.session.scalars(select(Certificate))}
    db.session.rollback()
    revoke_certificate(
        ids[serials[1]], reason="superseded", asked_by="company", asked_at=clock.now(), actor=people[0], now=clock.now()
    )
    for serial, values in (
        (serials[2], {"not_before": clock.now() - timedelta(days=9), "not_after": clock.now() - timedelta(days=1)}),
        (serials[3], {"status": "suspect", "suspect_reason": "x"}),
        (serials[4], {"status": "intended"}),
    ):
        db.session.execute(update(Certificate).where(Certificate.serial == serial).values(**values))
    db.session.commit()
    result = found(BatchFilter(serials=(*serials, "f" * 32)))
    assert result.serials == sorted([serials[0], serials[5]])
    assert dict(result.excluded) == {
        serials[1]: "revoked",
        serials[2]: "expired",
        serials[3]: "suspect",
        serials[4]: "not-issued",
        "f" * 32: "unknown",
    }
    assert {row.holder for row in result.rows} == {"吉田 太郎", "吉田 6"}
    assert revoked() == 1  # nothing was changed


def test_every_criterion_narrows(people) -> None:
    ours = company_with("吉田 太郎", "神谷 吾郎")
    first, second = certificates_of(ours)
    other = certificates_of(company_with("他社 一郎"))[0]
    db.session.execute(update(Certificate).where(Certificate.id == other).values(profile_version=7))
    model = TokenModel(name="eToken 5110", key_kinds=["rsa-3072"])
    db.session.add(model)
    db.session.flush()
    delivery = TokenBatch(
        name="2026-03", model_id=model.id, received_on=clock.today(), count=1, received_by=people[0].id,
        received_by_name=people[0].name,
    )  # fmt: skip
    db.session.add(delivery)
    db.session.flush()
    token = Token(
        serial_number="T1", model="eToken 5110", batch_id=delivery.id, status="active", changed_at=clock.now()
    )
    db.session.add(token)
    db.session.flush()
    db.session.execute(update(Certificate).where(Certificate.id == second).values(token_id=token.id))
    db.session.commit()
    serial = {row.id: row.serial for row in db.session.scalars(select(Certificate))}
    ours.company.corporate_number = "7000012050002"
    db.session.commit()
    today = day_in_tokyo(clock.now())
    for wanted, expected in (
        (BatchFilter(company="7000012050002"), {first, second}),
        (BatchFilter(company="株式会社髙﨑建設"), {first, second, other}),
        (BatchFilter(company="株式会社"), set()),
        (BatchFilter(profile_version=7), {other}),
        (BatchFilter(token_batch="2026-03"), {second}),
        (BatchFilter(key_kind="secp256r1"), {first, second, other}),
        (BatchFilter(key_kind="rsa-3072"), set()),
        (BatchFilter(issued_from=today, issued_until=today), {first, second, other}),
        (BatchFilter(issued_from=today + timedelta(days=1)), set()),
        (BatchFilter(issued_until=today - timedelta(days=1)), set()),
        (BatchFilter(company="7000012050002", serials=(serial[first], serial[other])), {first}),
    ):
        assert set(found(wanted).serials) == {serial[each] for each in expected}, wanted


def test_a_list_is_revoked_after_another_person_confirmed_it(people) -> None:
    operator, approver = people
    serials = many_certificates(5)
    request_for(db.session.scalars(select(Certificate.id)).first(), operator)
    made = propose(BatchFilter(serials=tuple(serials)), operator)
    digest = batch(made).digest
    assert batch(made).number == f"RB-{clock.today().year}-0001"
    revoke_batch(str(made))  # not confirmed: nothing happens
    assert revoked() == 0
    for act in (
        lambda: confirm_revocation_batch(made, digest=digest, actor=operator, now=clock.now()),
        lambda: reject_revocation_batch(made, actor=operator, now=clock.now()),
    ):
        with pytest.raises(RevocationBatchError, match="batch-own"):
            act()
    with pytest.raises(RevocationBatchError, match="batch-changed"):
        confirm_revocation_batch(made, digest="0" * 64, actor=approver, now=clock.now())
    confirm_revocation_batch(made, digest=digest, actor=approver, now=clock.now())
    with pytest.raises(IllegalTransitionError):
        confirm_revocation_batch(made, digest=digest, actor=approver, now=clock.now())
    revoke_batch(str(made))
    revoke_batch(str(made))  # safe to run twice
    done = batch(made)
    assert (done.status, done.done_count, done.count) == (RevocationBatchStatus.DONE, 5, 5)
    rows = db.session.scalars(select(Revocation)).all()
    assert {row.decided_by_name for row in rows} == {"認証 三郎、田中 裕子"}
    assert {(row.reason, row.batch_id) for row in rows} == {("keyCompromise", made)}
    assert db.session.scalar(select(func.count()).select_from(CertificateNotice)) == 5
    names = db.session.scalars(select(Promise.name)).all()
    assert names.count("issuance.jobs.publish_crl") == 1  # one for all of them
    assert names.count("mailings.jobs.email_certificate_revoked") == 5


def test_a_list_that_changed_since_is_refused_with_the_difference(people) -> None:
    operator, approver = people
    application = company_with("吉田 太郎", "神谷 吾郎")
    application.company.corporate_number = "7000012050002"
    db.session.commit()
    company, applicants = BatchFilter(company="7000012050002"), [each.id for each in application.applicants]
    first = issued_certificate(applicants[0])
    made = propose(company, operator)
    second = issued_certificate(applicants[1])
    revoke_certificate(
        first, reason="superseded", asked_by="company", asked_at=clock.now(), actor=operator, now=clock.now()
    )
    with pytest.raises(RevocationBatchError) as caught:
        confirm_revocation_batch(made, digest=batch(made).digest, actor=approver, now=clock.now())
    assert (caught.value.code, caught.value.fields) == ("batch-changed", {"added": 1, "gone": 1})
    changed = difference_of(batch(made), now=clock.now())
    assert changed.added == [db.session.get_one(Certificate, second).serial]
    assert changed.gone == [db.session.get_one(Certificate, first).serial]
    db.session.rollback()
    reject_revocation_batch(made, actor=approver, now=clock.now())
    assert batch(made).status is RevocationBatchStatus.REJECTED


def test_what_is_proposed_is_what_was_shown(people) -> None:
    serials = many_certificates(2)
    wanted = BatchFilter(serials=tuple(serials))
    with pytest.raises(StaleError):
        propose_revocation_batch(wanted, WHY, digest=digest_of(serials[:1]), actor=people[0], now=clock.now())
    with pytest.raises(RevocationBatchError, match="batch-filter-empty"):
        propose(BatchFilter(), people[0])
    with pytest.raises(RevocationBatchError, match="batch-nothing-found"):
        propose(BatchFilter(profile_version=99), people[0])
    with pytest.raises(RevocationBatchError, match="batch-explanation"):
        propose(wanted, people[0], BatchReason(RevocationAsker.AUTHORITY, "key-compromise", " "))


def test_a_worker_that_was_killed_goes_on_where_it_was(people, monkeypatch) -> None:
    operator, approver = people
    serials = many_certificates(7)
    made = propose(BatchFilter(serials=tuple(serials)), operator)
    confirm_revocation_batch(made, digest=batch(made).digest, actor=approver, now=clock.now())
    monkeypatch.setattr(service, "PIECE", 2)
    real, calls = service.record_revocation, []

    def dies(certificate, **more):
        calls.append(certificate)
        if len(calls) == 4:
            raise KeyboardInterrupt  # in the middle of the second piece
        return real(certificate, **more)

    with monkeypatch.context() as patch:
        patch.setattr(service, "record_revocation", dies)
        with pytest.raises(KeyboardInterrupt):
            revoke_batch(str(made))
    assert (revoked(), batch(made).done_count, batch(made).status) == (2, 2, RevocationBatchStatus.CONFIRMED)
    jobs.publish_crl_if_due()  # by the clock, in between
    revoke_batch(str(made))
    assert (revoked(), batch(made).done_count, batch(made).status) == (7, 7, RevocationBatchStatus.DONE)
    assert db.session.scalar(select(func.count()).select_from(Revocation)) == 7


def test_what_was_revoked_or_expired_meanwhile_is_passed_over(people) -> None:
    operator, approver = people
    serials = many_certificates(3)
    made = propose(BatchFilter(serials=tuple(serials)), operator)
    confirm_revocation_batch(made, digest=batch(made).digest, actor=approver, now=clock.now())
    ids = list(db.session.scalars(select(Certificate.id).order_by(Certificate.serial)))
    db.session.rollback()
    revoke_certificate(
        ids[0], reason="superseded", asked_by="company", asked_at=clock.now(), actor=operator, now=clock.now()
    )
    db.session.execute(update(Certificate).where(Certificate.id == ids[1]).values(not_after=clock.now()))
    db.session.commit()
    revoke_batch(str(made))
    assert (batch(made).status, batch(made).done_count) == (RevocationBatchStatus.DONE, 1)


def test_since_when_is_never_before_a_certificate_began(people) -> None:
    operator, approver = people
    serials = many_certificates(1)
    since = clock.now() - timedelta(days=30)
    why = BatchReason(RevocationAsker.AUTHORITY, "key-compromise", "不具合", since)
    made = propose(BatchFilter(serials=tuple(serials)), operator, why)
    confirm_revocation_batch(made, digest=batch(made).digest, actor=approver, now=clock.now())
    revoke_batch(str(made))
    db.session.rollback()
    row = db.session.scalars(select(Revocation)).one()
    assert row.invalid_since == db.session.scalars(select(Certificate.not_before)).one()


def test_a_thousand_within_a_minute_with_the_crl(people, capsys) -> None:
    operator, approver = people
    serials = many_certificates(1000)
    made = propose(BatchFilter(serials=tuple(serials)), operator)
    confirm_revocation_batch(made, digest=batch(made).digest, actor=approver, now=clock.now())
    began = time.perf_counter()
    revoke_batch(str(made))
    recorded = time.perf_counter() - began
    jobs.publish_crl(str(db.session.scalars(select(Revocation.id)).first()))
    seconds = time.perf_counter() - began
    with capsys.disabled():
        print(f"\n1,000 revoked in {recorded:.1f} s, with the CRL {seconds:.1f} s")
    assert seconds < 60
    db.session.rollback()
    assert count_unpublished_of(made) in {0, 1000}  # h1
    newest = db.session.scalars(select(Crl).order_by(Crl.number.desc())).first()
    entries = asn1_crl.CertificateList.load(queries.crl_bytes(newest.id))["tbs_cert_list"]["revoked_certificates"]
    assert {f"{each['user_certificate'].native:032x}" for each in entries} == set(serials)
