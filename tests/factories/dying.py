"""Issues certificates in a process that kills itself with SIGKILL at a gap: `python -m tests.factories.dying`.

Arguments: socket of the signing process, enrolments with commas between them, name of the step in issue_certificate, `before`
or `after`, and at which time that the step is taken.
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

from app.core import clock
from app.core.settings import Settings
from app.signer import SignerClient
from issuance.services import issue_certificate
from wsgi import create_worker


def main() -> None:
    """Die at the gap, or come to the end."""
    socket, enrolments, step, when, nth = sys.argv[1:]
    real, times = getattr(issue_certificate, step), 0

    def dying(*arguments: Any, **named: Any) -> Any:
        nonlocal times
        times += 1
        is_now = times == int(nth)
        if is_now and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = real(*arguments, **named)
        if is_now:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(issue_certificate, step, dying)
    app = create_worker(Settings())
    app.extensions["signer"] = SignerClient(Path(socket))
    with app.app_context():
        issue_certificate.issue_certificates([UUID(each) for each in enrolments.split(",")], now=clock.now())


if __name__ == "__main__":
    main()
