"""Keeps one process of the Procfile alive: what dies is started again after a moment, and a stop stops it.

`python -m deploy.keep COMMAND …`. honcho by itself would end everything when one process dies.
"""

import ctypes
import signal
import subprocess
import sys
import time

LONGEST_PAUSE = 10.0
STEADY_SECONDS = 30.0


def main(command: list[str]) -> None:
    """Run the command until a signal asks to stop."""
    stopping = False
    child: subprocess.Popen[bytes] | None = None

    def stop(_number: int, _frame: object) -> None:
        nonlocal stopping
        stopping = True
        if child is not None:
            child.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    pause = 0.5
    while not stopping:
        started = time.monotonic()
        # The child gets the signal too if this process is killed hard (prctl PR_SET_PDEATHSIG).
        child = subprocess.Popen(
            command, preexec_fn=lambda: ctypes.CDLL(None).prctl(1, signal.SIGTERM), start_new_session=True
        )
        code = child.wait()
        if stopping:
            return
        pause = 0.5 if time.monotonic() - started > STEADY_SECONDS else min(pause * 2, LONGEST_PAUSE)
        print(f"ended with {code}; starting again in {pause:g} s: {' '.join(command)}", file=sys.stderr, flush=True)
        time.sleep(pause)


if __name__ == "__main__":
    main(sys.argv[1:])
