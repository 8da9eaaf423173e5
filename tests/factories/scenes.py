"""A certification authority that can be broken while it issues, and what must hold whatever happens."""

import hashlib
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from cryptography import x509
from flask import Flask
from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.core.settings import ROOT, Settings
from app.signer import SignerClient
from issuance.rules.unfinished import ABANDONED_AFTER
from models.certificates import Certificate, Revocation
from models.enums import CertificateStatus
from tests.factories.applicants import waiting_applicant
from tests.factories.certificates import requested_enrolment
from tests.factories.faults import Watch
from tests.factories.rival_authority import BreakableHsm, breakable_hsm, establish

LATER = ABANDONED_AFTER + timedelta(minutes=1)


@contextmanager
def hsm_of(kind: str) -> Iterator[BreakableHsm]:
    """A signing process of its own with a key of this kind, `rsa` or `ec`."""
    with (
        tempfile.TemporaryDirectory(prefix="hs", dir="/tmp", ignore_cleanup_errors=True) as name,
        breakable_hsm(Path(name), kind) as hsm,
    ):
        yield hsm


class Broken:
    """Requested enrolments, and a CA that can be broken."""

    def __init__(self, app: Flask, hsm: BreakableHsm, count: int = 1) -> None:
        self.hsm, self.ca = hsm, establish(app, hsm)
        self.client: SignerClient = app.extensions["signer"]
        self.watch = Watch(self.client)
        self.enrolments = [requested_enrolment(waiting_applicant()) for _ in range(count)]
        self.began = clock.now()

    @property
    def is_rsa(self) -> bool:
        """Whether the same bytes are signed to the same certificate."""
        return self.hsm.kind == "rsa"

    def end(self) -> None:
        """Leave the token where it was found."""
        self.hsm.put_token_back()
        self.client.close()

    def certificates(self) -> list[Certificate]:
        """Every row, the first one first."""
        db.session.rollback()
        return list(db.session.scalars(select(Certificate).order_by(Certificate.created_at)))

    def check_rows(self) -> list[Certificate]:
        """Every signature belongs to a row, each row has one, and what became no certificate is blocked and revoked.

        Returns:
            the certificates that are valid, in the order of their rows.
        """
        rows = self.certificates()
        active = [row for row in rows if row.status is CertificateStatus.ACTIVE]
        for row in active:
            found = x509.load_der_x509_certificate(row.der)
            found.verify_directly_issued_by(self.ca)
            assert found.tbs_certificate_bytes == row.tbs
        suspects = [row for row in rows if row not in active]
        assert all(row.status is CertificateStatus.SUSPECT and row.suspect_reason for row in suspects)
        assert set(db.session.scalars(select(Revocation.certificate_id))) == {row.id for row in suspects}
        self._check_signatures(rows)
        assert len({row.serial for row in rows}) == len(rows)
        if self.is_rsa:
            assert suspects == []
        return active

    def _check_signatures(self, rows: Iterable[Certificate]) -> None:
        known = {self._digest(row.tbs) for row in rows if row.tbs}
        signatures: defaultdict[bytes, set[bytes]] = defaultdict(set)
        for digest, signature in self.watch.given:
            assert digest in known, "a certificate without a row"
            signatures[digest].add(signature)
        assert all(len(different) == 1 for different in signatures.values()), "two certificates for an intent"

    def _digest(self, tbs: bytes) -> bytes:
        return (hashlib.sha256 if self.is_rsa else hashlib.sha384)(tbs).digest()

    def die(self, settings: Settings, step: str, when: str, nth: int) -> int:
        """Issue in a process of its own that is really killed at a gap. Returns its exit status."""
        environment = {
            **os.environ,
            "VAR_DIR": str(settings.var_dir),
            "DATABASE_URL": settings.database_url_given,
            "REDIS_URL": settings.redis_url_given,
        }
        enrolments = ",".join(str(each) for each in self.enrolments)
        arguments = [str(self.hsm.socket), enrolments, step, when, str(nth)]
        command = [sys.executable, "-m", "tests.factories.dying", *arguments]
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode

    @property
    def enrolment(self) -> UUID:
        """The only enrolment."""
        (found,) = self.enrolments
        return found
