"""A holder's certificate as the builder makes it, and with one thing changed: for the lints."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from issuance.rules.lint_context import Expected
from issuance.rules.profile import Holder, Places, holder_certificate, serial_from
from issuance.rules.profiles import BUILT_IN
from issuance.rules.signing_bytes import unsigned

NOW = datetime(2026, 11, 26, 3, 4, 5, tzinfo=UTC)
PLACES = Places("http://pki.example.jp", "1.2.392.200999")
HOLDER = Holder(
    number="R8-000123",
    name="髙﨑 太郎",
    name_romaji="TAKASAKI TARO",
    company_name="株式会社髙﨑建設",
    company_romaji="TAKASAKI KENSETSU K.K.",
    company_address="茨城県日立市幸町1-1-1",
    corporate_number="7000012050002",
)
PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey


@cache
def ca() -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    """A CA of twenty years."""
    key = ec.generate_private_key(ec.SECP384R1())
    name = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"), x509.NameAttribute(NameOID.COMMON_NAME, "CA")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(5)
        .not_valid_before(NOW - timedelta(days=30))
        .not_valid_after(NOW + timedelta(days=7300))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    return key, builder.sign(key, SHA256())


@cache
def good_key() -> ec.EllipticCurvePublicKey:
    return ec.generate_private_key(ec.SECP256R1()).public_key()


def rsa_key(modulus: int, exponent: int = 65537) -> rsa.RSAPublicKey:
    """A public key of any modulus."""
    return rsa.RSAPublicNumbers(exponent, modulus).public_key()


def expected(**changes: object) -> Expected:
    values = {"profile": BUILT_IN.holder, "places": PLACES, "issuer": ca()[1], "now": NOW, "anchor": NOW, **changes}
    return Expected(**values)  # type: ignore[arg-type]


def builder_of(holder: Holder = HOLDER, **changes: object) -> x509.CertificateBuilder:
    """The builder of the certificate; `changes` are arguments of `holder_certificate`."""
    values: dict[str, object] = {
        "public_key": good_key(),
        "serial": serial_from(b"\x55" * 15),
        "not_before": NOW,
        "not_after": datetime(2028, 11, 25, 14, 59, 59, tzinfo=UTC),  # two years, the issue day counted (Japan)
        "issuer": ca()[1],
        "places": PLACES,
        **changes,
    }
    return holder_certificate(BUILT_IN.holder, holder, **values)  # type: ignore[arg-type]


def der_of(builder: x509.CertificateBuilder) -> bytes:
    """The certificate with an empty signature."""
    return unsigned(builder, ca()[0].public_key()).public_bytes(Encoding.DER)


def rebuilt(
    *,
    subject: x509.Name | None = None,
    change: Callable[[x509.Extension[x509.ExtensionType]], tuple[x509.ExtensionType, bool] | None] | None = None,
    add: tuple[x509.ExtensionType, bool] | None = None,
    issuer: x509.Name | None = None,
) -> x509.CertificateBuilder:
    """The good certificate taken apart and put together with something else in it.

    Args:
        subject: another subject.
        change: gives for each extension what stands there instead and whether it is critical; None leaves it out.
        add: one more extension.
        issuer: another issuer.
    """
    good = x509.load_der_x509_certificate(der_of(builder_of()))
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject or good.subject)
        .issuer_name(issuer or good.issuer)
        .public_key(good.public_key())
        .serial_number(good.serial_number)
        .not_valid_before(good.not_valid_before_utc)
        .not_valid_after(good.not_valid_after_utc)
    )
    for extension in good.extensions:
        put = change(extension) if change else (extension.value, extension.critical)
        if put is not None:
            builder = builder.add_extension(*put)
    return builder.add_extension(*add) if add else builder
