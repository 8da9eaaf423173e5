"""Putting documents into the storage and getting them back, checked."""

import hashlib
from pathlib import Path
from urllib.parse import urlparse

from flask import current_app
from sqlalchemy.dialects.postgresql import insert

from app import signer
from app.core.db import db
from app.core.errors import DomainError
from app.core.transaction import transaction
from app.storage.envelope import EnvelopeError, seal, unseal
from app.storage.files import FileStore
from models.blobs import Blob


class BlobNotFoundError(DomainError):
    """The storage has no object with this digest."""

    def __init__(self, sha256: str) -> None:
        super().__init__("blob-not-found", sha256=sha256)


class BlobDamagedError(DomainError):
    """What lies in the storage is not what was put there."""

    def __init__(self, sha256: str) -> None:
        super().__init__("blob-damaged", sha256=sha256)


def put(data: bytes, media_type: str) -> str:
    """Store a document.

    Call it inside a service's transaction (its row then stands or falls with it) or outside of one.

    Args:
        data: the document.
        media_type: e.g. `application/pdf`.

    Returns:
        SHA-256 of the document, in hexadecimal: the name to get it back by.

    Raises:
        SignerUnavailableError: the signing process, which wraps the key, does not answer.
    """
    digest = hashlib.sha256(data)
    name = digest.hexdigest()
    store = _store()
    if not store.path(name).exists():
        store.add(name, seal(data, sha256=digest.digest(), wrapper=signer.current()))
    row = insert(Blob).values(sha256=name, media_type=media_type, byte_count=len(data)).on_conflict_do_nothing()
    if db.session().info.get("in_service"):
        db.session.execute(row)
    else:
        with transaction():
            db.session.execute(row)
    return name


def get(sha256: str) -> bytes:
    """A stored document, decrypted and compared with its digest.

    Raises:
        BlobNotFoundError: there is none.
        BlobDamagedError: it was changed where it lies.
        SignerUnavailableError: the signing process does not answer.
    """
    stored = _store().read(sha256)
    if stored is None:
        raise BlobNotFoundError(sha256)
    try:
        data = unseal(stored, sha256=bytes.fromhex(sha256), wrapper=signer.current())
    except (EnvelopeError, signer.SignerRefusedError) as error:
        raise BlobDamagedError(sha256) from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise BlobDamagedError(sha256)
    return data


def exists(sha256: str) -> bool:
    """Whether the storage holds a document with this digest."""
    return _store().path(sha256).exists()


def _store() -> FileStore:
    url = urlparse(current_app.extensions["settings"].storage_url)
    return FileStore(Path(url.path))
