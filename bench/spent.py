"""Processor time of the processes that a benchmark started."""

import resource
from contextlib import suppress

import psutil


def spent() -> dict[str, float]:
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
