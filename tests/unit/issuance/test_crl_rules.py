"""A CRL's frame and outline, read by somebody else's parsers, and fed with rubbish."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import crl as asn1crl
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from issuance.rules.crl import CrlPlan, distribution_point, frame, is_signed_by, signature_length
from issuance.rules.crl_lint import crl_findings
from issuance.rules.crl_names import ca_certificate_name, crl_address, crl_name
from issuance.rules.crl_outline import NotACrlError, abridge, read_outline
from issuance.rules.profile import Places
from issuance.rules.revocation import REASONS, crl_entry
from issuance.rules.signing_bytes import hash_for

NOW = datetime(2026, 11, 24, 3, 4, 5, tzinfo=UTC)
ADDRESS = "https://cecsign.example/crl/ca-000.crl"


def reader(data: bytes):
    return lambda offset, length: data[offset : offset + length]


def make_ca(key) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "CA")])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(5)
        .not_valid_before(NOW - timedelta(days=9))
        .not_valid_after(NOW + timedelta(days=9))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


@pytest.fixture(scope="module", params=["rsa", "p256", "p384"])
def key(request):
    if request.param == "rsa":
        return rsa.generate_private_key(65537, 2048)
    return ec.generate_private_key(ec.SECP256R1() if request.param == "p256" else ec.SECP384R1())


def build(key, entries: list[bytes], number: int = 7, **more) -> tuple[bytes, CrlPlan]:
    plan = CrlPlan(make_ca(key), ADDRESS, number, NOW, NOW + timedelta(hours=96), **more)
    body = b"".join(entries)
    around = frame(plan, len(body))
    algorithm = hash_for(key.public_key())
    digest = hashlib.new(algorithm.name, around.head + body + around.tail).digest()
    scheme = (padding.PKCS1v15(),) if isinstance(key, rsa.RSAPrivateKey) else ()
    prehashed = Prehashed(algorithm)
    signature = key.sign(digest, *scheme, prehashed if scheme else ec.ECDSA(prehashed))
    assert is_signed_by(key.public_key(), signature, digest)
    assert not is_signed_by(key.public_key(), signature, bytes(len(digest)))
    assert abs(len(signature) - signature_length(key.public_key())) <= 2
    whole = around.first(signature) + body + around.last(signature)
    assert around.size(signature) == len(whole)
    return whole, plan


@pytest.mark.parametrize("count", [0, 1, 3, 300])
def test_what_is_framed_reads_back(key, count) -> None:
    reasons = list(REASONS)
    entries = [
        crl_entry((0x31 << 120) + n, NOW, reasons[n % len(reasons)], NOW if n % 2 else None) for n in range(count)
    ]
    whole, plan = build(key, entries)
    found = x509.load_der_x509_crl(whole)
    assert found.is_signature_valid(key.public_key())
    assert [entry.serial_number for entry in found] == [(0x31 << 120) + n for n in range(count)]
    listed = asn1crl.CertificateList.load(whole, strict=True)["tbs_cert_list"]["crl_extensions"]
    extensions = {each["extn_id"].dotted: each["critical"].native for each in listed}
    assert extensions == {"2.5.29.35": False, "2.5.29.20": False, "2.5.29.28": True, "2.5.29.60": False}
    point = found.extensions.get_extension_for_class(x509.IssuingDistributionPoint).value
    assert [name.value for name in point.full_name] == [ADDRESS]
    assert point.only_contains_user_certs and not point.indirect_crl
    outline = read_outline(reader(whole))
    assert (outline.number, outline.size, outline.this_update, outline.next_update) == (
        7, len(whole), NOW, NOW + timedelta(hours=96),
    )  # fmt: skip
    assert outline.distribution_point == distribution_point(plan.address)
    assert whole[outline.signed_from : outline.signed_until] == found.tbs_certlist_bytes
    assert outline.signature == found.signature
    short = abridge(reader(whole), 2)
    assert len(x509.load_der_x509_crl(short)) == min(count, 2)
    assert crl_findings(short) == []
    assert abridge(reader(whole), count) == whole


def test_expired_certificates_may_be_taken_off(key) -> None:
    whole, _plan = build(key, [], keeps_expired=False)
    with pytest.raises(x509.ExtensionNotFound):
        x509.load_der_x509_crl(whole).extensions.get_extension_for_oid(x509.ObjectIdentifier("2.5.29.60"))


def test_a_number_that_is_too_long(key) -> None:
    build(key, [], number=2**159 - 1)
    with pytest.raises(ValueError, match="20 octets"):
        build(key, [], number=2**159)


def test_pkilint_finds_what_is_wrong() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    plan = CrlPlan(make_ca(key), "no address", 1, NOW, NOW + timedelta(hours=96))
    around = frame(plan, 0)
    assert any("invalid_uri" in finding for finding in crl_findings(around.first(b"\x00") + around.last(b"\x00")))


def test_rubbish_is_no_crl() -> None:
    whole, _plan = build(ec.generate_private_key(ec.SECP256R1()), [crl_entry(1, NOW, "superseded")])
    for end in range(0, len(whole), 3):
        with pytest.raises(NotACrlError):
            read_outline(reader(whole[:end]))
    for at in range(len(whole) // 2):
        broken = bytearray(whole)
        broken[at] ^= 0xFF
        try:
            read_outline(reader(bytes(broken)))
        except NotACrlError:
            continue  # nothing else comes out
    for rubbish in (b"", b"\x30", b"\x30\x80", b"\x30\x85\x01\x01\x01\x01\x01", b"<html>not found</html>", bytes(64)):
        with pytest.raises(NotACrlError):
            read_outline(reader(rubbish))


def test_names_of_generations_and_shards() -> None:
    assert (crl_name(1), crl_name(2), crl_name(2, "017")) == ("ca-000.crl", "ca2-000.crl", "ca2-017.crl")
    assert (ca_certificate_name(1), ca_certificate_name(3)) == ("ca.cer", "ca3.cer")
    with pytest.raises(ValueError, match="from 1"):
        crl_name(0)
    places = Places("https://cecsign.example", "1.2.3", 2, "001")
    assert places.crl == crl_address("https://cecsign.example", 2, "001") == "https://cecsign.example/crl/ca2-001.crl"
    assert places.ca_certificate == "https://cecsign.example/crl/ca2.cer"
