"""A CRL is fetched back from its public address, as everybody else fetches it, and compared with what was issued."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from tempfile import TemporaryFile
from typing import IO
from uuid import UUID

import requests
from cryptography.hazmat.primitives import hashes
from flask import current_app

from app import audit
from app.core.actor import SYSTEM
from app.core.db import db
from app.core.transaction import transaction
from issuance.errors import CrlFetchError
from issuance.queries.authority import load
from issuance.queries.crls import find_latest_crl, get_ca_of, get_crl
from issuance.rules.crl import ca_key, is_signed_by
from issuance.rules.crl_names import crl_address
from issuance.rules.crl_outline import NotACrlError, Outline, Read, read_outline
from issuance.rules.signing_bytes import PublicKey, hash_for
from models.certificates import Crl

SECONDS = (5, 30)  # to connect; between two pieces
PIECE = 64 * 1024


def fetch_crl(crl_id: UUID, *, now: datetime) -> None:
    """Fetch the CRL over HTTP and note whether it is the very same. A superseded CRL is left to its successor's turn.

    Raises:
        CrlFetchError: it is not (yet); noted in the row, and in the audit log when the finding is new.
        NotFoundError: there is no such CRL.
    """
    crl = get_crl(crl_id)
    ca, expected = get_ca_of(crl), (crl.size, crl.sha256, int(crl.number))
    address = crl_address(current_app.extensions["settings"].public_url, ca.generation, crl.shard)
    public = ca_key(load(ca))
    is_settled = crl.fetched_at is not None or _is_superseded(crl)
    db.session.rollback()
    if is_settled:
        return
    failure = _compare(address, *expected, public)
    if failure and _is_superseded(get_crl(crl_id)):
        return  # while we looked
    _note(crl_id, failure, now)
    if failure:
        raise CrlFetchError(failure, address=address, number=expected[2])


def _is_superseded(crl: Crl) -> bool:
    newest = find_latest_crl(crl.ca_certificate_id, crl.shard)
    return newest is not None and newest.id != crl.id


def _compare(address: str, size: int, sha256: str, number: int, public: PublicKey) -> str:
    """What is wrong with what lies at the address, as a code; nothing if it is what was issued."""
    try:
        with _fetched(address, size) as (file, found):
            outline = read_outline(_reader(file))
            if outline.number != number:
                return "crl-stale"
            if found != sha256:
                return "crl-differs"
            return "" if _is_signed(file, outline, public) else "crl-signature"
    except NotACrlError:
        return "crl-differs"
    except CrlFetchError as error:
        return error.code


@contextmanager
def _fetched(address: str, size: int) -> Iterator[tuple[IO[bytes], str]]:
    """The answer in a file, with its SHA-256: the process holds one piece at a time."""
    running, length = hashlib.sha256(), 0
    with TemporaryFile() as file:
        try:
            headers = {"Cache-Control": "no-cache", "Accept-Encoding": "identity"}
            with requests.get(address, headers=headers, stream=True, timeout=SECONDS, allow_redirects=False) as answer:
                if answer.status_code != requests.codes.ok:
                    raise CrlFetchError("crl-status", status=answer.status_code)
                for piece in answer.iter_content(PIECE):
                    running.update(piece)
                    file.write(piece)
                    length += len(piece)
                    if length > size + PIECE:
                        raise CrlFetchError("crl-differs")
        except requests.RequestException as error:
            raise CrlFetchError("crl-unreachable", reason=type(error).__name__) from error
        yield file, running.hexdigest()


def _reader(file: IO[bytes]) -> Read:
    def read(offset: int, length: int) -> bytes:
        file.seek(offset)
        return file.read(length)

    return read


def _is_signed(file: IO[bytes], outline: Outline, public: PublicKey) -> bool:
    running = hashes.Hash(hash_for(public))
    file.seek(outline.signed_from)
    left = outline.signed_until - outline.signed_from
    while left and (piece := file.read(min(PIECE, left))):
        running.update(piece)
        left -= len(piece)
    return left == 0 and is_signed_by(public, outline.signature, running.finalize())


def _note(crl_id: UUID, failure: str, now: datetime) -> None:
    with transaction():
        crl = db.session.get_one(Crl, crl_id, with_for_update=True, populate_existing=True)
        before, crl.fetch_failure = crl.fetch_failure, failure
        if not failure:
            crl.fetched_at = now
        if failure != before or not failure:
            audit.record(
                "crl:fetch",
                subject_type="crl",
                subject_id=crl.id,
                actor=SYSTEM,
                outcome="failed" if failure else "done",
                detail={"number": int(crl.number), **({"error": failure} if failure else {})},
            )
