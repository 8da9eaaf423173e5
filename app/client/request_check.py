"""What the program checks before it asks for the PIN: that the token will sign this document and nothing else.

The server is not believed. The digest is derived here from the document and the update that will be appended, and the
attributes that the token signs may say nothing but that digest and which certificate it is (RFC 5652 §5.3, RFC 5035).
"""

import base64
import hashlib
import re
import zlib
from pathlib import Path
from typing import Any

from asn1crypto import cms, tsp  # noqa: F401  tsp makes signing-certificate-v2 known by name

MOST_UPDATE = 2_000_000  # bytes
EXPECTED = {"content_type", "message_digest", "signing_certificate_v2"}
BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")
# Why it may refuse: the word that the service is told, and what the person reads.
REASONS = {
    "answer-unreadable": ("the service's answer cannot be read", "サービスの応答を読み取れません"),
    "attributes-unexpected": (
        "the attributes say more or less than they should",
        "署名属性に過不足があります",
    ),
    "attributes-unreadable": ("the attributes cannot be read", "署名属性を読み取れません"),
    "certificate-other": ("another certificate is named", "別の証明書が指定されています"),
    "digest-other": ("the digest belongs to another document", "別の文書のハッシュ値です"),
    "document-changed": (
        "the document is not the one that was announced",
        "受け取った文書が、署名対象として示されたものと異なります（改ざんのおそれ）",
    ),
    "file-changed": (
        "the file on this computer was changed after it was fetched",
        "取得した文書のファイルが、このパソコン上で変更されています",
    ),
    "not-whole-document": ("the signature would not cover the whole document", "署名が文書全体を対象としていません"),
    "signature-place": ("the place of the signature is wrong", "署名の位置が正しくありません"),
    "update-too-large": ("the update is too large", "追加されるデータが大きすぎます"),
}
HOLE = re.compile(rb"<0+>")


class RequestCheckError(Exception):
    """The service asks for a signature that it should not ask for. Nothing was signed."""

    def __init__(self, reason: str) -> None:
        english, japanese = REASONS[reason]
        super().__init__(
            f"Nothing was signed: {english}.\n"
            "Make a new code on the contract's page. If it happens again, call the help desk.\n"
            f"署名を中止しました：{japanese}。\n"
            "契約のページで新しいコードを発行してください。再び起きる場合はヘルプデスクへご連絡ください。"
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
    try:
        return _checked(answer, base, certificate)
    except (KeyError, TypeError, ValueError, zlib.error) as error:  # binascii.Error is a ValueError
        raise RequestCheckError("answer-unreadable") from error


def require_unchanged(kept: Path, sha256: str) -> None:
    """What the person could look at is what will be signed.

    Raises:
        RequestCheckError: the file is gone or has other bytes than were checked.
    """
    try:
        data = kept.read_bytes()
    except OSError as error:
        raise RequestCheckError("file-changed") from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise RequestCheckError("file-changed")


def _checked(answer: dict[str, Any], base: bytes, certificate: bytes) -> bytes:
    if hashlib.sha256(base).hexdigest() != answer["base"]["sha256"]:
        raise RequestCheckError("document-changed")
    document_digest = _document_digest(base, _update(answer["delta"]), answer["hole"])
    encoded = base64.b64decode(answer["signed_attributes"], validate=True)
    attributes = _attributes(encoded)
    if attributes["content_type"].native != "data":
        raise RequestCheckError("attributes-unexpected")
    if attributes["message_digest"].native != document_digest:
        raise RequestCheckError("digest-other")
    entry = attributes["signing_certificate_v2"]["certs"]
    if len(entry) != 1 or entry[0]["hash_algorithm"]["algorithm"].native != "sha256":
        raise RequestCheckError("certificate-other")
    if entry[0]["cert_hash"].native != hashlib.sha256(certificate).digest():
        raise RequestCheckError("certificate-other")
    return encoded


def _update(encoded: str) -> bytes:
    unpacker = zlib.decompressobj()
    update = unpacker.decompress(base64.b64decode(encoded, validate=True), MOST_UPDATE)
    if unpacker.unconsumed_tail or not unpacker.eof:
        raise RequestCheckError("update-too-large")
    return update


def _document_digest(base: bytes, update: bytes, hole: list[int]) -> bytes:
    start, end = hole
    document = base + update
    if not len(base) < start < end < len(document) or not HOLE.fullmatch(document, start, end):
        raise RequestCheckError("signature-place")
    ranges = BYTE_RANGE.findall(update)
    if [tuple(map(int, found)) for found in ranges] != [(0, start, end, len(document) - end)]:
        raise RequestCheckError("not-whole-document")
    digest = hashlib.sha256(memoryview(document)[:start])
    digest.update(memoryview(document)[end:])
    return digest.digest()


def _attributes(encoded: bytes) -> dict[str, Any]:
    try:
        parsed = cms.CMSAttributes.load(encoded, strict=True)
        found = [(attribute["type"].native, attribute["values"]) for attribute in parsed]
    except (ValueError, TypeError) as error:
        raise RequestCheckError("attributes-unreadable") from error
    if {name for name, _values in found} != EXPECTED or len(found) != len(EXPECTED):
        raise RequestCheckError("attributes-unexpected")
    if any(len(values) != 1 for _name, values in found):
        raise RequestCheckError("attributes-unexpected")
    return {name: values[0] for name, values in found}
