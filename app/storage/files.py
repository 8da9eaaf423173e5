"""Write-once files named by digest: ab/cd/abcd…"""

import os
import tempfile
from pathlib import Path


class FileStore:
    """A directory in which an object, once there, is never written again."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, sha256: str) -> Path:
        """Where an object with this digest lies, or would lie."""
        return self.root / sha256[:2] / sha256[2:4] / sha256

    def add(self, sha256: str, stored: bytes) -> None:
        """Put an object there, whole or not at all. One that is there already stays as it is."""
        target = self.path(sha256)
        if target.exists():
            return
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".new-")
        fresh = Path(name)
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(stored)
                out.flush()
                os.fsync(out.fileno())
            fresh.chmod(0o400)
            # link() refuses an existing name: the first writer wins, nobody overwrites.
            try:
                os.link(fresh, target)
            except FileExistsError:
                return
            _sync_directory(target.parent)
        finally:
            fresh.unlink()

    def read(self, sha256: str) -> bytes | None:
        """The stored bytes, or None if there is no such object."""
        try:
            return self.path(sha256).read_bytes()
        except FileNotFoundError:
            return None


def _sync_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
