"""The load of the OCSP benchmark: the site as deploy/serve.py runs it, wrk (apt install wrk), and one client that looks closely."""

import http.client
import os
import re
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import ocsp

from app.core.settings import ROOT, Settings
from bench.spent import spent

SECONDS = 6
LUA = """
wrk.headers["Host"] = "127.0.0.1"  -- wrk sets it later than this is read
local paths = {}
for line in io.lines(os.getenv("PATHS")) do paths[#paths + 1] = wrk.format("GET", line) end
local at = 0
request = function() at = at % #paths + 1; return paths[at] end
"""
# Every certificate that wrk asks for is good: [0] IMPLICIT NULL, then thisUpdate.
LOOK = """
local threads = {}
wrong = 0
setup = function(thread) table.insert(threads, thread) end
response = function(status, headers, body)
  if status == 200 and not body:find("\\128\\0\\24\\15", 1, true) then wrong = wrong + 1 end
end
done = function() for _, each in ipairs(threads) do print("wrong " .. each:get("wrong")) end end
"""


@dataclass(frozen=True)
class Load:
    """What wrk saw."""

    rate: float
    p50: float  # milliseconds
    p99: float
    refused: int
    count: int  # answers of any kind
    wrong: int  # 200 without the status that is true; only where answers are looked at
    cpu: dict[str, float]  # milliseconds of processor time per answer

    def __str__(self) -> str:
        return f"{self.rate:8.0f}/s  p50 {self.p50:6.1f} ms  p99 {self.p99:6.1f} ms  refused {self.refused}"

    @property
    def per_two_cores(self) -> str:
        """What two idle cores could give, by the processor time that an answer took: the machine may have other work."""
        parts = ", ".join(f"{name} {spent:.2f}" for name, spent in self.cpu.items())
        return f"    CPU-ms per answer: {parts}; that is {2000 / max(sum(self.cpu.values()), 1e-9):.0f}/s of two cores"


@dataclass
class Seen:
    """What one client saw that asks for one certificate, over one connection, and waits a little when it is told to."""

    seconds: list[float] = field(default_factory=list)  # until a true answer
    refused: int = 0
    wrong: int = 0

    def percentile(self, percent: int) -> float:
        """Milliseconds."""
        return sorted(self.seconds)[len(self.seconds) * percent // 100] * 1000 if self.seconds else float("nan")

    def __str__(self) -> str:
        return f"p50 {self.percentile(50):6.1f} ms  p99 {self.percentile(99):6.1f} ms  refused {self.refused}  wrong {self.wrong}"


class Watch:
    """Asks for one certificate again and again. Once `is_revoked` is set, whatever is asked from then on must say so."""

    WAIT = 0.02  # after a refusal; the answer says five seconds, in which the benchmark would be over

    def __init__(self, port: int, path: str) -> None:
        self.is_revoked, self.seen = threading.Event(), Seen()
        self._stop, self._port, self._path = threading.Event(), port, path
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        while not self._stop.is_set():
            allowed = {"REVOKED"} if self.is_revoked.is_set() else {"GOOD", "REVOKED"}  # just being revoked
            began = time.perf_counter()
            try:
                connection.request("GET", self._path)
                answer = connection.getresponse()
                body = answer.read()
            except (OSError, http.client.HTTPException):
                connection.close()
                continue
            if answer.status != 200:  # noqa: PLR2004
                self.seen.refused += 1
                time.sleep(self.WAIT)
                continue
            self.seen.seconds.append(time.perf_counter() - began)
            self.seen.wrong += _status(body) not in allowed
        connection.close()


def _status(body: bytes) -> str:
    found = ocsp.load_der_ocsp_response(body)
    key = found.certificates[0].public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    key.verify(found.signature, found.tbs_response_bytes, ec.ECDSA(hashes.SHA256()))
    return found.certificate_status.name


@contextmanager
def site(settings: Settings) -> Iterator[str]:
    """The site's address, while it runs."""
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


def ask(
    folder: Path, url: str, paths: list[str], *, connections: int, seconds: int = SECONDS, looks: bool = False
) -> Load:
    """Ask for these paths in turn, over so many connections at once.

    Args:
        folder: for wrk's files.
        url: of the site.
        paths: to be asked for; certificates that are good.
        connections: each asks again as soon as it has its answer, also after a 503: nobody waits as he is told.
        seconds: for how long.
        looks: whether wrk looks into the answers.
    """
    (folder / "paths").write_text("\n".join(paths) + "\n")
    (folder / "ask.lua").write_text(LUA + LOOK if looks else LUA)
    before = spent()
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "--latency", "-s", "ask.lua", url]
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, "PATHS": "paths"}, capture_output=True, text=True, check=True
    ).stdout

    def latency(percent: str) -> float:
        found = re.search(rf"\s{percent}%\s+([\d.]+)(us|ms|s)", done)
        return float(found[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[found[2]] if found else 0.0

    rate = re.search(r"Requests/sec:\s+([\d.]+)", done)
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", done)
    wrong = re.search(r"wrong (\d+)", done)
    count = int(re.search(r"(\d+) requests in", done)[1])  # type: ignore[index]
    cpu = {name: (spent - before.get(name, 0.0)) * 1000 / max(count, 1) for name, spent in spent().items()}
    return Load(
        float(rate[1]) if rate else 0.0,
        latency("50"),
        latency("99"),
        int(refused[1]) if refused else 0,
        count,
        int(wrong[1]) if wrong else 0,
        cpu,
    )
