"""Processes that hold secrets leave no picture of their memory behind."""

import ctypes
import resource

PR_SET_DUMPABLE = 4  # prctl(2)


def keep_private() -> None:
    """No core dump of this process and of its forks, whatever ends them; no other process of this user may read its memory."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
