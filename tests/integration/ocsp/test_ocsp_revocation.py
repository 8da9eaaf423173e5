"""From the commit of a revocation on no process answers "good", whatever lies in which cache."""

import pytest
from cryptography.x509 import ocsp
from sqlalchemy import select, text

from app.core import clock
from app.core.db import db
from issuance.jobs.ocsp import purge
from issuance.ocsp.cache import Place, Signed
from issuance.rules.ocsp_response import GOOD
from issuance.services.revoke_certificate import revoke_certificate
from models.certificates import Certificate, Revocation
from models.promises import Promise
from tests.factories.desk import staff_actor
from tests.integration.ocsp.test_ocsp_protocol import get, request_for, responder
from wsgi import create_site

pytestmark = pytest.mark.hsm


@pytest.fixture
def sites(site, settings):
    """Two processes of the site, each with its own small cache."""
    other = create_site(settings)
    yield site, other
    with other.app_context():
        db.engine.dispose()
    other.extensions["redis"].close()


def status(site, data) -> ocsp.OCSPCertStatus:
    return ocsp.load_der_ocsp_response(get(site, data).data).certificate_status


def revoke(certificate_id) -> None:
    now, actor = clock.now(), staff_actor("ca_operator", name="認証 三郎")
    revoke_certificate(certificate_id, reason="keyCompromise", asked_by="holder", asked_at=now, actor=actor, now=now)


def test_every_process_says_so_at_once(sites, holders) -> None:
    data = request_for(holders[0])
    for site in sites:
        assert {status(site, data) for _ in range(3)} == {ocsp.OCSPCertStatus.GOOD}
    revoke(holders[0])
    for site in sites:  # no job has run, nothing was purged
        assert status(site, data) is ocsp.OCSPCertStatus.REVOKED
    assert status(site, request_for(holders[1])) is ocsp.OCSPCertStatus.GOOD


def test_the_purge_is_promised_with_the_revocation_and_frees_the_room(site, holders) -> None:
    data = request_for(holders[0])
    status(site, data)
    redis = site.extensions["redis"]
    key = f"ocsp:{db.session.get_one(Certificate, holders[0]).serial}"
    assert redis.exists(key)
    assert 0 < redis.ttl(key) <= 3600
    revoke(holders[0])
    promised = db.session.scalars(select(Promise.name).where(Promise.subject_id == holders[0])).all()
    assert "issuance.jobs.ocsp.purge" in promised
    purge(str(holders[0]))
    purge(str(holders[0]))  # safe to run twice
    assert not redis.exists(key)


def test_a_slow_writer_cannot_put_the_old_answer_back(site, holders) -> None:
    data, now = request_for(holders[0]), clock.now()
    slow = responder(site)
    old = slow.answer(data, now=now).signed
    assert old is not None
    serial = db.session.get_one(Certificate, holders[0]).serial
    redis = site.extensions["redis"]
    (name,) = redis.hkeys(f"ocsp:{serial}")
    revoke(holders[0])
    purge(str(holders[0]))
    slow._shared.put({Place(serial, name.decode()): Signed(old.body, old.this_update, old.next_update)})
    assert GOOD.fingerprint in name.decode()
    for asked in (slow, responder(site)):
        found = ocsp.load_der_ocsp_response(asked.answer(data, now=now).body)
        assert found.certificate_status is ocsp.OCSPCertStatus.REVOKED


def test_moments_are_utc_whatever_zone_the_database_writes(site, holders) -> None:
    revoke(holders[0])
    name = db.session.execute(text("SELECT current_database()")).scalar_one()
    db.session.execute(text(f"ALTER DATABASE {name} SET timezone TO 'Asia/Tokyo'"))
    db.session.commit()
    try:
        found = ocsp.load_der_ocsp_response(get(site, request_for(holders[0])).data)
        revoked_at = db.session.scalars(select(Revocation.revoked_at)).one()
        assert found.revocation_time_utc == revoked_at
    finally:
        db.session.rollback()
        db.session.execute(text(f"ALTER DATABASE {name} RESET timezone"))
        db.session.commit()


def test_the_same_question_is_signed_once_for_all_processes(sites, holders) -> None:
    data = request_for(holders[0])
    assert get(sites[0], data).data == get(sites[1], data).data == get(sites[0], data).data


def test_what_others_ask_does_not_fill_the_caches(site, holders) -> None:
    from app.core import der  # noqa: PLC0415
    from tests.integration.ocsp.test_ocsp_protocol import STRANGE  # noqa: PLC0415

    one = responder(site)
    for number in range(5):
        extension = der.sequence(der.oid(STRANGE), der.octets(bytes([number])))
        one.answer(request_for(holders[0], extensions=extension), now=clock.now())
    assert len(one._small._kept) == 0  # the same question in another dress: one entry in Redis, none here
    assert len(site.extensions["redis"].hkeys(f"ocsp:{db.session.get_one(Certificate, holders[0]).serial}")) == 1
