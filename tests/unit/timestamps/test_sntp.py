"""Asking a time server: right ones, wrong ones, and those that know nothing."""

import shutil
import socket
import subprocess
import time

import pytest

from app.timestamps import sntp
from app.timestamps.kernel import ask_kernel
from tests.factories.time_server import time_server


@pytest.mark.parametrize("ahead", [0.0, 3.0, -3.0, 86_400.0])
def test_the_difference_is_ours_minus_theirs(ahead) -> None:
    with time_server(ahead=ahead) as server:
        found = sntp.compare(server)
    assert found.offset == pytest.approx(-ahead, abs=0.1)
    assert 0 <= found.delay < 0.5
    assert found.worst >= abs(found.offset)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"stratum": 0}, "does not know"),
        ({"stratum": 16}, "does not know"),
        ({"leap": 3}, "does not know"),
        ({"echo": False}, "another question"),
    ],
)
def test_an_answer_that_is_none(wrong, reason) -> None:
    with time_server(**wrong) as server, pytest.raises(sntp.SntpError, match=reason):
        sntp.compare(server)


def test_no_answer(monkeypatch) -> None:
    monkeypatch.setattr(sntp, "TIMEOUT_SECONDS", 0.1)
    with time_server(answers=False) as server, pytest.raises(sntp.SntpError):
        sntp.compare(server)
    with pytest.raises(sntp.SntpError):
        sntp.compare("127.0.0.1:9")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("ntp.nict.jp", ("ntp.nict.jp", 123)),
        ("ntp.nict.jp:1123", ("ntp.nict.jp", 1123)),
        ("2001:db8::1", ("2001:db8::1", 123)),
        ("[2001:db8::1]:1123", ("2001:db8::1", 1123)),
        ("[2001:db8::1]", ("2001:db8::1", 123)),
    ],
)
def test_addresses(text, address) -> None:
    assert sntp.address_of(text) == address


def test_differences_hold_across_the_era_of_2036() -> None:
    before, after = (1 << 64) - (1 << 32), 1 << 32  # a second before the end of the era, a second after
    assert sntp._signed(after - before) == 2.0
    assert sntp._signed(before - after) == -2.0


def test_the_kernel_says_something() -> None:
    found = ask_kernel()
    assert found.is_synchronised in {True, False}
    assert 0 <= found.most_seconds < 100


# Not installed by deploy/bootstrap.sh: the package takes the place of systemd-timesyncd on the machine of whoever runs it.
@pytest.mark.skipif(shutil.which("chronyd") is None, reason="chrony is not installed")
def test_chrony_agrees(tmp_path) -> None:
    """A real server: chrony serves this machine's own time (`-x` leaves the clock alone)."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (tmp_path / "chrony.conf").write_text(
        f"local stratum 3\nallow 127.0.0.1\nport {port}\nbindaddress 127.0.0.1\ncmdport 0\n"
        f"bindcmdaddress /\npidfile {tmp_path / 'chrony.pid'}\ndriftfile {tmp_path / 'drift'}\n"
    )
    command = ["chronyd", "-x", "-d", "-U", "-f", str(tmp_path / "chrony.conf")]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        until = time.monotonic() + 10
        while True:
            try:
                found = sntp.compare(f"127.0.0.1:{port}")
                break
            except sntp.SntpError:
                assert process.poll() is None, process.stderr.read()
                assert time.monotonic() < until
                time.sleep(0.1)
        assert abs(found.offset) < 0.1
    finally:
        process.terminate()
        process.communicate(timeout=10)
