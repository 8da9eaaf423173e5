"""Each of our own lints with a certificate that breaks exactly it."""

import secrets
import warnings
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import prod

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from app.core import der
from issuance.rules.lint import certificate_findings
from issuance.rules.profile import Places, signing_usage
from issuance.rules.profiles import BUILT_IN
from issuance.rules.weak_keys import _ROCA_PRIMES
from tests.factories.lint_certificates import (
    HOLDER,
    NOW,
    PLACES,
    builder_of,
    ca,
    der_of,
    expected,
    rebuilt,
    rsa_key,
)

UTF8, PRINTABLE = _ASN1Type.UTF8String, _ASN1Type.PrintableString


def own(encoded: bytes, **changes: object) -> list[str]:
    """Codes of our own findings, each once."""
    found = certificate_findings(encoded, expected(**changes))
    return sorted({line.split()[1] for line in found if line.split()[1].startswith("own.")})


def subject(*parts: tuple[x509.ObjectIdentifier, str, _ASN1Type]) -> x509.Name:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return x509.Name([x509.NameAttribute(oid, text, kind, _validate=False) for oid, text, kind in parts])


C = (NameOID.COUNTRY_NAME, "JP", PRINTABLE)
CN = (NameOID.COMMON_NAME, "TAKASAKI TARO", UTF8)
SN = (NameOID.SERIAL_NUMBER, "R8-000123", PRINTABLE)


def test_what_the_builder_makes_is_clean() -> None:
    assert certificate_findings(der_of(builder_of()), expected()) == []


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ([C, CN, (NameOID.SERIAL_NUMBER, "R8-000123", UTF8)], "own.string-type"),
        ([C, (NameOID.COMMON_NAME, "TAKASAKI TARO", PRINTABLE), SN], "own.string-type"),
        ([C, (NameOID.COMMON_NAME, "A" * 65, UTF8), SN], "own.name-too-long"),
        ([C, (NameOID.ORGANIZATION_NAME, "A" * 65, UTF8), CN, SN], "own.name-too-long"),
        ([C, (NameOID.COMMON_NAME, " ", UTF8), SN], "own.name-empty"),
        ([C, CN], "own.name-missing"),
        ([C, SN], "own.name-missing"),
        ([C, (NameOID.COMMON_NAME, "髙﨑 太郎", UTF8), SN], "own.subject-not-romaji"),
        ([C, (NameOID.COMMON_NAME, "TARO\u200b", UTF8), SN], "own.invisible-character"),
        ([C, CN, SN, (NameOID.EMAIL_ADDRESS, "taro@example.jp", _ASN1Type.IA5String)], "own.e-mail"),
        ([C, (NameOID.COMMON_NAME, "taro@example.jp", UTF8), SN], "own.e-mail"),
    ],
)
def test_the_subject(parts: list[tuple[x509.ObjectIdentifier, str, _ASN1Type]], code: str) -> None:
    assert own(der_of(rebuilt(subject=subject(*parts)))) == [code]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("𠮷田 太郎", "own.character-not-shown"),  # U+20BB7 stands outside of JIS X 0213
        ("辻\U000e0100 太郎", "own.character-not-shown"),  # a variation selector
        ("\ue000田 太郎", "own.invisible-character"),  # private use: a 外字
        ("吉\u200b田 太郎", "own.invisible-character"),  # zero width
        ("吉田 \u202e太郎", "own.invisible-character"),  # turns the direction
    ],
)
def test_the_name_as_it_is_written(name: str, code: str) -> None:
    assert own(der_of(builder_of(replace(HOLDER, name=name)))) == [code]


def alternative(*rows: bytes) -> x509.UnrecognizedExtension:
    directory = der.sequence(*(der.set_of(row) for row in rows))
    return x509.UnrecognizedExtension(x509.SubjectAlternativeName.oid, der.sequence(der.context(4, directory)))


def row(oid: str, value: bytes) -> bytes:
    return der.sequence(der.oid(oid), value)


O_ROW, CN_ROW = row("2.5.4.10", der.utf8("株式会社髙﨑建設")), row("2.5.4.3", der.utf8("髙﨑\u3000太郎"))


def with_alternative(value: x509.ExtensionType) -> bytes:
    def change(extension: x509.Extension[x509.ExtensionType]) -> tuple[x509.ExtensionType, bool]:
        is_it = extension.oid == x509.SubjectAlternativeName.oid
        return (value if is_it else extension.value), extension.critical

    return der_of(rebuilt(change=change))


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (alternative(O_ROW, row("2.5.4.3", der.utf8("郎" * 65))), "own.name-too-long"),
        (alternative(row("2.5.4.10", der.utf8("社" * 65)), CN_ROW), "own.name-too-long"),
        (alternative(row("2.5.4.7", der.utf8("市" * 129)), O_ROW, CN_ROW), "own.name-too-long"),
        (alternative(O_ROW), "own.name-missing"),
        (alternative(O_ROW, row("2.5.4.3", der.tlv(0x13, b"TARO"))), "own.string-type"),
        (alternative(row("2.5.4.10", der.utf8("会社\u2066")), CN_ROW), "own.invisible-character"),
        (
            x509.UnrecognizedExtension(
                x509.SubjectAlternativeName.oid,
                der.sequence(
                    der.context(4, der.sequence(der.set_of(O_ROW), der.set_of(CN_ROW))),
                    der.context(1, b"taro@example.jp", constructed=False),
                ),
            ),
            "own.e-mail",
        ),
        (
            x509.UnrecognizedExtension(
                x509.SubjectAlternativeName.oid,
                der.sequence(
                    der.context(4, der.sequence(der.set_of(O_ROW), der.set_of(CN_ROW))),
                    der.context(2, b"www.example.jp", constructed=False),
                ),
            ),
            "own.alternative-name-kind",
        ),
    ],
)
def test_the_alternative_name(value: x509.ExtensionType, code: str) -> None:
    assert own(with_alternative(value)) == [code]


def test_sixty_four_kanji_are_not_too_long() -> None:
    """They are 192 octets."""
    assert own(with_alternative(alternative(O_ROW, row("2.5.4.3", der.utf8("郎" * 64))))) == []


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("changes", "context", "code"),
    [
        ({"not_before": NOW + timedelta(seconds=1)}, {}, "own.begins-later"),
        ({"not_after": at("2031-11-26T00:00:00+09:00")}, {}, "own.longer-than-five-years"),  # the day after the last
        ({"not_after": at("2028-11-26T00:00:00+09:00")}, {}, "own.longer-than-profile"),
        ({}, {"anchor": at("2023-11-25T12:00:00+09:00")}, "own.identity-anchor"),  # five years end on 24 November
        ({"not_before": NOW - timedelta(days=31), "not_after": NOW}, {}, "own.outside-the-ca"),
    ],
)
def test_the_validity(changes: dict[str, object], context: dict[str, object], code: str) -> None:
    assert own(der_of(builder_of(**changes)), **context) == [code]


def test_the_last_day_of_the_law_is_inside() -> None:
    profile = replace(BUILT_IN.holder, years=5)
    assert own(der_of(builder_of(not_after=at("2031-11-25T23:59:59+09:00"))), profile=profile) == []
    assert own(der_of(builder_of()), anchor=at("2023-11-26T12:00:00+09:00")) == []


def test_parts_of_a_second_are_refused() -> None:
    good = der_of(builder_of())
    written = der.tlv(0x17, b"261126030405Z")
    assert written in good
    bad = good.replace(written, der.tlv(0x17, b"2611260304+09"))
    assert own(bad) in (["own.time-form"], ["own.unreadable"])  # whichever sees it first


def replacing(oid: x509.ObjectIdentifier, value: x509.ExtensionType | None, *, critical: bool = False) -> bytes:
    def change(extension: x509.Extension[x509.ExtensionType]) -> tuple[x509.ExtensionType, bool] | None:
        if extension.oid != oid:
            return extension.value, extension.critical
        return None if value is None else (value, critical)

    return der_of(rebuilt(change=change))


def uris(*addresses: str) -> x509.CRLDistributionPoints:
    full = [x509.UniformResourceIdentifier(each) for each in addresses]
    return x509.CRLDistributionPoints([x509.DistributionPoint(full, None, None, None)])


def access(ocsp: str, issuers: str) -> x509.AuthorityInformationAccess:
    uri = x509.UniformResourceIdentifier
    return x509.AuthorityInformationAccess(
        [
            x509.AccessDescription(AuthorityInformationAccessOID.OCSP, uri(ocsp)),
            x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, uri(issuers)),
        ]
    )


def broken_extensions() -> Iterator[tuple[str, bytes]]:
    other = ec.generate_private_key(ec.SECP256R1()).public_key()
    yield (
        "own.authority-key",
        replacing(x509.AuthorityKeyIdentifier.oid, x509.AuthorityKeyIdentifier.from_issuer_public_key(other)),
    )
    yield "own.key-usage", replacing(x509.KeyUsage.oid, signing_usage(content_commitment=False), critical=True)
    yield "own.key-usage", replacing(x509.KeyUsage.oid, signing_usage(content_commitment=True))
    yield (
        "own.policy",
        replacing(
            x509.CertificatePolicies.oid,
            x509.CertificatePolicies(
                [x509.PolicyInformation(x509.ObjectIdentifier("1.2.392.200999.2.1"), [PLACES.practice_statement])]
            ),
        ),
    )
    yield "own.policy", replacing(x509.CertificatePolicies.oid, None)
    yield (
        "own.distribution-point",
        replacing(x509.CRLDistributionPoints.oid, uris("http://pki.example.jp/crl/ca-001.crl")),
    )
    yield "own.distribution-point", replacing(x509.CRLDistributionPoints.oid, None)
    yield (
        "own.information-access",
        replacing(x509.AuthorityInformationAccess.oid, access("http://elsewhere.example/ocsp", PLACES.ca_certificate)),
    )
    yield "own.information-access", replacing(x509.AuthorityInformationAccess.oid, None)
    usage = x509.ExtendedKeyUsage
    yield "own.extended-usage", der_of(rebuilt(add=(usage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), False)))
    other_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Another CA")])
    yield "own.issuer-name", der_of(rebuilt(issuer=other_name))


@pytest.mark.parametrize(("code", "encoded"), list(broken_extensions()))
def test_the_extensions(code: str, encoded: bytes) -> None:
    assert own(encoded) == [code]


@pytest.mark.parametrize(
    ("usages", "critical", "code"),
    [
        ([ExtendedKeyUsageOID.CLIENT_AUTH], False, "own.client-auth"),
        ([ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE], False, "own.any-usage"),
        ([ExtendedKeyUsageOID.TIME_STAMPING], False, "own.time-stamping-usage"),
        ([ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.OCSP_SIGNING], True, "own.time-stamping-usage"),
    ],
)
def test_usages_that_no_certificate_of_ours_has(usages: list[x509.ObjectIdentifier], critical: bool, code: str) -> None:
    encoded = der_of(rebuilt(add=(x509.ExtendedKeyUsage(usages), critical)))
    assert f"ERROR {code}" in certificate_findings(encoded)
    assert own(encoded) == sorted([code, "own.extended-usage"])


def test_a_holder_is_no_authority() -> None:
    encoded = der_of(rebuilt(add=(x509.BasicConstraints(ca=True, path_length=None), True)))
    assert own(encoded) == ["own.is-a-ca"]


def test_the_usage_that_a_profile_asks_for() -> None:
    profile = replace(BUILT_IN.holder, extended_usages=("document-signing",))
    usage = x509.ExtendedKeyUsage([x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")])
    encoded = der_of(rebuilt(add=(usage, False)))
    assert own(encoded, profile=profile) == []
    assert own(der_of(builder_of()), profile=profile) == ["own.extended-usage"]


def test_another_installations_addresses() -> None:
    codes = own(der_of(builder_of()), places=Places("http://other.example", "1.2.392.200999"))
    assert codes == ["own.distribution-point", "own.information-access"]


def test_a_short_serial_number() -> None:
    assert own(der_of(builder_of(serial=2**60 + 1))) == ["own.serial-too-short"]


# --- keys ---------------------------------------------------------------------------------------------------------


def random_modulus(bits: int = 3072) -> int:
    return rsa.generate_private_key(65537, bits).public_key().public_numbers().n


def of_bits(value: int, bits: int = 3072) -> int:
    assert value.bit_length() == bits
    return value


def small_factor() -> int:
    return of_bits(3 * ((1 << 3071) // 3 + secrets.randbits(3000) | 1))


def close_primes() -> int:
    root = secrets.randbits(1536) | 3 << 1534 | 1
    while any(root * (root + 2) % prime == 0 for prime in range(3, 7000, 2)):
        root += 2
    return of_bits(root * (root + 2))


def roca() -> int:
    step = prod(_ROCA_PRIMES)
    modulus = pow(65537, 12345, step)
    modulus += step * ((1 << 3071) // step + secrets.randbits(64))
    while modulus % 2 == 0 or any(modulus % prime == 0 for prime in range(3, 7000, 2)):
        modulus += step
    return of_bits(modulus)


@pytest.mark.parametrize(
    ("make", "code"),
    [(small_factor, "own.rsa-small-factor"), (close_primes, "own.rsa-close-primes"), (roca, "own.rsa-roca")],
)
def test_weak_moduli(make, code: str) -> None:
    assert own(der_of(builder_of(public_key=rsa_key(make())))) == [code]


def test_other_keys() -> None:
    modulus = random_modulus()
    assert own(der_of(builder_of(public_key=rsa_key(modulus)))) == []
    assert own(der_of(builder_of(public_key=rsa_key(modulus, 3)))) == ["own.rsa-exponent"]
    assert own(der_of(builder_of(public_key=rsa_key(random_modulus(2304))))) == ["own.key-kind"]
    p384 = ec.generate_private_key(ec.SECP384R1()).public_key()
    assert own(der_of(builder_of(public_key=p384))) == ["own.key-kind"]


def test_rsa_2048_ends_with_2030() -> None:
    profile = replace(BUILT_IN.holder, years=5)
    key = rsa_key(random_modulus(2048))
    last = builder_of(public_key=key, not_after=at("2030-12-31T23:59:59+09:00"))
    assert own(der_of(last), profile=profile) == []
    beyond = builder_of(public_key=key, not_after=at("2031-01-01T23:59:59+09:00"))
    assert own(der_of(beyond), profile=profile) == ["own.rsa-2048-after-2030"]


def test_what_the_ledger_knows() -> None:
    assert own(der_of(builder_of()), is_key_known=True) == ["own.key-known"]
    assert own(der_of(builder_of()), shares_factor=True) == ["own.shared-factor"]


def test_what_is_no_certificate() -> None:
    assert own(b"\x30\x03\x02\x01\x01") == ["own.unreadable"]
    assert ca()[1] is not None
