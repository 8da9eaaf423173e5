"""The PIN lengths that a token demands: C_GetTokenInfo, of which python-pkcs11 hands on everything but these."""

import ctypes
import sys

from pkcs11 import Token

Byte, Number = ctypes.c_ubyte, ctypes.c_ulong


class _Info(ctypes.Structure):
    """CK_TOKEN_INFO (PKCS#11 v2.40 §3.2). On Windows modules pack their structures to one byte."""

    if sys.platform == "win32":
        _pack_ = 1
    _fields_ = [  # noqa: RUF012  ctypes reads a list
        ("label", Byte * 32),
        ("manufacturer_id", Byte * 32),
        ("model", Byte * 16),
        ("serial_number", Byte * 16),
        ("flags", Number),
        ("max_session_count", Number),
        ("session_count", Number),
        ("max_rw_session_count", Number),
        ("rw_session_count", Number),
        ("max_pin_len", Number),
        ("min_pin_len", Number),
        ("total_public_memory", Number),
        ("free_public_memory", Number),
        ("total_private_memory", Number),
        ("free_private_memory", Number),
        ("hardware_version", Byte * 2),
        ("firmware_version", Byte * 2),
        ("utc_time", Byte * 16),
    ]


def pin_lengths(module: str, token: Token) -> tuple[int, int] | None:
    """The shortest and the longest PIN that the token takes; None if the driver does not say.

    The module is the one that python-pkcs11 has loaded and initialised in this process.
    """
    try:
        ask = ctypes.CDLL(module).C_GetTokenInfo
    except (OSError, AttributeError):
        return None
    ask.argtypes, ask.restype = [Number, ctypes.POINTER(_Info)], Number
    info = _Info()
    if ask(token.slot.slot_id, ctypes.byref(info)) != 0:
        return None
    shortest, longest = int(info.min_pin_len), int(info.max_pin_len)
    return (shortest, longest) if 0 < shortest <= longest else None
