"""Step 7 under `kill -9`: the sealing, both signatures and the archive survive the death of any process in the middle."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.audit.verify import verify_chain
from app.contracts.services.open_signing_code import open_signing_code
from app.core import clock
from app.core.db import db
from app.core.settings import ROOT
from app.security import actor_of
from models.accounts import Customer
from models.contracts import Contract, ContractRevision
from models.enums import ContractStatus
from models.originals import Original
from tests.factories.contracts import make_contract, make_signatory
from tests.factories.user_tokens import new_token, store
from tests.system.running import RunningSystem, wait_until
from tests.system.test_kill_and_restart import kill_9, settled

pytestmark = [pytest.mark.system, pytest.mark.timeout(900)]

VICTIMS = ("site", "worker", "signer", "redis", "postgres", "clock", "mail", "portal")


def test_a_contract_is_signed_and_kept_once(system: RunningSystem, tmp_path: Path) -> None:
    from wsgi import create_worker  # noqa: PLC0415

    app = create_worker(system.settings())
    with app.app_context():
        people, signatories = [], []
        for number, (name, kind) in enumerate((("a", "rsa-3072"), ("b", "p-256")), start=1):
            token, key, key_id = new_token(tmp_path / name, name, kind)
            person = make_signatory(number, romaji=f"SIGNER {name.upper()}", key=key)
            store(token, key_id, person.der)
            people.append((token, person.customer_id))
            signatories.append(person)
        for number, victim in enumerate(VICTIMS, start=1):
            one_contract(system, signatories, people, victim, number)
        assert verify_chain().is_intact
        db.session.remove()
        db.engine.dispose()
    app.extensions["signer"].close()
    app.extensions["redis"].close()


def one_contract(system: RunningSystem, signatories: list, people: list, victim: str, number: int) -> None:
    """From the upload to the original, with three deaths of one process."""
    contract_id = make_contract(*signatories, sealed=False)
    db.session.rollback()
    kill_9(system, victim)
    wait_until(lambda: status_of(contract_id) is ContractStatus.OPEN, f"sealed although {victim} died", seconds=120)
    for token, customer_id in people:
        sign_in_spite_of(system, token, customer_id, contract_id, victim)
    wait_until(settled, f"everything is done although {victim} died", seconds=120)
    assert status_of(contract_id) is ContractStatus.COMPLETED
    revisions = list(
        db.session.scalars(
            select(ContractRevision.number)
            .where(ContractRevision.contract_id == contract_id)
            .order_by(ContractRevision.number)
        )
    )
    assert revisions == [1, 2, 3]
    assert db.session.scalar(select(func.count()).select_from(Original)) == number


def sign_in_spite_of(system: RunningSystem, token, customer_id, contract_id, victim: str) -> None:
    """The client, with the process killed while it works; the holder tries again as a person would."""
    before = revision_count(contract_id)
    killed = False
    until = time.monotonic() + 120
    while revision_count(contract_id) == before and time.monotonic() < until:
        code = wait_until(lambda: new_code(contract_id, customer_id), "a signing code", seconds=60)
        client = subprocess.Popen(
            [sys.executable, "-m", "app.client", "sign", "--server", system.site_url, "--yes", "--pin-file", str(token.pin_file), code],
            cwd=ROOT, env={**token.environment(), "XDG_CACHE_HOME": str(token.configuration.parent / "cache")},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        if not killed:
            time.sleep(0.6)
            kill_9(system, victim)
            killed = True
        client.wait(90)
    assert revision_count(contract_id) == before + 1


def new_code(contract_id, customer_id) -> str:
    customer = db.session.get_one(Customer, customer_id)
    actor = actor_of(customer)
    db.session.rollback()
    return open_signing_code(contract_id, customer_id=customer_id, actor=actor, now=clock.now())


def status_of(contract_id) -> ContractStatus:
    db.session.rollback()
    return db.session.get_one(Contract, contract_id, populate_existing=True).status


def revision_count(contract_id) -> int:
    return wait_until(
        lambda: (db.session.rollback(), db.session.scalar(
            select(func.count()).select_from(ContractRevision).where(ContractRevision.contract_id == contract_id)
        ))[1],
        "the database answers",
        seconds=60,
    )  # fmt: skip
