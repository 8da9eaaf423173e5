"""Signing codes: what they look like, how they are read back, how long they live."""

import hashlib
from datetime import timedelta

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32 letters; neither 0/O nor 1/I
LENGTH = 12  # 60 bits
LIFE = timedelta(minutes=15)


def shown(code: str) -> str:
    """A code as people read it: K7MQ-2XHP-9D4R."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def read(text: str) -> str:
    """A code as it was typed, without hyphens and spaces, in capitals."""
    return "".join(character for character in text.upper() if character in ALPHABET)


def digest(code: str) -> str:
    """What is stored of a code."""
    return hashlib.sha256(f"signing-code:{code}".encode()).hexdigest()
