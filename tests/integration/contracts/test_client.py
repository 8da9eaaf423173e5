"""The real program, with SoftHSM tokens, against the real site over HTTP."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.serving import make_server

from app.contracts import queries
from app.contracts.services.open_signing_code import open_signing_code
from app.core.db import db
from app.core.settings import ROOT, Settings
from app.security import actor_of
from app.signer import SignerClient
from models.audit import AuditEntry
from models.contracts import Contract, SigningSession
from models.enums import ContractStatus, SigningSessionStatus
from tests.factories.contracts import Signatory, make_contract, make_signatory, now
from tests.factories.user_tokens import cectrust, new_token, store
from tests.factories.whole import whole
from tests.tour.user_token import UserToken
from wsgi import create_site


@pytest.fixture
def served(app: Flask, settings: Settings) -> Iterator[tuple[Flask, str]]:
    """The public site on a loopback port."""
    site = create_site(settings)
    server = make_server("127.0.0.1", 0, whole(site), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield site, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
    with site.app_context():
        db.session.remove()
        db.engine.dispose()


def holder(
    number: int, romaji: str, kind: str, directory: Path, *, registered: bool = True
) -> tuple[Signatory, UserToken]:
    token, key, key_id = new_token(directory / str(number), f"token{number}", kind)
    person = make_signatory(number, romaji=romaji, key=key)
    store(token, key_id, person.der)
    return person, token


def code_for(contract_id: object, person: Signatory) -> str:
    customer = person.customer
    return open_signing_code(contract_id, customer_id=customer.id, actor=actor_of(customer), now=now())


def refusals() -> list[str]:
    db.session.rollback()
    rows = db.session.scalars(
        select(AuditEntry).where(AuditEntry.event == "contract:sign", AuditEntry.outcome != "done")
    )
    return [row.detail["error"] for row in rows]


def test_both_parties_sign_on_their_computers(authority: None, served: tuple[Flask, str], tmp_path: Path) -> None:
    _, url = served
    first, first_token = holder(1, "YOSHIDA TAKASHI", "rsa-3072", tmp_path)
    second, second_token = holder(2, "WATANABE HARUKO", "p-256", tmp_path)
    contract_id = make_contract(first, second)

    code = code_for(contract_id, first)
    done = cectrust(first_token, "sign", "--server", url, "--yes", code)
    assert done.returncode == 0, done.stderr
    contract = db.session.get_one(Contract, contract_id)
    for shown in (contract.number, "宮田町倉庫新築工事", "¥33,000,000", queries.list_revisions(contract_id)[0].sha256):
        assert shown in done.stdout

    again = cectrust(first_token, "sign", "--server", url, "--yes", code)
    assert again.returncode == 1
    assert "新しいコード" in again.stderr

    done = cectrust(second_token, "sign", "--server", url, "--yes", code_for(contract_id, second))
    assert done.returncode == 0, done.stderr
    assert "契約が締結されました" in done.stdout
    db.session.rollback()
    assert db.session.get_one(Contract, contract_id).status is ContractStatus.COMPLETED


def test_a_foreign_certificate_is_refused_with_a_sentence_and_an_entry(
    authority: None, served: tuple[Flask, str], tmp_path: Path
) -> None:
    _, url = served
    first, _token = holder(1, "YOSHIDA TAKASHI", "p-256", tmp_path)
    second, other_token = holder(2, "WATANABE HARUKO", "p-256", tmp_path)
    contract_id = make_contract(first, second)
    done = cectrust(other_token, "sign", "--server", url, "--yes", code_for(contract_id, first))
    assert done.returncode == 1
    assert "is not registered for this user ID" in done.stderr
    assert "このユーザIDに登録されていません" in done.stderr
    assert refusals() == ["certificate-not-registered"]


def test_a_wrong_token_pin_signs_nothing(authority: None, served: tuple[Flask, str], tmp_path: Path) -> None:
    _, url = served
    first, token = holder(1, "YOSHIDA TAKASHI", "p-256", tmp_path)
    second = make_signatory(2, romaji="WATANABE HARUKO")
    contract_id = make_contract(first, second)
    code = code_for(contract_id, first)
    wrong = tmp_path / "wrong"
    wrong.write_text("00000000")
    done = cectrust(token, "sign", "--server", url, "--yes", code, pin_file=wrong)
    assert done.returncode == 3
    assert "PINが違います" in done.stderr
    db.session.rollback()
    session = db.session.scalars(select(SigningSession)).one()
    assert session.status is SigningSessionStatus.OPEN
    # The same code goes on with the same session.
    done = cectrust(token, "sign", "--server", url, "--yes", code)
    assert done.returncode == 0, done.stderr


class BetweenThem:
    """Somebody on the way who changes one byte of the document that the site sends."""

    def __init__(self, site: Flask) -> None:
        self.site, self.original, self.is_awake = site, site.wsgi_app, True
        site.wsgi_app = self  # type: ignore[method-assign]  # as Flask documents middleware

    def __call__(self, environ: dict, start_response: object) -> list[bytes]:
        body = b"".join(self.original(environ, start_response))
        if self.is_awake and environ["PATH_INFO"].endswith("/base"):
            body = body[:900] + bytes([body[900] ^ 1]) + body[901:]
        return [body]


def test_a_changed_pdf_is_refused_here_and_on_record_there(
    authority: None, served: tuple[Flask, str], tmp_path: Path
) -> None:
    site, url = served
    between = BetweenThem(site)
    first, token = holder(1, "YOSHIDA TAKASHI", "p-256", tmp_path)
    second = make_signatory(2, romaji="WATANABE HARUKO")
    contract_id = make_contract(first, second)
    code = code_for(contract_id, first)
    done = cectrust(token, "sign", "--server", url, "--yes", code)
    assert done.returncode == 1
    assert "not the one that was announced" in done.stderr
    assert "受け取った文書が、署名対象として示されたものと異なります" in done.stderr
    assert not list(tmp_path.rglob("*.pdf"))  # what was changed is not kept
    assert refusals() == ["document-changed"]
    between.is_awake = False
    done = cectrust(token, "sign", "--server", url, "--yes", code)
    assert done.returncode == 1
    assert "新しいコード" in done.stderr
    done = cectrust(token, "sign", "--server", url, "--yes", code_for(contract_id, first))
    assert done.returncode == 0, done.stderr


def test_a_file_changed_while_it_is_read_is_refused(authority: None, served: tuple[Flask, str], tmp_path: Path) -> None:
    _, url = served
    first, token = holder(1, "YOSHIDA TAKASHI", "p-256", tmp_path)
    second = make_signatory(2, romaji="WATANABE HARUKO")
    contract_id = make_contract(first, second)
    command = [sys.executable, "-m", "app.client", "sign", "--server", url, "--pin-file", str(token.pin_file)]
    with subprocess.Popen(
        [*command, code_for(contract_id, first)],
        cwd=ROOT,
        env={**token.environment(), "XDG_CACHE_HOME": str(tmp_path / "cache"), "PYTHONUNBUFFERED": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as client:
        for line in client.stdout:  # the summary ends with the file's place
            if "File / ファイル" in line:
                break
        kept = next((tmp_path / "cache").rglob("*.pdf"))
        kept.write_bytes(kept.read_bytes() + b" ")
        _, errors = client.communicate("y\n", timeout=60)
    assert client.returncode == 1
    assert "changed after it was fetched" in errors
    assert "変更されています" in errors
    assert refusals() == ["file-changed"]


def test_an_unreachable_signer_loses_nothing(authority: None, served: tuple[Flask, str], tmp_path: Path) -> None:
    site, url = served
    first, token = holder(1, "YOSHIDA TAKASHI", "p-256", tmp_path)
    second = make_signatory(2, romaji="WATANABE HARUKO")
    contract_id = make_contract(first, second)
    code = code_for(contract_id, first)
    running = site.extensions["signer"]
    site.extensions["signer"] = SignerClient(tmp_path / "nobody.sock")
    done = cectrust(token, "sign", "--server", url, "--yes", code)
    assert done.returncode == 4
    assert "数分後にもう一度" in done.stderr
    assert "try again in a few minutes" in done.stderr
    assert refusals() == ["signer-unavailable"]
    site.extensions["signer"] = running
    done = cectrust(token, "sign", "--server", url, "--yes", code)
    assert done.returncode == 0, done.stderr


def test_doctor_finds_what_is_there(authority: None, served: tuple[Flask, str], tmp_path: Path) -> None:
    _, url = served
    _person, token = holder(1, "YOSHIDA TAKASHI", "p-256", tmp_path)
    done = cectrust(token, "doctor", "--server", url, "--try-signing")
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("OK ") == 5
