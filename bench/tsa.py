"""Time stamps a second, each with its own number and row, against raw signing in the same HSM and `openssl ts -reply`.

By the wall, and by processor time of all our processes, which other work on the machine changes less.
"""

import hashlib
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from asn1crypto import tsp

from app import signer, timestamps
from app.core.db import db
from bench.installation import installation
from bench.spent import spent

SIZES = (200, 1000)


def main() -> None:
    """Print rates at two sizes, and the ratios to raw signing and to one `openssl ts -reply` process per token."""
    with installation() as (_app, settings):
        digest = hashlib.sha256(b"x").digest()
        imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest}
        request = tsp.TimeStampReq(
            {"version": "v1", "message_imprint": imprint, "nonce": 1 << 62, "cert_req": True}
        ).dump()
        timestamps.respond(request)
        peer = _openssl(settings.var_dir)
        for size in SIZES:
            raw = _rate(size, lambda: signer.current().sign_digest("tsa", digest, "sha256"))
            ours = _rate(size, lambda: timestamps.respond(request))
            db.session.rollback()
            print(
                f"tsa n={size:<5} {ours.wall:8.0f}/s  raw signing {raw.wall:.0f}/s, ours/raw {ours.wall / raw.wall:.2f},"
                f" ours/openssl {ours.wall / peer.wall:.0f}\n    a CPU-second: {ours.cpu:.0f}, raw {raw.cpu:.0f},"
                f" ours/raw {ours.cpu / raw.cpu:.2f}, ours/openssl {ours.cpu / peer.cpu:.0f}"
            )
        print(
            f"  peer: openssl ts -reply, one process each {peer.wall:8.0f}/s, {peer.cpu:.0f} a CPU-second (software key)"
        )


class Rate(NamedTuple):
    """How many a second, and how many a second of processor time."""

    wall: float
    cpu: float


def _rate(count: int, work: Callable[[], object]) -> Rate:
    before, began = _spent(), time.perf_counter()
    for _ in range(count):
        work()
    return Rate(count / (time.perf_counter() - began), count / (_spent() - before))


def _spent() -> float:
    return time.process_time() + sum(spent().values())


def _openssl(var: Path) -> Rate:
    place = var / "openssl"
    place.mkdir()
    (place / "serial").write_text("01\n")
    (place / "t.cnf").write_text(
        "[tsa]\ndefault_tsa=t\n[t]\nserial=serial\nsigner_cert=t.pem\nsigner_key=t.key\nsigner_digest=sha256\n"
        "default_policy=1.2.3\ndigests=sha256\naccuracy=secs:1\ntsa_name=yes\ness_cert_id_alg=sha256\n"
    )

    def openssl(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=place, check=True, capture_output=True)

    openssl("req", "-x509", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-keyout", "t.key", "-out", "t.pem",
            "-subj", "/CN=t", "-addext", "extendedKeyUsage=critical,timeStamping")  # fmt: skip
    (place / "data").write_bytes(b"x")
    openssl("ts", "-query", "-data", "data", "-sha256", "-cert", "-out", "q.tsq")
    return _rate(50, lambda: openssl("ts", "-reply", "-config", "t.cnf", "-queryfile", "q.tsq", "-out", "a.tsr"))


if __name__ == "__main__":
    main()
