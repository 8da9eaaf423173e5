"""`flask ca check` over many certificates: time for each, and how much memory it holds at its highest.

`python -m bench.authority_check [SIZE]`: a tenth of SIZE first, then SIZE (20,000). The certificates are real ones by the profile, of a CA whose key
lies in this process; every record beside them is as it should be, so that nothing may be found. The budget: time for a certificate the same at
both sizes, memory too.
"""

import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import psutil
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from flask import current_app
from sqlalchemy import insert, text, update

from app.core import clock
from app.core.clock import day_in_tokyo
from app.core.db import db
from bench.installation import installation
from issuance.ceremony.certificates import ca_builder
from issuance.ceremony.configuration import Authority
from issuance.rules.profile import Places, holder_certificate, serial_text
from issuance.rules.profiles import BUILT_IN
from issuance.rules.requests import spki_sha256
from issuance.rules.term import term
from issuance.rules.validity import latest_expiry
from issuance.services.build_certificates import holder_of_applicant
from issuance.services.check_authority import begin_check, continue_check
from models.applications import Applicant, Application
from models.audit import AuditEntry
from models.authority_checks import AuthorityCheck
from models.certificates import CaCertificate, Certificate
from models.enrolments import Enrolment
from models.enums import ApplicationStatus, CaKeyPurpose
from models.pin_secrets import PinSecret

MEGABYTE = 1024
CHUNK = 1000
AT_MOST_MORE = 1.3  # time for a certificate at the larger size
OF_THE_SECOND_CA = {"responder-missing", "crl-missing"}  # it is there for its certificates alone


class Many:
    """Makes certificates with everything beside them, row for row."""

    def __init__(self) -> None:
        from tests.factories.revocations import company_with  # noqa: PLC0415

        self.now, self.made = clock.now().replace(microsecond=0), 0
        self.pattern = company_with("吉田 太郎").applicants[0].id
        db.session.execute(
            update(Application).values(
                status=ApplicationStatus.APPROVED, approved_at=self.now, closed_on=day_in_tokyo(self.now)
            )
        )
        db.session.commit()
        self.key = ec.generate_private_key(ec.SECP384R1())
        authority = Authority(organization="CECSIGN (bench)", common_name="CECSIGN Bench CA", key="secp384r1", years=20)
        serial = x509.random_serial_number()
        builder = ca_builder(authority, self.key.public_key(), serial=serial, now=self.now - timedelta(days=1))
        self.ca = builder.sign(self.key, hashes.SHA384())
        self.ca_id = self._store_ca()

    def _store_ca(self) -> UUID:
        ca, key = self.ca, uuid4()
        values = {
            "id": key, "purpose": CaKeyPurpose.CA, "generation": 2, "key_label": "bench", "active": False,
            "der": ca.public_bytes(Encoding.DER), "sha256": ca.fingerprint(hashes.SHA256()).hex(),
            "serial": serial_text(ca.serial_number), "not_before": ca.not_valid_before_utc,
            "not_after": ca.not_valid_after_utc, "ceremony": {},
        }  # fmt: skip
        db.session.execute(insert(CaCertificate), [values])
        db.session.commit()
        return key

    def grow(self, size: int) -> None:
        """Up to so many certificates."""
        while self.made < size:
            self._chunk(min(CHUNK, size - self.made))
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as quiet:
            quiet.execute(text("ANALYZE"))

    def _chunk(self, count: int) -> None:
        pattern = db.session.get_one(Applicant, self.pattern)
        rows: dict[type, list[dict[str, object]]] = {
            model: [] for model in (Applicant, PinSecret, Enrolment, Certificate, AuditEntry)
        }
        for _each in range(count):
            self.made += 1
            self._one(pattern, rows)
        for model, values in rows.items():
            db.session.execute(insert(model), values)
        db.session.commit()

    def _one(self, pattern: Applicant, rows: dict[type, list[dict[str, object]]]) -> None:
        number, person = f"N-{self.made}", uuid4()
        key = ec.generate_private_key(ec.SECP256R1())
        holder = holder_of_applicant(pattern)
        issued = self._sign(key.public_key(), type(holder)(**{**_fields(holder), "number": number}))
        pins = {kind: uuid4() for kind in ("application", "download")}
        enrolment, certificate, digest = uuid4(), uuid4(), issued.fingerprint(hashes.SHA256()).hex()
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, number)])
        csr = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())
        rows[Applicant].append({
            "id": person, "number": number, "application_id": pattern.application_id, "position": self.made + 1,
            "name": pattern.name, "name_romaji": pattern.name_romaji,
        })  # fmt: skip
        rows[PinSecret] += [
            {"id": pin, "kind": kind, "applicant_id": person, "status": "used", "verifier": "v"}
            for kind, pin in pins.items()
        ]
        rows[Enrolment].append({
            "id": enrolment, "applicant_id": person, "application_pin_id": pins["application"],
            "download_pin_id": pins["download"], "status": "issued", "consented_at": self.now,
            "csr": csr.public_bytes(Encoding.DER), "spki_sha256": spki_sha256(key.public_key()),
        })  # fmt: skip
        rows[Certificate].append({
            "id": certificate, "serial": serial_text(issued.serial_number), "enrolment_id": enrolment, "applicant_id": person,
            "ca_certificate_id": self.ca_id, "profile_version": BUILT_IN.version, "status": "active",
            "tbs": issued.tbs_certificate_bytes, "der": issued.public_bytes(Encoding.DER), "sha256": digest,
            "subject": issued.subject.rfc4514_string(), "not_before": issued.not_valid_before_utc,
            "not_after": issued.not_valid_after_utc, "identity_anchor": issued.not_valid_before_utc,
            "intended_at": self.now, "issued_at": self.now,
        })  # fmt: skip
        rows[AuditEntry].append({
            "seq": 10**9 + self.made, "at": self.now, "event": "certificate:issue", "outcome": "done",
            "subject_type": "certificate", "subject_id": str(certificate), "actor_kind": "system", "actor_name": "",
            "detail": {"serial": serial_text(issued.serial_number), "sha256": digest}, "previous_hash": "", "hash": "",
        })  # fmt: skip

    def _sign(self, key: ec.EllipticCurvePublicKey, holder: object) -> x509.Certificate:
        settings, profile = current_app.extensions["settings"], BUILT_IN.holder
        first, last = self._term(profile.years)
        builder = holder_certificate(
            profile, holder, public_key=key, serial=(0x31 << 120) + (1 << 90) + self.made, not_before=first,
            not_after=last, issuer=self.ca, places=Places(settings.public_url, settings.policy_oid_arc, 2, "000"),
        )  # type: ignore[arg-type]  # fmt: skip
        return builder.sign(self.key, hashes.SHA384())

    def _term(self, years: int) -> tuple[datetime, datetime]:
        latest = latest_expiry(day_in_tokyo(self.now))
        return term(self.now, years=years, rsa_bits=None, ca_not_after=self.ca.not_valid_after_utc, latest_day=latest)


def main(size: int) -> int:
    """Print a line for each size. The exit status is 1 if something was found, or a certificate costs more at the larger one."""
    with installation():
        many, costs, wrong = Many(), [], 0
        for wanted in (size // 10, size):
            many.grow(wanted)
            cpu, wall, memory, found = _check()
            costs.append(cpu / wanted)
            wrong += found
            print(
                f"check n={wanted:,}  {cpu:7.1f} CPU-s  {1000 * costs[-1]:.2f} CPU-ms a certificate  {wall:7.1f} s  "
                f"+{memory:.1f} MB  {found} findings",
                flush=True,
            )
    ratio = costs[1] / costs[0]
    print(f"  a certificate costs {ratio:.2f} of what it costs at a tenth of the size (budget {AT_MOST_MORE})")
    return int(wrong > 0 or ratio > AT_MOST_MORE)


def _check() -> tuple[float, float, float, int]:
    """CPU seconds of this process and PostgreSQL, seconds, megabytes more at the highest, findings."""
    backend = psutil.Process(db.session.execute(text("SELECT pg_backend_pid()")).scalar_one())
    db.session.rollback()
    me = psutil.Process()
    Path("/proc/self/clear_refs").write_text("5")
    held, before, began = _status("VmRSS"), _cpu(me) + _cpu(backend), time.perf_counter()
    check_id = begin_check(now=clock.now())
    while not continue_check(check_id, now=clock.now()):
        pass
    wall = time.perf_counter() - began
    cpu, memory = _cpu(me) + _cpu(backend) - before, (_status("VmHWM") - held) / MEGABYTE
    findings = db.session.get_one(AuthorityCheck, check_id).findings
    db.session.rollback()
    return cpu, wall, memory, len([each for each in findings if each["code"] not in OF_THE_SECOND_CA])


def _fields(holder: object) -> dict[str, object]:
    return {name: getattr(holder, name) for name in holder.__dataclass_fields__}  # type: ignore[attr-defined]


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _status(name: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else 20_000))
