"""Certificates per second: the whole path with lint, ledger and commits, against raw signing in the same HSM and `openssl ca`."""

import hashlib
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import rsa

from app import signer
from app.core import clock
from app.jobs.worker import load_jobs
from bench.installation import installation
from bench.measures import OURS, Rate, cpu_seconds, mean, measure
from bench.openssl_ca import OpensslCa
from issuance.services.issue_certificate import issue_certificate, issue_certificates
from tests.factories.applicants import waiting_applicant
from tests.factories.certificates import requested_enrolment

SIZES = (32, 128)
ALONE = 16
SIGNATURES = 60


def main() -> None:
    """Print rates at two sizes, and the ratio to raw signing and to `openssl ca` with one process per certificate."""
    with installation() as (_app, settings):
        _compare(settings.var_dir, settings.pkcs11_module_path)


def _compare(var: Path, module: str) -> None:
    peer = OpensslCa(var / "peer", module)
    for enrolment_id in [_enrolment() for _ in range(2)]:  # the first ones pay for what is kept afterwards
        issue_certificate(enrolment_id, now=clock.now())
    load_jobs(("issuance",))  # as the issuance worker does
    for size in SIZES:
        waiting = [_enrolment() for _ in range(size)]
        # The others before and after ours: what else the machine does changes by the minute.
        before = (_raw(), peer.in_hsm(), peer.in_file())
        ours, split = _ours(waiting)
        raw, engine, file = map(mean, before, (_raw(), peer.in_hsm(), peer.in_file()))
        print(
            f"certificates n={size:<4} {_line(ours)}   CPU-ms for each: {split}\n"
            f"  openssl ca -engine pkcs11, a process each  {_line(engine)}   "
            f"{ours.wall / engine.wall:.2f}x (budget 1.3x), by CPU {ours.cpu / engine.cpu:.2f}x\n"
            f"  raw signing in the same HSM                {_line(raw)}   "
            f"{ours.cpu / raw.cpu:.0%} for each CPU-second (budget 25 %)\n"
            f"  openssl ca with the key in a file          {_line(file)}   {ours.wall / file.wall:.2f}x (for information)"
        )
    alone, split = _ours([_enrolment() for _ in range(ALONE)], together=False)
    print(f"  one after the other, alone                 {_line(alone)}   CPU-ms for each: {split}")


def _line(rate: Rate) -> str:
    return f"{rate.wall:6.1f}/s  {rate.cpu:6.1f}/CPU-s"


def _raw() -> Rate:
    digest = hashlib.sha256(b"x").digest()

    def sign() -> None:
        for _ in range(SIGNATURES):
            signer.current().sign_digest("ca", digest, "sha256")

    return measure(SIGNATURES, sign, lambda: cpu_seconds()["signer"])


def _ours(waiting: list[UUID], *, together: bool = True) -> tuple[Rate, str]:
    """The rate, and the CPU-milliseconds that each of our processes used for a certificate."""

    def issue() -> None:
        if together:
            if failures := issue_certificates(waiting, now=clock.now()):
                raise RuntimeError(failures)
        else:
            for enrolment_id in waiting:
                issue_certificate(enrolment_id, now=clock.now())

    before = cpu_seconds()
    rate = measure(len(waiting), issue, lambda: sum(cpu_seconds().values()))
    after = cpu_seconds()
    return rate, ", ".join(f"{name} {(after[name] - before[name]) * 1000 / len(waiting):.1f}" for name in OURS)


def _enrolment() -> UUID:
    """A requested enrolment with an RSA-3072 key of its own, as the desk and the client leave it."""
    return requested_enrolment(waiting_applicant(), rsa.generate_private_key(65537, 3072))


if __name__ == "__main__":
    main()
