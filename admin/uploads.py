"""Uploads stay in memory: what was sent by mistake (a paper with an individual number) must not lie in a temporary file."""

from io import BytesIO
from typing import IO

from flask import Request


class MemoryRequest(Request):
    """A request whose files are never written to disk; MAX_UPLOAD_BYTES bounds what they take."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        """Werkzeug's own would change to a temporary file above 500 KB."""
        return BytesIO()
