"""What people paste, what they filter by, and the digest of what they saw."""

from datetime import date

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from issuance.errors import RevocationBatchError
from issuance.rules.revocation_batch import (
    KEY_KINDS,
    BatchFilter,
    digest_of,
    filter_from_json,
    read_serials,
    require_filter,
)

SERIAL = "00ab" + "0" * 26 + "cd"


@pytest.mark.parametrize(
    "pasted",
    [
        SERIAL,
        SERIAL.upper(),
        "AB" + "0" * 26 + "CD",
        "0x" + SERIAL,
        ":".join(SERIAL[at : at + 2] for at in range(0, 32, 2)).upper(),
        f"  {SERIAL} \r\n\n{SERIAL}, {SERIAL.upper()}; ",
    ],
)
def test_a_serial_number_however_it_is_pasted(pasted: str) -> None:
    assert read_serials(pasted) == (SERIAL,)


def test_rubbish_is_named() -> None:
    with pytest.raises(RevocationBatchError) as caught:
        read_serials(f"{SERIAL}\n山田 太郎")
    assert (caught.value.code, caught.value.fields["serial"]) == ("batch-serial", "山田 太郎")
    assert read_serials(" \n,;") == ()


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (BatchFilter(), "batch-filter-empty"),
        (BatchFilter(issued_from=date(2026, 2, 1), issued_until=date(2026, 1, 1)), "batch-period"),
        (BatchFilter(key_kind="rsa-1024"), "batch-key-kind"),
    ],
)
def test_a_filter_that_says_nothing_or_nonsense(wanted: BatchFilter, code: str) -> None:
    with pytest.raises(RevocationBatchError, match=code):
        require_filter(wanted)


def test_the_record_gives_the_filter_back() -> None:
    wanted = BatchFilter("7000012050002", date(2026, 1, 1), None, "2026-03", "rsa-3072", 2, (SERIAL,))
    require_filter(wanted)
    assert filter_from_json(wanted.as_json()) == wanted
    assert filter_from_json(BatchFilter().as_json()) == BatchFilter()


def test_the_digest_knows_no_order_but_every_number() -> None:
    assert digest_of(["b", "a"]) == digest_of(["a", "b"])
    assert digest_of(["a"]) != digest_of(["a", "b"])


def test_the_beginnings_of_keys_are_those_of_real_keys() -> None:
    for kind, key in (
        ("rsa-3072", rsa.generate_private_key(public_exponent=65537, key_size=3072)),
        ("rsa-2048", rsa.generate_private_key(public_exponent=65537, key_size=2048)),
        ("secp256r1", ec.generate_private_key(ec.SECP256R1())),
    ):
        spki = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        assert [name for name, begins in KEY_KINDS.items() if spki.startswith(begins)] == [kind]
