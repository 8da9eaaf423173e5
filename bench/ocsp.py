"""OCSP over HTTP: answers a second from the cache and signed anew, against raw signing in the same HSM and `openssl ocsp`.

Then more and more clients, to the point of refusing and far beyond it.
"""

import hashlib
import secrets
import shutil
import threading
import time
from pathlib import Path

from app import signer
from bench.installation import installation
from bench.ocsp_load import SECONDS, Load, Watch, ask, site
from bench.ocsp_peer import peer
from bench.ocsp_questions import certificates, path_of, revoke
from tests.system.running import free_port

SIZES = (100, 10_000)
CONNECTIONS = (1, 4, 16, 64, 256)


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
        serials = certificates(max(SIZES))
        with site(settings) as url:
            for size in SIZES:
                paths = [path_of(serial) for serial in serials[:size]]
                ask(folder, url, paths, connections=8, seconds=max(2, size // 1000))  # fills the caches
                found = ask(folder, url, paths, connections=16)
                print(f"ocsp cached   n={size:<6} {found}\n{found.per_two_cores}")
            for size in SIZES:
                paths = [path_of(serial, nonce=secrets.token_bytes(16)) for serial in serials[:size]]
                found = ask(folder, url, paths, connections=8)
                print(
                    f"ocsp uncached n={size:<6} {found}  raw/uncached {max(raw) / found.rate:.2f}\n{found.per_two_cores}"
                )
            _steps(folder, url, port, serials)
        peer(folder, serials, SIZES)


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


if __name__ == "__main__":
    main()
