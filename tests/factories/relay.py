"""Something between a client and a server on unix sockets that can hang: what is sent arrives, and nothing comes back."""

import socket
import threading
from contextlib import suppress
from pathlib import Path


class Relay:
    """Listens at one path and hands everything on to another. A hung one takes connections and answers nothing."""

    def __init__(self, path: Path, server: Path) -> None:
        self._server, self._all = server, []
        self.flows = threading.Event()
        self.flows.set()
        self._door = socket.socket(socket.AF_UNIX)
        self._door.bind(str(path))
        self._door.listen(64)
        threading.Thread(target=self._take, daemon=True).start()

    def _take(self) -> None:
        with suppress(OSError):
            while True:
                near, far = self._door.accept()[0], socket.socket(socket.AF_UNIX)
                far.connect(str(self._server))
                self._all += [near, far]
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=self._pass_on, args=pair, daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                self.flows.wait()
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        """Hang up on everybody."""
        self.flows.set()
        for each in (self._door, *self._all):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
