"""OCSP over HTTP: answers a second from the cache and signed anew, against raw signing in the same HSM and `openssl ocsp`.

Then more and more clients, to the point of refusing and far beyond it.
"""

import hashlib
import secrets
import shutil
import threading
import time
from pathlib import Path
from typing import NamedTuple

from app import signer
from bench.installation import installation
from bench.ocsp_load import SECONDS, Load, Watch, ask, site
from bench.ocsp_peer import peer
from bench.ocsp_questions import certificates, path_of, revoke
from bench.spent import spent
from tests.system.running import free_port

SIZES = (100, 10_000)
CONNECTIONS = (1, 4, 16, 64, 256)
RAW = 2400  # signatures of each measurement of raw signing


def main() -> None:
    """Print rates at two sizes of the set that is asked for, the ratios, and what happens beyond what can be served."""
    if shutil.which("wrk") is None:
        print("ocsp: needs wrk (apt install wrk)")
        return
    port = free_port()
    with installation(SITE_PORT=str(port)) as (_app, settings):
        folder = settings.var_dir
        serials = certificates(max(SIZES))
        with site(settings) as url:
            for size in SIZES:
                _cached(folder, url, serials[:size])
            for size in SIZES:
                _uncached(folder, url, serials[:size])
            _steps(folder, url, port, serials)
        peer(folder, serials, SIZES)


def _cached(folder: Path, url: str, serials: list[int]) -> None:
    """Without a nonce: first while the caches fill, then what they give; how many were signed anew meanwhile is printed."""
    paths = [path_of(serial) for serial in serials]
    for name, connections, seconds in (("filling", 8, max(2, len(serials) // 1000)), ("cached", 16, SECONDS)):
        before = _signatures()
        found = ask(folder, url, paths, connections=connections, seconds=seconds)
        signed = _signatures() - before
        print(
            f"ocsp {name:<8} n={len(serials):<6} {found}  of {found.count} signed anew {signed}\n{found.per_two_cores}"
        )


def _uncached(folder: Path, url: str, serials: list[int]) -> None:
    """With a nonce, so that every answer is signed; raw signing directly before and after, each with the machine to itself."""
    paths = [path_of(serial, nonce=secrets.token_bytes(16)) for serial in serials]
    first, before = _raw(), _signatures()
    found = ask(folder, url, paths, connections=8)
    signed, second = _signatures() - before, _raw()
    print(f"ocsp uncached n={len(serials):<6} {found}  of {found.count} signed anew {signed}\n{found.per_two_cores}")
    for name, each in first.items():
        rate, cpu = (each.rate + second[name].rate) / 2, (each.cpu + second[name].cpu) / 2
        ours = sum(used for part, used in found.cpu.items() if part != "wrk")
        print(
            f"    raw signing, {name}: {rate:.0f}/s, raw/uncached {rate / found.rate:.2f};"
            f" by processor time {cpu:.2f} ms, uncached/raw {ours / cpu:.2f}"
        )


def _steps(folder: Path, url: str, port: int, serials: list[int]) -> None:
    """More and more connections that never wait, half of the questions with a nonce. Beside them one client that does as it
    is told and looks closely; what it asks for is revoked in the midst of the last step.
    """
    paths = [path_of(each) for each in serials[:500]]
    paths += [path_of(each, nonce=secrets.token_bytes(16)) for each in serials[:500]]
    for connections in CONNECTIONS:
        with Watch(port, path_of(serials[-1])) as watch:
            if connections == CONNECTIONS[-1]:
                load = _revoked_meanwhile(folder, url, paths, watch, serials[-1])
            else:
                load = ask(folder, url, paths, connections=connections, looks=True)
        print(f"ocsp half of them uncached, {connections:>3} clients {load}  wrong {load.wrong}")
        print(f"{load.per_two_cores}\n    beside them one that waits {watch.seen}")


def _revoked_meanwhile(folder: Path, url: str, paths: list[str], watch: Watch, serial: int) -> Load:
    found: list[Load] = []
    thread = threading.Thread(
        target=lambda: found.append(
            ask(folder, url, paths, connections=CONNECTIONS[-1], seconds=2 * SECONDS, looks=True)
        )
    )
    thread.start()
    time.sleep(SECONDS)
    revoke(serial)
    watch.is_revoked.set()
    thread.join()
    return found[0]


def _signatures() -> int:
    """How many the signing process has made."""
    found: int = signer.current().health()["operations"]
    return found


class Raw(NamedTuple):
    """Signatures a second, and milliseconds of processor time for each."""

    rate: float
    cpu: float


def _raw() -> dict[str, Raw]:
    """P-256 in the HSM through the signing process: one client, four, and one that asks for sixteen at once."""
    return {"one client": _rate(1, 1), "four clients": _rate(4, 1), "sixteen at once": _rate(1, 16)}


def _rate(clients: int, at_once: int) -> Raw:
    digests, client = [hashlib.sha256(b"x").digest()] * at_once, signer.current()

    def some(count: int) -> None:
        for _ in range(count // at_once):
            client.sign_digests("ocsp", digests, "sha256")
        client.close()

    some(64)
    threads = [threading.Thread(target=some, args=(RAW // clients,)) for _ in range(clients)]
    before, began = _spent(), time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Raw(RAW / (time.perf_counter() - began), (_spent() - before) * 1000 / RAW)


def _spent() -> float:
    """Seconds of processor time of this process and the signing process."""
    return time.process_time() + spent().get("signer", 0.0)


if __name__ == "__main__":
    main()
