"""Finds the message catalogues of every room and compiles those whose text is newer than their binary form."""

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("admin", "app", "registration", "issuance", "mailings")


def catalogue_directories() -> list[Path]:
    """Every directory that holds `ja/LC_MESSAGES/messages.po`, in a fixed order."""
    found = (path.parents[2] for package in PACKAGES for path in (ROOT / package).rglob("translations/**/messages.po"))
    return sorted(set(found))


def compile_stale() -> int:
    """Compile each catalogue whose .po is newer than its .mo. Returns how many were compiled."""
    done = 0
    for directory in catalogue_directories():
        for po in directory.glob("*/LC_MESSAGES/messages.po"):
            mo = po.with_suffix(".mo")
            if mo.exists() and mo.stat().st_mtime_ns >= po.stat().st_mtime_ns:
                continue
            with po.open("rb") as source:
                catalogue = read_po(source, locale=po.parents[1].name)
            # Written beside and renamed, since several processes start at once.
            fresh = mo.with_suffix(f".{os.getpid()}.tmp")
            with fresh.open("wb") as target:
                write_mo(target, catalogue)
            fresh.replace(mo)
            done += 1
    return done
