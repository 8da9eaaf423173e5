"""Documents at rest: encrypted, found by the SHA-256 of their content, written once and never changed."""

from app.storage.blobs import BlobDamagedError, BlobNotFoundError, exists, get, put

__all__ = ["BlobDamagedError", "BlobNotFoundError", "exists", "get", "put"]
