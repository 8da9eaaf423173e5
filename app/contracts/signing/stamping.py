"""The time-stamping authority as pyHanko asks it: a SHA-256 digest in, a token out, wherever the authority runs."""

from collections.abc import Callable

from asn1crypto import cms, tsp  # noqa: F401  tsp makes the token's content known by name
from pyhanko.sign.timestamps import TimeStamper

Stamp = Callable[[bytes], bytes]  # SHA-256 digest → token (ContentInfo, DER)


class CallableTimeStamper(TimeStamper):
    """A time stamper over a function. Without a token there is no signature: an error is never swallowed."""

    def __init__(self, stamp: Stamp) -> None:
        super().__init__()
        self._stamp = stamp

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """One token (RFC 3161)."""
        if md_algorithm.lower() != "sha256":
            raise ValueError(f"time stamps are over SHA-256, not {md_algorithm}")
        return cms.ContentInfo.load(self._stamp(message_digest))
