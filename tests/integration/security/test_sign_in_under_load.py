"""Sixty-four people sign in at the same moment: each is let in, or told when to come back; other pages go on being served."""

import http.client
import os
import re
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.core.db import db
from app.core.settings import ROOT, Settings
from models.audit import AuditEntry
from models.staff import StaffUser
from tests.factories.accounts import make_customer
from tests.factories.staff import PASSWORD, make_staff
from tests.system.running import free_port, wait_until

CROWD = 64
MOST_TRIES = 100


@dataclass
class Seen:
    """What all of them saw together."""

    statuses: Counter[int] = field(default_factory=Counter)
    unfriendly: int = 0  # refused without saying when to come back
    slowest: float = 0.0  # seconds until an answer, whichever
    beside: list[float] = field(default_factory=list)  # seconds of a page that checks nothing


@pytest.fixture(params=["portal", "site"])
def role(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def port(app: Flask, settings: Settings, role: str) -> Iterator[int]:
    """The application as deploy/serve.py runs it: two processes of four threads."""
    chosen = free_port()
    given = {
        "VAR_DIR": str(settings.var_dir),
        "DATABASE_URL": settings.database_url_given,
        "REDIS_URL": settings.redis_url_given,
        f"{role.upper()}_PORT": str(chosen),
        "WEB_CONCURRENCY": "2",
    }
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "deploy.serve", role], cwd=ROOT, env={**os.environ, **given}
    )
    wait_until(lambda: urllib.request.urlopen(f"http://127.0.0.1:{chosen}/login", timeout=30).close() is None, role)
    yield chosen
    process.terminate()
    process.wait(30)


class Person:
    """One browser, from an address of its own: the limit for each address is not what is looked at here."""

    def __init__(self, port: int, number: int) -> None:
        self.port, self.source, self.cookie = port, (f"127.0.1.{number + 1}", 0), ""

    def ask(
        self, method: str, path: str, data: dict[str, str] | None = None
    ) -> tuple[int, http.client.HTTPMessage, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120, source_address=self.source)
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request(method, path, urlencode(data) if data else None, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        if given := answer.headers.get("Set-Cookie"):
            self.cookie = given.split(";", 1)[0]
        connection.close()
        return answer.status, answer.headers, text

    def form(self) -> str:
        _status, _headers, page = self.ask("GET", "/login")
        return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]


def names(role: str) -> list[dict[str, str]]:
    """What each types; every fourth the wrong password."""
    found = []
    account = None
    for number in range(CROWD):
        password = "wrong" if number % 4 == 3 else PASSWORD
        if role == "portal":
            make_staff("officer", email=f"p{number}@example.jp")
            found.append({"email": f"p{number}@example.jp", "password": password})
        else:
            customer = make_customer(login_id=f"U2{number:07}", account=account)
            account = account or customer.company_account
            found.append({"login_id": customer.login_id, "password": password})
    db.session.commit()
    return found


def storm(port: int, typed: list[dict[str, str]]) -> Seen:
    """All at once; who is told to come back does so, much sooner than asked."""
    seen, lock, over = Seen(), threading.Lock(), threading.Event()
    people = [Person(port, number) for number in range(CROWD)]
    tokens = [person.form() for person in people]

    def look() -> None:
        visitor = Person(port, 200)
        while not over.is_set():
            began = time.perf_counter()
            status, _headers, _page = visitor.ask("GET", "/login")
            seen.beside.append(time.perf_counter() - began)
            assert status == 200
            time.sleep(0.05)

    def sign_in(number: int) -> None:
        for _ in range(MOST_TRIES):
            began = time.perf_counter()
            status, headers, _page = people[number].ask(
                "POST", "/login", {**typed[number], "csrf_token": tokens[number]}
            )
            with lock:
                seen.statuses[status] += 1
                seen.slowest = max(seen.slowest, time.perf_counter() - began)
                seen.unfriendly += status == 503 and not headers.get("Retry-After")
            if status != 503:
                return
            time.sleep(1)

    with ThreadPoolExecutor(1) as visitor, ThreadPoolExecutor(CROWD) as crowd:
        looking = visitor.submit(look)
        list(crowd.map(sign_in, range(CROWD)))
        over.set()
        looking.result()
    return seen


def test_everybody_is_let_in_or_told_to_come_back(role: str, port: int) -> None:
    typed = names(role)
    seen = storm(port, typed)
    wrong = sum(each["password"] != PASSWORD for each in typed)
    assert set(seen.statuses) == {200, 302, 503}
    assert (seen.statuses[302], seen.statuses[200]) == (CROWD - wrong, wrong)
    assert seen.unfriendly == 0
    assert max(seen.beside) < 10  # two cores with other work; without the gate a page waits as long as the whole crowd
    subject = "staff" if role == "portal" else "customer"
    outcomes = Counter(
        dict(
            db.session.execute(
                select(AuditEntry.outcome, func.count())
                .where(AuditEntry.event == f"{subject}:sign_in")
                .group_by(AuditEntry.outcome)
            ).all()
        )
    )
    assert outcomes == {"done": CROWD - wrong, "refused": wrong}  # who was turned away is on no record, and on no count
    if role == "portal":
        assert db.session.scalar(select(func.sum(StaffUser.failed_sign_ins))) == wrong
