"""A connection to the signing process that its thread left behind is closed without a word."""

import gc
import socket
import sys
from pathlib import Path

import pytest

from app.signer.client import _Connection


def test_closed_by_the_garbage_collector_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a cycle the collector may come to the socket before it comes to whoever would close it."""
    complaints: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", complaints.append)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s"))
        server.listen()
        connection = _Connection()
        connection.connect(str(tmp_path / "s"))
        cycle: list[object] = [connection]
        cycle.append(cycle)
        del connection, cycle
        gc.collect()
        accepted, _ = server.accept()
        with accepted:
            assert accepted.recv(1) == b"", "it is closed"
    assert complaints == []
