"""Getting a time stamp: from the accredited authority at TSA_URL, or from the built-in one."""

import secrets

import requests
from asn1crypto import tsp
from flask import current_app

from app.core import der
from app.core.errors import DomainError
from app.timestamps.clock_check import ClockNotTrustedError
from app.timestamps.responder import imprint_of, make_token

TIMEOUT_SECONDS = 15


class StampRejectedError(DomainError):
    """The time-stamping authority gave no token. Code: stamp-rejected. Never go on without one."""

    def __init__(self, reason: str) -> None:
        super().__init__("stamp-rejected", reason=reason)


def stamp(digest: bytes) -> bytes:
    """A time-stamp token (ContentInfo, DER) over a SHA-256 digest, with the authority's own time.

    Raises:
        StampRejectedError: the authority rejects the request or does not answer; timeNotAvailable of the built-in one
            if its clock is not known to be right.
        SignerUnavailableError: the built-in authority's key is away.
    """
    url = current_app.extensions["settings"].tsa_url
    if not url:
        try:
            return make_token(imprint_of(digest), nonce=None, with_certificates=True)
        except ClockNotTrustedError as error:
            raise StampRejectedError("timeNotAvailable") from error
    return _ask(url, digest)


def _ask(url: str, digest: bytes) -> bytes:
    nonce = secrets.randbits(64)
    request = der.sequence(der.integer(1), imprint_of(digest), der.integer(nonce), der.boolean(value=True))
    try:
        answer = requests.post(
            url, data=request, headers={"Content-Type": "application/timestamp-query"}, timeout=TIMEOUT_SECONDS
        )
        answer.raise_for_status()
        response = tsp.TimeStampResp.load(answer.content, strict=True)
        status = response["status"]["status"].native
        if status not in {"granted", "granted_with_mods"}:
            raise StampRejectedError(status)
        token = response["time_stamp_token"]
        info = token["content"]["encap_content_info"]["content"].parsed
        if info["nonce"].native != nonce or info["message_imprint"]["hashed_message"].native != digest:
            raise StampRejectedError("answers another question")
    except (requests.RequestException, ValueError, KeyError, TypeError) as error:
        raise StampRejectedError(type(error).__name__) from error
    encoded: bytes = token.dump()
    return encoded
