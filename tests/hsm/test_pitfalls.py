"""The pitfalls of PKCS#11 that docs/adr/0005 names: each shown to fail without the countermeasure, then to hold with it.

Every trial runs in processes of its own: a crash is an outcome here.
"""

import os
import subprocess
import sys
import textwrap

import pytest

from app.core.settings import ROOT, Settings

pytestmark = pytest.mark.hsm

PIN = "123456"
HEAD = """
import os, sys, threading, time
import pkcs11
from pathlib import Path
from pkcs11 import Attribute, Mechanism, ObjectClass
MODULE, LABEL, PIN, LOCK = sys.argv[1:5]
"""


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory, settings: Settings):
    folder = tmp_path_factory.mktemp("hsm")
    (folder / "tokens").mkdir()
    conf = folder / "softhsm2.conf"
    conf.write_text(
        f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\nlog.level = ERROR\nlibrary.reset_on_fork = true\n"
    )
    environment = {**os.environ, "SOFTHSM2_CONF": str(conf), "PYTHONPATH": str(ROOT)}
    subprocess.run(
        ["softhsm2-util", "--init-token", "--free", "--label", "trial", "--so-pin", "12345678", "--pin", PIN],
        env=environment, check=True, capture_output=True,
    )  # fmt: skip

    def run(code: str, *, wait: bool = True, timeout: int = 120):
        command = [sys.executable, "-W", "ignore", "-c", HEAD + textwrap.dedent(code)]
        command += [settings.pkcs11_module_path, "trial", PIN, str(folder / "lock")]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if not wait:
            return process
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:  # threads that broke the module's tables may also spin in them for ever
            process.kill()
            out, err = process.communicate()
            return HANGS, out, err
        return process.returncode, out, err

    code, _out, err = run(
        """
        from issuance.hsm.token import HsmToken
        token = HsmToken(MODULE, LABEL, PIN, lock_file=Path(LOCK))
        token.make_ec("k", "secp256r1")
        """
    )
    assert code == 0, err
    return run


HANGS = -1000  # no signal's number
THREADS = """
failures = []
def work(sign):
    try:
        for _ in range(400):
            sign()
    except Exception as error:
        failures.append(type(error).__name__)
def together(make):
    threads = [threading.Thread(target=work, args=(make(),)) for _ in range(8)]
    [each.start() for each in threads]; [each.join() for each in threads]
    print(len(failures)); sys.exit(1 if failures else 0)
"""


def test_a_threads_crash_the_plain_module(trial) -> None:
    """A: C_Initialize(NULL) means one thread; python-pkcs11 lets go of the GIL."""
    outcomes = [
        trial(
            THREADS
            + """
library = pkcs11.lib(MODULE)
token = library.get_token(token_label=LABEL)
login = token.open(user_pin=PIN)
def make():
    session = token.open()
    key = list(session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY}))[0]
    return lambda: key.sign(b"x" * 32, mechanism=Mechanism.ECDSA)
together(make)
""",
            timeout=30,
        )[0]
        for _ in range(3)
    ]
    assert any(code != 0 for code in outcomes), "the pitfall is gone: look at the countermeasure again"


def test_a_threads_are_safe_through_our_token(trial) -> None:
    code, out, err = trial(
        THREADS
        + """
from issuance.hsm.token import HsmToken
shared = HsmToken(MODULE, LABEL, PIN, lock_file=Path(LOCK))
together(lambda: lambda: shared.sign("k", b"x" * 32, "sha256"))
"""
    )
    assert code == 0, out + err


def test_b_a_forked_child_cannot_use_its_parents_module(trial) -> None:
    """B: with reset_on_fork SoftHSM behaves like a real module."""
    code, out, _err = trial(
        """
        library = pkcs11.lib(MODULE)
        session = library.get_token(token_label=LABEL).open(user_pin=PIN)
        key = list(session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY}))[0]
        child = os.fork()
        if child == 0:
            try:
                key.sign(b"x" * 32, mechanism=Mechanism.ECDSA)
                os._exit(0)
            except BaseException:
                os._exit(7)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        """
    )
    assert (code, out.strip()) == (0, "7")


def test_b_a_forked_child_signs_through_the_signing_process(signer_process: None, settings: Settings) -> None:
    from app.signer import SignerClient  # noqa: PLC0415

    client = SignerClient(settings.signer_dir / "worker.sock")
    client.sign_digest("tsa", b"x" * 32, "sha256")
    child = os.fork()
    if child == 0:
        try:
            client.sign_digest("tsa", b"y" * 32, "sha256")
            os._exit(0)
        except BaseException:
            os._exit(7)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    client.close()


LOOP_PLAIN = """
import ctypes
bad = 0
raw = ctypes.CDLL(MODULE)
library = pkcs11.lib(MODULE)
for _ in range(60):
    try:
        raw.C_Finalize(None); raw.C_Initialize(None)
        session = library.get_token(token_label=LABEL).open(user_pin=PIN)
        session.close()
    except Exception:
        bad += 1
print(bad)
"""
LOOP_OURS = """
from issuance.hsm.token import HsmToken
bad = 0
for _ in range(60):
    token = HsmToken(MODULE, LABEL, PIN, lock_file=Path(LOCK))
    try:
        token.public_key("k")
    except Exception:
        bad += 1
    token.close()
print(bad)
"""


@pytest.mark.parametrize(("code", "is_safe"), [(LOOP_PLAIN, False), (LOOP_OURS, True)], ids=["plain", "ours"])
def test_c_processes_that_start_at_the_same_moment(trial, code: str, is_safe: bool) -> None:
    """C: SoftHSM truncates its token file at each login; who initialises then sees no token."""
    processes = [trial(code, wait=False) for _ in range(4)]
    bad = sum(int(process.communicate(timeout=200)[0].strip() or 60) for process in processes)
    assert (bad == 0) == is_safe


def test_d_softhsm_signs_a_digest_of_any_length_and_we_do_not(trial) -> None:
    """D: three bytes are signed as if they were a digest."""
    code, out, err = trial(
        """
        from issuance.hsm.token import DigestLengthError, HsmToken
        plain = pkcs11.lib(MODULE).get_token(token_label=LABEL).open(user_pin=PIN)
        key = list(plain.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY}))[0]
        print(len(key.sign(b"abc", mechanism=Mechanism.ECDSA)))
        plain.close()
        try:
            HsmToken(MODULE, LABEL, PIN, lock_file=Path(LOCK)).sign("k", b"abc", "sha256")
        except DigestLengthError:
            print("refused")
        """
    )
    assert (code, out.split()) == (0, ["64", "refused"]), err


def test_d_a_second_login_accepts_any_pin_so_pins_are_not_checked_by_it(trial) -> None:
    """D: login is per process and token; the second one says "already logged in" whatever the PIN."""
    code, out, err = trial(
        """
        token = pkcs11.lib(MODULE).get_token(token_label=LABEL)
        first = token.open(user_pin=PIN)
        try:
            token.open(user_pin="wrong!")
        except pkcs11.PKCS11Error as error:
            print(type(error).__name__)
        """
    )
    assert (code, out.strip()) == (0, "UserAlreadyLoggedIn"), err


def test_d_the_token_that_was_away_is_found_again(trial) -> None:
    """D: stale handles mean: start afresh, once."""
    code, out, err = trial(
        """
        import shutil
        from issuance.hsm.token import HsmToken, TokenAwayError
        ours = HsmToken(MODULE, LABEL, PIN, lock_file=Path(LOCK))
        ours.sign("k", b"x" * 32, "sha256")
        tokens = Path(os.environ["SOFTHSM2_CONF"]).parent / "tokens"
        shutil.move(tokens, str(tokens) + ".away"); tokens.mkdir()
        try:
            for _ in range(2):
                ours.sign("k", b"x" * 32, "sha256")
        except TokenAwayError:
            print("away")
        tokens.rmdir(); shutil.move(str(tokens) + ".away", tokens)
        print(len(ours.sign("k", b"x" * 32, "sha256")) > 60)
        """
    )
    assert (code, out.split()) == (0, ["away", "True"]), err
