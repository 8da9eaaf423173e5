"""What nearly everybody sends is read by comparing octets; it must mean what the whole reader finds in it."""

import hashlib
import itertools

import pytest
from asn1crypto import tsp

from app.timestamps.request import RefusedError, StampRequest, _read_any, _read_plain

POLICY = "1.2.3.4"
ALGORITHMS = {"sha256": 32, "sha384": 48, "sha512": 64}
NONCES = (None, 0, 1, 127, 128, 1 << 63, (1 << 64) - 1, 0x0101FF, 1 << 126)


def request_of(algorithm: str, nonce: int | None, *, asks: bool, parameters: bool = True, **more: object) -> bytes:
    named = {"algorithm": algorithm} if not parameters else {"algorithm": algorithm, "parameters": None}
    digest = hashlib.new(algorithm, b"x").digest()
    fields = {"version": "v1", "message_imprint": {"hash_algorithm": named, "hashed_message": digest}, **more}
    if nonce is not None:
        fields["nonce"] = nonce
    if asks:
        fields["cert_req"] = True
    return bytes(tsp.TimeStampReq(fields).dump())


PLAIN = [
    request_of(algorithm, nonce, asks=asks, parameters=parameters)
    for algorithm, nonce, asks, parameters in itertools.product(ALGORITHMS, NONCES, (True, False), (True, False))
]


def whole(data: bytes) -> StampRequest | None:
    try:
        return _read_any(data, POLICY)
    except RefusedError:
        return None


@pytest.mark.parametrize("data", PLAIN, ids=lambda _: "")
def test_both_readers_find_the_same(data: bytes) -> None:
    found = whole(data)
    assert found is not None
    is_doubtful = not found.wants_certificates and data.endswith(b"\x01\x01\xff")  # a nonce that ends as certReq does
    assert _read_plain(data) == (None if is_doubtful else found)


@pytest.mark.parametrize("data", PLAIN[::7], ids=lambda _: "")
def test_whatever_is_changed_the_quick_reader_finds_nothing_else(data: bytes) -> None:
    for position in range(len(data)):
        for octet in (0x00, 0x01, 0x02, 0x30, 0x7F, 0x80, 0xFF, data[position] ^ 1):
            changed = data[:position] + bytes((octet,)) + data[position + 1 :]
            found = _read_plain(changed)
            assert found is None or found == whole(changed)
        assert _read_plain(data[:position]) is None
    assert _read_plain(data + b"\x00") is None


@pytest.mark.parametrize(("nonce", "more"), [(None, {"req_policy": POLICY}), (-1, {}), (1 << 200, {})])
def test_what_is_not_plain_is_left_to_the_whole_reader(nonce: int | None, more: dict[str, object]) -> None:
    data = request_of("sha256", nonce, asks=True, **more)
    assert _read_plain(data) is None
    assert whole(data) is not None
