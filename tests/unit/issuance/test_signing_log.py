"""The signing process's log is evidence: whoever asks cannot write lines of his own into it."""

import logging
from pathlib import Path

import pytest

from issuance.hsm.daemon import Service
from issuance.hsm.token import HsmToken

FORGED = "x\n2026-01-01 00:00:00,000 signer signed n=1 role=worker key=ca hash=sha256 digests=00"


@pytest.mark.parametrize("request_", [{"op": FORGED}, {"op": "sign", "key": FORGED}, {"op": "a" * 10_000}])
def test_a_request_writes_one_short_line(request_, caplog, tmp_path: Path) -> None:
    service = Service(HsmToken("/nowhere", "token", "pin", lock_file=tmp_path / "lock"))
    with caplog.at_level(logging.INFO, "signer"):
        assert service.answer("site", request_) == {"ok": False, "error": "refused", "reason": "not-allowed"}
    (record,) = caplog.records
    assert "\n" not in record.getMessage()
    assert len(record.getMessage()) < 300
