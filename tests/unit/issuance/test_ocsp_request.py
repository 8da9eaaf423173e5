"""The fast reader and the thorough one agree on everything that both can read."""

from contextlib import suppress

import pytest
from asn1crypto import ocsp as asn1
from hypothesis import given
from hypothesis import strategies as st

from app.core import der
from issuance.rules import ocsp_request
from issuance.rules.ocsp_request import NONCE, OcspRefusedError, read_request

SHA1, SHA256, SHA512 = "1.3.14.3.2.26", "2.16.840.1.101.3.4.2.1", "2.16.840.1.101.3.4.2.3"
LENGTHS = {SHA1: 20, SHA256: 32, SHA512: 64}


def request(algorithm: str, serial: int, *, parameters: bytes = der.NULL, nonce: bytes | None = None) -> bytes:
    some = bytes(range(LENGTHS[algorithm]))
    asked = der.sequence(
        der.sequence(der.oid(algorithm), parameters), der.octets(some), der.octets(some[::-1]), der.integer(serial)
    )
    tail = b""
    if nonce is not None:
        value = der.octets(der.octets(nonce))
        tail = der.context(2, der.sequence(der.sequence(der.oid(NONCE), value)))
    return der.sequence(der.sequence(der.sequence(der.sequence(asked)), tail))


@given(
    st.sampled_from([SHA1, SHA256]),
    st.integers(1, 1 << 159),
    st.sampled_from([der.NULL, b""]),
    st.none() | st.binary(min_size=1, max_size=128),
)
def test_both_readers_agree(algorithm, serial, parameters, nonce) -> None:
    data = request(algorithm, serial, parameters=parameters, nonce=nonce)
    fast = ocsp_request._read_plain(data)
    assert fast is not None
    assert fast == ocsp_request._read_any(data)
    assert fast.ids[0].is_plain
    assert fast.may_be_shared is (nonce is None)
    assert (ocsp_request.plain_request(fast.ids[0]) == data) is (nonce is None)


@given(st.binary(max_size=300))
def test_no_bytes_are_too_strange(data) -> None:
    with suppress(OcspRefusedError):
        read_request(data)


@given(st.integers(0, 150), st.integers(0, 255))
def test_a_changed_octet_is_read_or_refused(position, octet) -> None:
    data = bytearray(request(SHA256, 1 << 120, nonce=bytes(16)))
    data[position % len(data)] = octet
    try:
        found = read_request(bytes(data))
    except OcspRefusedError:
        return
    assert all(each.encoded in bytes(data) for each in found.ids)


def test_what_is_unusual_takes_the_thorough_way() -> None:
    assert ocsp_request._read_plain(request(SHA512, 7)) is None
    assert read_request(request(SHA512, 7)).ids[0].algorithm == SHA512
    odd = asn1.OCSPRequest.load(request(SHA256, 7))
    odd["tbs_request"]["requestor_name"] = asn1.GeneralName(name="rfc822_name", value="somebody@example.jp")
    data = odd.dump(force=True)
    assert ocsp_request._read_plain(data) is None
    assert read_request(data).ids[0].serial == 7


@pytest.mark.parametrize("serial", [0, 1, 127, 128])
def test_small_serial_numbers(serial) -> None:
    assert read_request(request(SHA256, serial)).ids[0].serial == serial
