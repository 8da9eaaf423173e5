"""Time stamps a second, each with its own committed serial number, against raw signing in the same HSM and `openssl ts -reply`."""

import hashlib
import subprocess
import time
from pathlib import Path

from asn1crypto import tsp

from app import signer, timestamps
from app.core.db import db
from bench.installation import installation

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
                f"tsa n={size:<5} {ours:8.0f}/s  raw signing {raw:.0f}/s, ours/raw {ours / raw:.2f}, ours/openssl {ours / peer:.0f}"
            )
        print(f"  peer: openssl ts -reply, one process each {peer:8.0f}/s (software key)")


def _rate(count: int, work: object) -> float:
    began = time.perf_counter()
    for _ in range(count):
        work()  # type: ignore[operator]
    return count / (time.perf_counter() - began)


def _openssl(var: Path) -> float:
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
    return _rate(20, lambda: openssl("ts", "-reply", "-config", "t.cnf", "-queryfile", "q.tsq", "-out", "a.tsr"))


if __name__ == "__main__":
    main()
