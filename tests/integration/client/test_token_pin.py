"""`cectrust token pin` and `unblock` on a SoftHSM token, in a process of its own, as on the holder's computer."""

import subprocess
import sys
from pathlib import Path

import pytest

from app.core.settings import ROOT
from tests.tour.user_token import SO_PIN, USER_PIN, UserToken, make_token

pytestmark = pytest.mark.hsm
NEW = "k3Qz!7m"


@pytest.fixture
def token(tmp_path: Path) -> UserToken:
    return make_token(tmp_path / "token", "holder")


def written(token: UserToken, name: str, value: str) -> str:
    path = token.configuration.parent / name
    path.write_text(value)
    return str(path)


def cectrust(token: UserToken, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "app.client", "token", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=token.environment(), capture_output=True, text=True, check=False, timeout=60
    )


def change(token: UserToken, present: str, new: str) -> subprocess.CompletedProcess[str]:
    return cectrust(
        token, "pin", "--pin-file", written(token, "old", present), "--new-pin-file", written(token, "new", new)
    )


def test_the_pin_is_changed_and_the_old_one_is_of_no_use(token: UserToken) -> None:
    done = change(token, USER_PIN, NEW)
    assert (done.returncode, done.stderr) == (0, "")
    assert token.serial in done.stdout and NEW not in done.stdout
    assert change(token, NEW, "Another#9").returncode == 0
    wrong = change(token, USER_PIN, "Third#12x")
    assert wrong.returncode == 3 and "PINが違います" in wrong.stderr
    assert "Careful" in wrong.stderr  # the token counts: CKF_USER_PIN_COUNT_LOW
    warned = change(token, "Another#9", "Fourth#7y")
    assert warned.returncode == 0 and "Careful" in warned.stderr


@pytest.mark.parametrize("new", ["111111", "123456", "k3Q", USER_PIN, "x" * 16])
def test_a_weak_pin_is_refused_before_the_token_is_asked(token: UserToken, new: str) -> None:
    done = change(token, USER_PIN, new)
    assert done.returncode == 1 and done.stderr.strip()
    assert change(token, USER_PIN, NEW).returncode == 0


def test_unblocking_keeps_the_token_and_sets_a_new_pin(token: UserToken) -> None:
    so_pin, new = written(token, "so", SO_PIN), written(token, "new", NEW)
    done = cectrust(token, "unblock", "--so-pin-file", so_pin, "--new-pin-file", new)
    assert (done.returncode, done.stderr) == (0, "")
    assert SO_PIN not in done.stdout
    assert change(token, NEW, "Another#9").returncode == 0
    wrong = cectrust(token, "unblock", "--so-pin-file", written(token, "so", "000000"), "--new-pin-file", new)
    assert wrong.returncode == 3 and "SO-PIN" in wrong.stderr
