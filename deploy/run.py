"""`make run`: prepare, start every process of the Procfile, and say where to go and how to sign in."""

import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

from app.core.settings import ROOT, Settings
from deploy import sample


def main() -> None:
    """Run until Ctrl-C."""
    settings = Settings()
    subprocess.run([sys.executable, "-W", "ignore", "-m", "deploy.prepare"], check=True, cwd=ROOT)
    environment = {**os.environ, "PYTHONWARNINGS": "ignore", "PYTHONUNBUFFERED": "1"}
    procfile = _procfile(settings)
    honcho = subprocess.Popen([sys.executable, "-m", "honcho", "-f", str(procfile), "start"], cwd=ROOT, env=environment)
    asked_to_stop = threading.Event()

    def stop(_number: int, _frame: object) -> None:
        asked_to_stop.set()
        honcho.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    threading.Thread(target=_announce, args=(settings,), daemon=True).start()
    code = honcho.wait()
    sys.exit(0 if asked_to_stop.is_set() else code)


def _procfile(settings: Settings) -> Path:
    """The Procfile without the embedded parts that are configured elsewhere."""
    unused = {
        name
        for name, given in (
            ("postgres", settings.database_url_given),
            ("redis", settings.redis_url_given),
            ("mail", settings.mail_url_given),
        )
        if given
    }
    lines = [line for line in (ROOT / "Procfile").read_text().splitlines() if line.partition(":")[0] not in unused]
    target = settings.var_dir / "Procfile"
    target.write_text("\n".join(lines) + "\n")
    return target


def _announce(settings: Settings) -> None:
    portal = f"http://{settings.portal_host}:{settings.portal_port}"
    for address in (f"{portal}/login", f"{settings.public_url}/"):
        for _ in range(120):
            try:
                with urllib.request.urlopen(address, timeout=2):  # noqa: S310  our own address
                    break
            except (urllib.error.URLError, OSError):
                time.sleep(0.5)
    print(sample.announcement(portal, settings.public_url), flush=True)


if __name__ == "__main__":
    main()
