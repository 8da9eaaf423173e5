"""The server of the browser's tests leaves nothing open: pytest would blame the test that runs next."""

import gc
import socket
import struct
import threading
import time

from flask import Flask
from werkzeug.serving import make_server

from app.core.settings import ROOT
from tests.factories.whole import whole


def test_a_file_is_closed_though_the_browser_hangs_up() -> None:
    app = Flask("files", static_folder=str(ROOT / "admin" / "static"))
    server = make_server("127.0.0.1", 0, whole(app), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    for _ in range(20):
        connection = socket.create_connection(("127.0.0.1", server.server_port))
        connection.sendall(b"GET /static/posting.js HTTP/1.1\r\nHost: x\r\n\r\n")
        assert connection.recv(12) == b"HTTP/1.1 200"
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # with a reset
        connection.close()
    time.sleep(0.5)
    server.shutdown()
    thread.join()
    server.server_close()
    gc.collect()  # a file that was left open is an unraisable warning now, and an error
