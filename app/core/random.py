"""The source of secret randomness, injectable so that a test can plant a marker and look for it afterwards."""

import secrets
from collections.abc import Sequence
from typing import Protocol, TypeVar

from flask import current_app

T = TypeVar("T")


class RandomSource(Protocol):
    """What secrets are made from."""

    def token_bytes(self, length: int) -> bytes:
        """`length` unpredictable bytes."""

    def choice(self, options: Sequence[T]) -> T:
        """One of the options, each as likely as the others."""


class SystemRandomSource:
    """The operating system's generator."""

    def token_bytes(self, length: int) -> bytes:
        """`length` unpredictable bytes."""
        return secrets.token_bytes(length)

    def choice(self, options: Sequence[T]) -> T:
        """One of the options, each as likely as the others."""
        return secrets.choice(options)


def random_source() -> RandomSource:
    """The application's source: the operating system's unless a test put another in its place."""
    source: RandomSource = current_app.extensions.get("random") or SystemRandomSource()
    return source
