"""What the program checks before it asks for the PIN: that the token will sign this document and nothing else.

The server is not believed. The digest is derived here from the document and the update that will be appended, and the
attributes that the token signs may say nothing but that digest and which certificate it is (RFC 5652 §5.3, RFC 5035).
"""

import base64
import hashlib
import re
import zlib
from typing import Any

from asn1crypto import cms, tsp  # noqa: F401  tsp makes signing-certificate-v2 known by name

MOST_UPDATE = 2_000_000  # bytes
EXPECTED = {"content_type", "message_digest", "signing_certificate_v2"}
BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")
HOLE = re.compile(rb"<0+>")


class RequestCheckError(Exception):
    """The service asks for a signature that it should not ask for. Nothing was signed."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"Nothing was signed: {reason}. Tell the help desk.\n署名を中止しました（要求の内容が正しくありません）。"
        )
        self.reason = reason


def checked_attributes(answer: dict[str, Any], base: bytes, certificate: bytes) -> bytes:
    """The attributes to sign, after every check.

    Args:
        answer: the service's JSON.
        base: the document to be signed, as downloaded.
        certificate: DER of the own certificate.

    Raises:
        RequestCheckError: something is not as it should be.
    """
    if hashlib.sha256(base).hexdigest() != answer["base"]["sha256"]:
        raise RequestCheckError("the document is not the one that was announced")
    document_digest = _document_digest(base, _update(answer["delta"]), answer["hole"])
    encoded = base64.b64decode(answer["signed_attributes"], validate=True)
    attributes = _attributes(encoded)
    if attributes["content_type"].native != "data":
        raise RequestCheckError("the content is not a document")
    if attributes["message_digest"].native != document_digest:
        raise RequestCheckError("the digest belongs to another document")
    entry = attributes["signing_certificate_v2"]["certs"]
    if len(entry) != 1 or entry[0]["hash_algorithm"]["algorithm"].native != "sha256":
        raise RequestCheckError("the certificate is not named properly")
    if entry[0]["cert_hash"].native != hashlib.sha256(certificate).digest():
        raise RequestCheckError("another certificate is named")
    return encoded


def _update(encoded: str) -> bytes:
    unpacker = zlib.decompressobj()
    update = unpacker.decompress(base64.b64decode(encoded, validate=True), MOST_UPDATE)
    if unpacker.unconsumed_tail or not unpacker.eof:
        raise RequestCheckError("the update is too large")
    return update


def _document_digest(base: bytes, update: bytes, hole: list[int]) -> bytes:
    start, end = hole
    document = base + update
    if not len(base) < start < end < len(document) or not HOLE.fullmatch(document, start, end):
        raise RequestCheckError("the place of the signature is wrong")
    ranges = BYTE_RANGE.findall(update)
    if [tuple(map(int, found)) for found in ranges] != [(0, start, end, len(document) - end)]:
        raise RequestCheckError("the signature would not cover the whole document")
    digest = hashlib.sha256(memoryview(document)[:start])
    digest.update(memoryview(document)[end:])
    return digest.digest()


def _attributes(encoded: bytes) -> dict[str, Any]:
    try:
        parsed = cms.CMSAttributes.load(encoded, strict=True)
        found = [(attribute["type"].native, attribute["values"]) for attribute in parsed]
    except (ValueError, TypeError) as error:
        raise RequestCheckError("the attributes cannot be read") from error
    if {name for name, _values in found} != EXPECTED or len(found) != len(EXPECTED):
        raise RequestCheckError("the attributes say more or less than they should")
    if any(len(values) != 1 for _name, values in found):
        raise RequestCheckError("an attribute has several values")
    return {name: values[0] for name, values in found}
