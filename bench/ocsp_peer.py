"""The peer of the OCSP benchmark: `openssl ocsp -port`."""

import base64
import socket
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from bench.ocsp_questions import request_for
from tests.system.running import free_port

SECONDS = 6


def peer(folder: Path, serials: list[int], sizes: tuple[int, ...]) -> None:
    """`openssl ocsp -port` with software keys of the same kinds, asked by the same wrk."""
    place = folder / "peer"
    place.mkdir()

    def openssl(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=place, check=True, capture_output=True)

    new = ("req", "-x509", "-nodes", "-days", "900", "-newkey")
    openssl(*new, "rsa:4096", "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=ca")
    openssl(*new, "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-keyout", "o.key", "-out", "o.pem", "-subj", "/CN=o",
            "-CA", "ca.pem", "-CAkey", "ca.key", "-addext", "extendedKeyUsage=OCSPSigning")  # fmt: skip
    ca = x509.load_pem_x509_certificate((place / "ca.pem").read_bytes())
    encoded = ca.public_bytes(Encoding.DER)
    for size in sizes:
        lines = [f"V\t351231000000Z\t\t{serial:032X}\tunknown\t/CN={serial}\n" for serial in serials[:size]]
        (place / "index.txt").write_text("".join(lines))
        port = free_port()
        command = ["openssl", "ocsp", "-port", str(port), "-index", "index.txt", "-CA", "ca.pem", "-rsigner", "o.pem"]
        process = subprocess.Popen(
            [*command, "-rkey", "o.key", "-ndays", "1"], cwd=place, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            time.sleep(1)
            paths = [
                "/" + quote(base64.b64encode(request_for(encoded, each, None)).decode(), safe="")
                for each in serials[:size]
            ]
            print(f"  peer: openssl ocsp -port (software key), one client n={size:<6} {_in_turn(port, paths):8.0f}/s")
        finally:
            process.terminate()
            process.wait()


def _in_turn(port: int, paths: list[str]) -> float:
    """One connection for each question: wrk and this server do not understand each other."""
    began, count = time.perf_counter(), 0
    while time.perf_counter() - began < SECONDS:
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(f"GET {paths[count % len(paths)]} HTTP/1.0\r\n\r\n".encode())
            while connection.recv(65536):
                pass
        count += 1
    return count / (time.perf_counter() - began)
