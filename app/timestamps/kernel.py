"""What the kernel says of its own clock (adjtimex(2), read only): whether a daemon keeps it, and how far off it may be."""

import ctypes
from dataclasses import dataclass

TIME_ERROR = 5
STA_UNSYNC = 0x0040


class _Timex(ctypes.Structure):
    """struct timex of <sys/timex.h>, 64-bit Linux."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("constant", ctypes.c_long),
        ("precision", ctypes.c_long),
        ("tolerance", ctypes.c_long),
        ("rest", ctypes.c_long * 32),
    )


@dataclass(frozen=True, slots=True)
class KernelClock:
    """The kernel's word."""

    is_synchronised: bool
    most_seconds: float  # maximum error as the daemon that keeps the clock says it


def ask_kernel() -> KernelClock:
    """Ask; a kernel without the call counts as not synchronised."""
    call = getattr(ctypes.CDLL(None), "adjtimex", None)
    if call is None:
        return KernelClock(is_synchronised=False, most_seconds=float("inf"))
    asked = _Timex(modes=0)  # changes nothing
    state = call(ctypes.byref(asked))
    return KernelClock(
        is_synchronised=state not in {-1, TIME_ERROR} and not asked.status & STA_UNSYNC,
        most_seconds=asked.maxerror / 1e6,
    )
