"""kill -9 of the worker in the middle of a list of a thousand: each is revoked once, told once, and one CRL says it."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from flask import Flask
from redis import Redis
from sqlalchemy import func, select, text

from app.core import clock
from app.core.db import db
from app.core.settings import ROOT, Settings
from app.jobs import runner
from app.jobs.hand_over import HAND_OVER_AGAIN_AFTER, hand_over
from app.jobs.worker import run_worker
from issuance import jobs, queries
from issuance.queries.crl_parts import iter_parts
from issuance.rules.crl_entries import iter_entries
from issuance.rules.revocation_batch import BatchFilter
from issuance.services.decide_revocation_batch import confirm_revocation_batch
from models.certificates import Certificate, CertificateNotice, Crl, Revocation
from models.enums import CertificateStatus, RevocationBatchStatus
from models.promises import Promise
from tests.factories.crls import authority_row
from tests.factories.desk import staff_actor
from tests.factories.revocations import many_certificates
from tests.integration.issuance.test_revocation_batch import batch, propose

pytestmark = pytest.mark.hsm
COUNT, DIES_BEFORE = 1000, 450


def count(statement) -> int:
    db.session.rollback()
    return db.session.scalar(statement)


def revoked() -> int:
    return count(select(func.count()).where(Certificate.status == CertificateStatus.REVOKED))


def hand_everything_over(redis: Redis, later: timedelta = timedelta()) -> None:
    while hand_over(redis, clock.now() + later):
        pass


def test_a_killed_worker_is_followed_by_another(app: Flask, authority: None, settings: Settings) -> None:
    operator, approver = staff_actor("ca_operator", name="認証 三郎"), staff_actor("approver", name="田中 裕子")
    serials = many_certificates(COUNT)
    made = propose(BatchFilter(serials=tuple(serials)), operator)
    confirm_revocation_batch(made, digest=batch(made).digest, actor=approver, now=clock.now())
    db.session.execute(text("DELETE FROM promise WHERE name <> 'issuance.jobs.revocation.revoke_batch'"))
    db.session.commit()
    crls = count(select(func.count()).select_from(Crl))
    redis = Redis.from_url(settings.redis_url_given)
    redis.flushdb()

    hand_everything_over(redis)
    environment = os.environ | {
        "VAR_DIR": str(settings.var_dir),
        "DATABASE_URL": settings.database_url_given,
        "REDIS_URL": settings.redis_url_given,
    }
    command = [sys.executable, "-W", "ignore", "-m", "tests.factories.dying_worker", str(DIES_BEFORE)]
    died = subprocess.run(command, cwd=ROOT, env=environment, check=False)
    assert died.returncode == -9
    assert (revoked(), batch(made).done_count, batch(made).status) == (400, 400, RevocationBatchStatus.CONFIRMED)
    assert count(select(func.count()).select_from(Crl)) == crls  # the CRL waits for all of them

    hand_everything_over(redis, HAND_OVER_AGAIN_AFTER + timedelta(seconds=1))  # nobody heard of it
    run_worker(redis, ("default",), burst=True, fork=False)
    assert (revoked(), batch(made).done_count, batch(made).status) == (COUNT, COUNT, RevocationBatchStatus.DONE)
    assert count(select(func.count()).select_from(Revocation)) == COUNT
    assert count(select(func.count(func.distinct(Revocation.certificate_id)))) == COUNT
    notices = select(func.count(), func.count(func.distinct(CertificateNotice.certificate_id)))
    assert db.session.execute(notices).one() == (COUNT, COUNT)
    for name in ("mailings.jobs.email_certificate_revoked", "issuance.jobs.ocsp.purge"):
        promised = select(func.count(), func.count(func.distinct(Promise.subject_id))).where(Promise.name == name)
        assert db.session.execute(promised).one() == (COUNT, COUNT), name
    (publish,) = db.session.scalars(select(Promise.id).where(Promise.name == "issuance.jobs.publish_crl")).all()
    db.session.rollback()
    runner.run(str(publish))
    runner.run(str(publish))  # delivered twice
    jobs.publish_crl_if_due()  # and by the clock
    assert count(select(func.count()).select_from(Crl)) == crls + 1
    newest = queries.find_latest_crl(authority_row().id)
    assert newest is not None
    on_it = [f"{serial:032x}" for serial, _entry in iter_entries(iter_parts(newest.id))]
    assert sorted(on_it) == sorted(serials)
