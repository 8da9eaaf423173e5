"""A small time server on the loopback that says what it is told to say: right, wrong, or nonsense."""

import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

UNIX = 2_208_988_800


def _stamp(moment: float) -> int:
    return int((moment + UNIX) * (1 << 32)) % (1 << 64)


@contextmanager
def time_server(
    *, ahead: float = 0.0, stratum: int = 2, leap: int = 0, echo: bool = True, answers: bool = True
) -> Iterator[str]:
    """`host:port` of a server whose clock is so many seconds ahead of ours."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(0.1)
        stop = threading.Event()

        def serve() -> None:
            while not stop.is_set():
                try:
                    data, peer = server.recvfrom(1024)
                except TimeoutError:
                    continue
                if not answers:
                    continue
                there = _stamp(time.time() + ahead)
                origin = data[40:48] if echo else bytes(8)
                head = struct.pack(">BBbb3I", leap << 6 | 4 << 3 | 4, stratum, 6, -20, 0, 0, 0x7F000001)
                server.sendto(head + struct.pack(">Q", there) + origin + struct.pack(">QQ", there, there), peer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"127.0.0.1:{server.getsockname()[1]}"
        stop.set()
        thread.join()
