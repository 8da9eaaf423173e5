"""Loading the PKCS#11 module so that it survives threads, forks and a second process that starts at the same moment.

Measured with SoftHSM 2.6 and python-pkcs11 0.10 (the tests in tests/hsm show each failure first):

A. The wrapper calls C_Initialize(NULL), which for SoftHSM means "one thread only", and releases the GIL in every call:
   two threads crash. So the module is initialised again with CKF_OS_LOCKING_OK, past the wrapper, whose own flag stays.
B. After a fork the child must initialise again; real modules answer CKR_CRYPTOKI_NOT_INITIALIZED.
C. SoftHSM rewrites `token.object` at each login by truncating it: a process that initialises at that moment sees no
   token for the rest of its life. So initialisation and login happen under a file lock, and a failure starts afresh.
"""

import ctypes
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pkcs11

CKF_OS_LOCKING_OK = 0x02
CKR_OK = 0x00
CKR_CRYPTOKI_NOT_INITIALIZED = 0x190


class ModuleError(RuntimeError):
    """The PKCS#11 module could not be initialised."""


class _InitializeArguments(ctypes.Structure):
    _fields_ = (  # PKCS#11 v2.40, CK_C_INITIALIZE_ARGS
        ("create_mutex", ctypes.c_void_p),
        ("destroy_mutex", ctypes.c_void_p),
        ("lock_mutex", ctypes.c_void_p),
        ("unlock_mutex", ctypes.c_void_p),
        ("flags", ctypes.c_ulong),
        ("reserved", ctypes.c_void_p),
    )


def load_module(path: str) -> pkcs11.lib:
    """The module, freshly initialised for this process with operating-system locks.

    Args:
        path: of the shared library.

    Raises:
        ModuleError: it cannot be loaded or initialised.
    """
    try:
        library = pkcs11.lib(path)
        raw = ctypes.CDLL(path)
    except (RuntimeError, OSError) as error:
        raise ModuleError(f"{path}: {error}") from error
    _expect(raw.C_Finalize(None), "C_Finalize", CKR_OK, CKR_CRYPTOKI_NOT_INITIALIZED)
    arguments = _InitializeArguments(flags=CKF_OS_LOCKING_OK)
    _expect(raw.C_Initialize(ctypes.byref(arguments)), "C_Initialize", CKR_OK)
    return library


def _expect(result: int, name: str, *accepted: int) -> None:
    if result not in accepted:
        raise ModuleError(f"{name} answered {result:#x}")


@contextmanager
def start_up_lock(path: Path) -> Iterator[None]:
    """Only one process at a time initialises a module and logs in (pitfall C)."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    # closing the file releases the lock


def started_in_this_process(pid: int) -> bool:
    """Whether what was started under `pid` may be used here: not after a fork (pitfall B)."""
    return pid == os.getpid()
