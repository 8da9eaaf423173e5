"""A signing process that hangs must not take every thread with it: while it is away one thread tries, the others do not wait."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from app.signer import SignerUnavailableError


class Gate:
    """Lets everybody through until the signing process was found away, then one at a time until it is back."""

    def __init__(self) -> None:
        self._is_away, self._trial = False, threading.Lock()

    @contextmanager
    def passing(self) -> Iterator[None]:
        """Around asking for a signature.

        Raises:
            SignerUnavailableError: it is away, and somebody else is just trying.
        """
        if not self._is_away:
            try:
                yield
            except SignerUnavailableError:
                self._is_away = True
                raise
            return
        if not self._trial.acquire(blocking=False):
            raise SignerUnavailableError("away")
        try:
            yield
            self._is_away = False
        finally:
            self._trial.release()
