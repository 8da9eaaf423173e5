"""OCSP over HTTP: answers a second from the cache and signed anew, against raw signing in the same HSM and `openssl ocsp`.

The load comes from wrk (apt install wrk) on the same machine; the site runs as in deploy/serve.py.
"""

import base64
import hashlib
import os
import re
import resource
import secrets
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import psutil
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from flask import current_app
from sqlalchemy import text

from app import signer
from app.core import clock, der
from app.core.db import db
from app.core.settings import ROOT, Settings
from bench.installation import installation
from issuance import queries
from issuance.rules.profile import serial_from
from models.certificates import Certificate
from models.enums import CaKeyPurpose, CertificateStatus
from tests.system.running import free_port

SIZES = (100, 10_000)
SECONDS = 6
CONNECTIONS = (8, 64, 256, 512)
LUA = """
local paths = {}
for line in io.lines(os.getenv("PATHS")) do paths[#paths + 1] = wrk.format("GET", line) end
local at = 0
request = function() at = at % #paths + 1; return paths[at] end
"""


@dataclass(frozen=True)
class Load:
    """What wrk saw."""

    rate: float
    p50: float  # milliseconds
    p99: float
    refused: int
    cpu: dict[str, float]  # milliseconds of processor time per answer

    def __str__(self) -> str:
        return f"{self.rate:8.0f}/s  p50 {self.p50:6.1f} ms  p99 {self.p99:6.1f} ms  refused {self.refused}"

    @property
    def per_two_cores(self) -> str:
        """What two idle cores could give, by the processor time that an answer took: the machine may have other work."""
        parts = ", ".join(f"{name} {spent:.2f}" for name, spent in self.cpu.items())
        return f"    CPU-ms per answer: {parts}; that is {2000 / max(sum(self.cpu.values()), 1e-9):.0f}/s of two cores"


def main() -> None:
    """Print rates at two sizes of the set that is asked for, the ratios, and what happens beyond what can be served."""
    if shutil.which("wrk") is None:
        print("ocsp: needs wrk (apt install wrk)")
        return
    port = free_port()
    with installation(SITE_PORT=str(port)) as (_app, settings):
        folder = settings.var_dir
        raw = _raw()
        print(f"ocsp raw signing, P-256, through the signing process: one client {raw[0]:.0f}/s, four {raw[1]:.0f}/s")
        serials = _certificates(max(SIZES))
        with _site(settings) as url:
            for size in SIZES:
                paths = [_path(serial) for serial in serials[:size]]
                _wrk(folder, url, paths, connections=8, seconds=max(2, size // 1000))  # fills the caches
                found = _wrk(folder, url, paths, connections=16)
                print(f"ocsp cached   n={size:<6} {found}\n{found.per_two_cores}")
            for size in SIZES:
                paths = [_path(serial, nonce=secrets.token_bytes(16)) for serial in serials[:size]]
                found = _wrk(folder, url, paths, connections=8)
                print(
                    f"ocsp uncached n={size:<6} {found}  raw/uncached {max(raw) / found.rate:.2f}\n{found.per_two_cores}"
                )
            _overload(folder, url, serials)
        _peer(folder, serials)


def _overload(folder: Path, url: str, serials: list[int]) -> None:
    """More and more clients, half of them with a nonce; meanwhile one certificate is revoked and asked for again and again."""
    paths = [_path(each) for each in serials[:500]]
    paths += [_path(each, nonce=secrets.token_bytes(16)) for each in serials[:500]]
    wrong, late, asked = _watch(url, serials[-1])
    for connections in CONNECTIONS:
        print(
            f"ocsp half of them uncached, {connections:>3} clients {_wrk(folder, url, paths, connections=connections)}"
        )
    wrong.set()
    time.sleep(0.2)
    print(f"  meanwhile one certificate was revoked: {len(asked)} answers after it, {len(late)} of them still good")


def _watch(url: str, serial: int) -> tuple[threading.Event, list[bytes], list[bytes]]:
    stop, late, asked = threading.Event(), [], []
    revoked = threading.Event()

    def watch() -> None:
        while not stop.is_set():
            was_revoked = revoked.is_set()
            try:
                with urllib.request.urlopen(f"{url}{_path(serial)}", timeout=10) as answer:
                    body = answer.read()
            except OSError:
                continue
            if was_revoked and len(body) > 20:
                asked.append(body)
                if b"\x80\x00\x18\x0f" in body:  # good, then thisUpdate
                    late.append(body)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()

    def revoke() -> None:
        time.sleep(SECONDS)
        with db.engine.begin() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            connection.execute(
                text(
                    "INSERT INTO revocation (id, certificate_id, ca_certificate_id, reason, asked_by, asked_at, revoked_at,"
                    " decided_by_name, crl_entry) SELECT gen_random_uuid(), id, ca_certificate_id, 'keyCompromise', 'holder',"
                    " now(), now(), 'bench', '' FROM certificate WHERE serial = :serial"
                ),
                {"serial": f"{serial:032x}"},
            )
        revoked.set()

    app = current_app._get_current_object()  # type: ignore[attr-defined]  the other thread needs its own context

    def in_context() -> None:
        with app.app_context():
            revoke()

    threading.Thread(target=in_context, daemon=True).start()
    return stop, late, asked


def _raw() -> tuple[float, float]:
    digest, client = hashlib.sha256(b"x").digest(), signer.current()

    def some(count: int) -> None:
        for _ in range(count):
            client.sign_digest("ocsp", digest, "sha256")
        client.close()

    some(50)
    began = time.perf_counter()
    some(2000)
    one = 2000 / (time.perf_counter() - began)
    threads = [threading.Thread(target=some, args=(500,)) for _ in range(4)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return one, 2000 / (time.perf_counter() - began)


def _certificates(count: int) -> list[int]:
    """Rows of issued certificates; the answer needs the serial number and the status alone."""
    ca = queries.get_authority(CaKeyPurpose.CA).id
    db.session.rollback()
    serials = [serial_from(secrets.token_bytes(15)) for _ in range(count)]
    with db.engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))  # without the holders behind them
        table = Certificate.__table__
        rows = [
            {
                "id": uuid4(), "serial": f"{serial:032x}", "enrolment_id": uuid4(),
                "applicant_id": ca, "ca_certificate_id": ca, "profile_version": 1, "status": CertificateStatus.ACTIVE,
                "tbs": b"-", "der": b"-", "created_at": clock.now(),
            }
            for serial in serials
        ]  # fmt: skip
        for start in range(0, count, 1000):
            connection.execute(table.insert(), rows[start : start + 1000])
        connection.execute(text("ANALYZE certificate"))
    return serials


def _path(serial: int, *, nonce: bytes | None = None) -> str:
    return "/ocsp/" + quote(base64.b64encode(_request(_ca(), serial, nonce)).decode(), safe="")


@cache
def _ca() -> bytes:
    encoded = queries.get_authority(CaKeyPurpose.CA).der
    db.session.rollback()
    return encoded


def _request(ca: bytes, serial: int, nonce: bytes | None) -> bytes:
    name, key = _hashes(ca)
    asked = der.sequence(
        der.sequence(der.oid("2.16.840.1.101.3.4.2.1"), der.NULL),
        der.octets(name),
        der.octets(key),
        der.integer(serial),
    )
    extension = b""
    if nonce is not None:
        value = der.octets(der.octets(nonce))
        extension = der.context(2, der.sequence(der.sequence(der.oid("1.3.6.1.5.5.7.48.1.2"), value)))
    return der.sequence(der.sequence(der.sequence(der.sequence(asked)), extension))


@cache
def _hashes(ca: bytes) -> tuple[bytes, bytes]:
    subject = x509.load_der_x509_certificate(ca).subject.public_bytes()
    key = asn1_x509.Certificate.load(ca)["tbs_certificate"]["subject_public_key_info"]["public_key"].contents[1:]
    return hashlib.sha256(subject).digest(), hashlib.sha256(key).digest()


@contextmanager
def _site(settings: Settings) -> Iterator[str]:
    process = subprocess.Popen([sys.executable, "-W", "ignore", "-m", "deploy.serve", "site"], cwd=ROOT)
    url = f"http://127.0.0.1:{settings.site_port}"
    try:
        _wait_for(f"{url}/cps")
        yield url
    finally:
        process.terminate()
        process.wait()


def _wait_for(url: str) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(url)


def _wrk(folder: Path, url: str, paths: list[str], *, connections: int, seconds: int = SECONDS) -> Load:
    (folder / "paths").write_text("\n".join(paths) + "\n")
    (folder / "ask.lua").write_text(LUA)
    before = _spent()
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "--latency", "-s", "ask.lua", url]
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, "PATHS": "paths"}, capture_output=True, text=True, check=True
    ).stdout

    def latency(percent: str) -> float:
        found = re.search(rf"\s{percent}%\s+([\d.]+)(us|ms|s)", done)
        return float(found[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[found[2]] if found else 0.0

    rate = re.search(r"Requests/sec:\s+([\d.]+)", done)
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", done)
    count = int(re.search(r"(\d+) requests in", done)[1])  # type: ignore[index]
    cpu = {name: (spent - before.get(name, 0.0)) * 1000 / max(count, 1) for name, spent in _spent().items()}
    return Load(float(rate[1]) if rate else 0.0, latency("50"), latency("99"), int(refused[1]) if refused else 0, cpu)


def _spent() -> dict[str, float]:
    """Seconds of processor time of our parts so far; wrk's own is that of children that ended."""
    spent = {"wrk": sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])}
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            line = " ".join(process.cmdline())
            name = next(
                (word for word in ("serve", "gunicorn", "postgres", "redis", "daemon", "openssl") if word in line), ""
            )
            if name:
                used = process.cpu_times()
                name = {"serve": "web", "gunicorn": "web", "daemon": "signer"}.get(name, name)
                spent[name] = spent.get(name, 0.0) + used.user + used.system
    return spent


def _peer(folder: Path, serials: list[int]) -> None:
    """`openssl ocsp -port` with software keys of the same kinds, asked by the same wrk."""
    place = folder / "peer"
    place.mkdir()

    def openssl(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=place, check=True, capture_output=True)

    new = ("req", "-x509", "-nodes", "-days", "900", "-newkey")
    openssl(*new, "rsa:4096", "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=ca")
    openssl(*new, "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-keyout", "o.key", "-out", "o.pem", "-subj", "/CN=o",
            "-CA", "ca.pem", "-CAkey", "ca.key", "-addext", "extendedKeyUsage=OCSPSigning")  # fmt: skip
    ca = x509.load_pem_x509_certificate((place / "ca.pem").read_bytes())
    encoded = ca.public_bytes(Encoding.DER)
    for size in SIZES:
        lines = [f"V\t351231000000Z\t\t{serial:032X}\tunknown\t/CN={serial}\n" for serial in serials[:size]]
        (place / "index.txt").write_text("".join(lines))
        port = free_port()
        command = ["openssl", "ocsp", "-port", str(port), "-index", "index.txt", "-CA", "ca.pem", "-rsigner", "o.pem"]
        process = subprocess.Popen(
            [*command, "-rkey", "o.key", "-ndays", "1"], cwd=place, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            time.sleep(1)
            paths = [
                "/" + quote(base64.b64encode(_request(encoded, each, None)).decode(), safe="")
                for each in serials[:size]
            ]
            print(f"  peer: openssl ocsp -port (software key), one client n={size:<6} {_in_turn(port, paths):8.0f}/s")
        finally:
            process.terminate()
            process.wait()


def _in_turn(port: int, paths: list[str]) -> float:
    """One connection for each question: wrk and this server do not understand each other."""
    began, count = time.perf_counter(), 0
    while time.perf_counter() - began < SECONDS:
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(f"GET {paths[count % len(paths)]} HTTP/1.0\r\n\r\n".encode())
            while connection.recv(65536):
                pass
        count += 1
    return count / (time.perf_counter() - began)


if __name__ == "__main__":
    main()
