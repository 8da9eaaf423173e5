"""Keys leave one SoftHSM token wrapped and come back on another, opened by shares."""

import json
import os
import shutil
import subprocess
import sys
from hashlib import sha256
from uuid import uuid4

import pkcs11
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import load_der_public_key
from pkcs11 import Attribute, KeyType, ObjectClass
from sqlalchemy import select

from app.core.db import db
from app.core.settings import ROOT
from issuance.ceremony.configuration import Configuration
from issuance.ceremony.token import make_keys, open_token
from models.audit import AuditEntry
from tests.factories.authority import CONFIGURATION

pytestmark = pytest.mark.hsm
PRESENT = ("--present", "認証 三郎", "--present", "立会 四郎")
WITH_RSA = Configuration.model_validate(CONFIGURATION.model_dump() | {"backup": "wrapped"})
WRAPPED = WITH_RSA.model_copy(update={"seal": WITH_RSA.seal.model_copy(update={"key": "secp256r1"})})


@pytest.fixture
def token_of(app, authority, settings, tmp_path):
    """Settings for tokens of their own, taken away afterwards."""
    original = app.extensions["settings"]
    mark = uuid4().hex[:8]  # tokens outlive the test, and are known by their labels

    def one(label: str, configuration: Configuration | None = None):
        pin = str(tmp_path / label / "pin")
        own = settings.model_copy(
            update={"pkcs11_token": f"{label}-{mark}", "pkcs11_pin_file_given": pin, "var_dir": tmp_path}
        )
        if configuration:
            token = open_token(own)
            make_keys(token, configuration)
            token.close()
        app.extensions["settings"] = own
        return own

    yield one
    app.extensions["settings"] = original


@pytest.fixture
def run(app):
    def command(*arguments: object):
        return app.test_cli_runner().invoke(args=["ca", *map(str, arguments)])

    return command


def sign(settings, label: str, data: bytes) -> tuple[bytes, bytes, bytes]:
    """Signature and public key of a pair, and the HMAC of the pepper."""
    token = open_token(settings, may_initialise=False)
    try:
        return token.sign(label, sha256(data).digest(), "sha256"), token.public_key(label), token.hmac("pepper", data)
    finally:
        token.close()


@pytest.fixture
def backed_up(token_of, run, tmp_path):
    first = token_of("first", WRAPPED)
    path, shares = tmp_path / "keys.json", tmp_path / "shares"
    done = run("backup", path, *PRESENT, "--needed", 2, "--shares", 3, "--shares-to", shares)
    assert done.exit_code == 0, done.output
    return first, path, [shares / f"share-{number}.txt" for number in (1, 2, 3)]


def test_there_and_back(backed_up, token_of, run, tmp_path):
    first, path, shares = backed_up
    sealed = open_token(first)
    secret = sealed.wrap("storage", b"data key", b"blob", bytes(12))
    sealed.close()
    _, public, hmac = sign(first, "ca", b"before")
    second = token_of("second")
    done = run("restore", path, *PRESENT, "--share", shares[0], "--share", shares[2])
    assert done.exit_code == 0, done.output
    assert "restored  ca, ocsp, pepper, seal, storage, tsa" in done.output
    signature, restored, restored_hmac = sign(second, "ca", b"before")
    assert (restored, restored_hmac) == (public, hmac)
    load_der_public_key(public).verify(signature, sha256(b"before").digest(), ec.ECDSA(Prehashed(hashes.SHA256())))
    token = open_token(second)
    assert token.unwrap("storage", secret, b"blob") == b"data key"
    assert token.leaves_wrapped("ca")
    token.close()
    again = run("backup", tmp_path / "again.json", *PRESENT, "--shares-to", tmp_path / "again")
    assert again.exit_code == 0, again.output
    events = db.session.scalars(
        select(AuditEntry)
        .where(AuditEntry.event.in_(["authority:backup", "authority:restore"]))
        .order_by(AuditEntry.seq)
    )
    assert [(entry.event, entry.detail["present"]) for entry in events] == [
        ("authority:backup", ["認証 三郎", "立会 四郎"]),
        ("authority:restore", ["認証 三郎", "立会 四郎"]),
        ("authority:backup", ["認証 三郎", "立会 四郎"]),
    ]


def test_nothing_secret_stands_in_the_file_or_the_log(backed_up):
    _first, path, shares = backed_up
    content = json.loads(path.read_text())
    assert path.stat().st_mode & 0o777 == 0o600
    assert all(share.stat().st_mode & 0o777 == 0o600 for share in shares)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "authority:backup")).one()
    for share in shares:
        value = share.read_text().rstrip().split(":")[-2]
        assert value not in path.read_text()
        assert value not in json.dumps(entry.detail)
    assert {key["label"] for key in content["keys"]} == {"ca", "ocsp", "tsa", "seal", "pepper", "storage"}


def test_one_share_and_foreign_shares_open_nothing(backed_up, token_of, run, tmp_path):
    _first, path, shares = backed_up
    run("backup", tmp_path / "other.json", *PRESENT, "--shares-to", tmp_path / "other")
    token_of("third")
    one = run("restore", path, *PRESENT, "--share", shares[0])
    assert one.exit_code == 1
    assert "2 shares are needed, 1 different ones were given" in one.output
    foreign = [tmp_path / "other" / f"share-{number}.txt" for number in (1, 2)]
    mixed = run("restore", path, *PRESENT, "--share", foreign[0], "--share", foreign[1])
    assert mixed.exit_code == 1
    assert "do not belong to this backup" in mixed.output
    shares[1].write_text(shares[1].read_text().replace("a", "b", 1).replace(":2:2:", ":2:2:00", 1))
    damaged = run("restore", path, *PRESENT, "--share", shares[0], "--share", shares[1])
    assert "share-2.txt holds no share, or it was damaged" in damaged.output


def test_shares_can_be_typed(backed_up, token_of, app, tmp_path):
    _first, path, shares = backed_up
    token_of("fourth")
    typed = "".join(share.read_text().rstrip().splitlines()[-1] + "\n" for share in shares[1:])
    done = app.test_cli_runner().invoke(args=["ca", "restore", str(path), *PRESENT], input=typed)
    assert done.exit_code == 0, done.output
    assert "cectrust-share" not in done.output  # what is typed is not shown


def test_a_key_that_is_there_is_not_replaced(backed_up, run, token_of):
    _first, path, shares = backed_up
    token_of("first")
    done = run("restore", path, *PRESENT, "--share", shares[0], "--share", shares[1])
    assert done.exit_code == 1
    assert "has a key called ca already" in done.output


def test_a_damaged_key_is_refused(backed_up, token_of, run):
    _first, path, shares = backed_up
    content = json.loads(path.read_text())
    content["keys"][0]["wrapped"] = "00" + content["keys"][0]["wrapped"][2:]
    path.write_text(json.dumps(content))
    token_of("fifth")
    done = run("restore", path, *PRESENT, "--share", shares[0], "--share", shares[1])
    assert done.exit_code == 1
    assert "backup file cannot be read" in done.output


def test_keys_that_never_leave_are_said_to_need_the_hsms_own_backup(token_of, run, tmp_path):
    token_of("sixth", WRAPPED.model_copy(update={"backup": "none"}))
    done = run("backup", tmp_path / "none.json", *PRESENT, "--shares-to", tmp_path)
    assert done.exit_code == 1
    assert 'never leave the HSM (backup = "none")' in done.output
    assert not (tmp_path / "none.json").exists()


def test_rsa_keys_come_back_too(token_of, run, tmp_path):
    first = token_of("rsa", WITH_RSA)
    run("backup", tmp_path / "rsa.json", *PRESENT, "--shares-to", tmp_path)
    _, public, _ = sign(first, "seal", b"x")
    second = token_of("rsa-back")
    done = run(
        "restore",
        tmp_path / "rsa.json",
        *PRESENT,
        "--share",
        tmp_path / "share-1.txt",
        "--share",
        tmp_path / "share-2.txt",
    )
    assert done.exit_code == 0, done.output
    signature, restored, _ = sign(second, "seal", b"y")
    assert restored == public
    load_der_public_key(public).verify(signature, b"y", padding.PKCS1v15(), hashes.SHA256())


def test_one_person_makes_no_backup(run, tmp_path):
    alone = run("backup", tmp_path / "x.json", "--present", "A", "--present", "A")
    assert alone.exit_code == 1
    assert "Two different people" in alone.output


def test_whoever_knows_the_pin_takes_no_key_out(backed_up):
    """Even with a wrapping key of one's own: it is not trusted, and the user cannot make it so."""
    first, *_ = backed_up
    session = (
        pkcs11.lib(first.pkcs11_module_path)
        .get_token(token_label=first.pkcs11_token)
        .open(rw=True, user_pin=first.pkcs11_pin_file.read_text().strip())
    )
    with session:
        own = {
            Attribute.CLASS: ObjectClass.SECRET_KEY,
            Attribute.KEY_TYPE: KeyType.AES,
            Attribute.VALUE: bytes(32),
            Attribute.TOKEN: False,
            Attribute.WRAP: True,
        }
        key = session.create_object(own)
        (ca,) = list(session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY, Attribute.LABEL: "ca"}))
        with pytest.raises(pkcs11.PKCS11Error):
            session.create_object({**own, Attribute.TRUSTED: True})
        with pytest.raises(pkcs11.KeyNotWrappable):
            key.wrap_key(ca)
        with pytest.raises(pkcs11.AttributeSensitive):
            ca[Attribute.VALUE]


def test_a_copy_of_the_token_directory_is_softhsms_own_backup(token_of, softhsm, tmp_path):
    """What the runbook says for keys that never leave: stop the signing process, copy the directory."""
    settings = token_of("seventh", WRAPPED.model_copy(update={"backup": "none"}))
    _, public, _ = sign(settings, "ca", b"x")
    shutil.copytree(softhsm.parent / "tokens", tmp_path / "tokens")
    conf = tmp_path / "softhsm2.conf"
    conf.write_text(softhsm.read_text().replace(str(softhsm.parent / "tokens"), str(tmp_path / "tokens")))
    program = (
        "import sys; from pathlib import Path; from issuance.hsm.token import HsmToken\n"
        "module, label, pin, lock = sys.argv[1:]\n"
        "print(HsmToken(module, label, pin, lock_file=Path(lock)).public_key('ca').hex())"
    )
    pin = settings.pkcs11_pin_file.read_text()
    arguments = [settings.pkcs11_module_path, settings.pkcs11_token, pin, str(tmp_path / "lock")]
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env={**os.environ, "SOFTHSM2_CONF": str(conf)},
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    assert done.stdout.strip() == public.hex()
