"""Issues one certificate in a process that kills itself with SIGKILL at a gap: `python -m tests.factories.dying`.

Arguments: socket of the signing process, enrolment, name of the step in issue_certificate, `before` or `after`.
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
    socket, enrolment, step, when = sys.argv[1:]
    real = getattr(issue_certificate, step)

    def dying(*arguments: Any, **named: Any) -> None:
        if when == "after":
            real(*arguments, **named)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(issue_certificate, step, dying)
    app = create_worker(Settings())
    app.extensions["signer"] = SignerClient(Path(socket))
    with app.app_context():
        issue_certificate.issue_certificate(UUID(enrolment), now=clock.now())


if __name__ == "__main__":
    main()
