"""Checks 1–3: the candidate is the issued revision and exactly one update, and nothing else."""

import hashlib
import re

from app.contracts.signing.checks.candidate import Candidate, require

MOST_GROWTH = 2_000_000  # bytes
ENDING = re.compile(rb"startxref\s+(\d+)\s+%%EOF[\r\n]{0,2}\Z")


def size(it: Candidate) -> None:
    """1: longer than the issued revision, but not by much."""
    require(len(it.issued) < len(it.up), "unchanged")
    require(len(it.up) <= len(it.issued) + MOST_GROWTH, "grew-too-much")


def base(it: Candidate) -> None:
    """2: byte for byte the issued revision, and that is the one that was handed out."""
    require(hashlib.sha256(it.issued).hexdigest() == it.issued_sha256, "base-moved")
    require(it.up.startswith(it.issued), "base-changed")


def one_update(it: Candidate) -> None:
    """3: one startxref and one end-of-file mark in what was added, at its very end."""
    delta = it.up[len(it.issued) :]
    require(ENDING.search(delta), "bytes-after-end")
    require(delta.count(b"%%EOF") == 1 and delta.count(b"startxref") == 1, "several-updates")
