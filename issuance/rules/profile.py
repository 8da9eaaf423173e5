"""The holder's certificate: the builder that follows a version of the profile (issuance.rules.profiles).

docs/rules/certificate-profile.md; RFC 5280, RFC 3739 (unique subject by serialNumber), 施行規則6条5号 (issuer, serial,
validity, subscriber's name, key). The romanised name is the subject; the names as on the papers stand in a directoryName
of subjectAltName. No e-mail address: it changes more often than a certificate.
"""

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

from app.core import der
from issuance.errors import ProfileError
from issuance.rules.crl_names import SHARD, ca_certificate_address, crl_address
from issuance.rules.profiles import DOCUMENT_SIGNING, HolderProfile

SERIAL_PREFIX = b"\x31"  # this installation's octet: positive, and two installations never clash
SERIAL_OCTETS = 16
MOST_CHARACTERS = 64
MOST_LOCALITY = 128
EXTENDED_USAGES = {DOCUMENT_SIGNING: x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")}  # RFC 9336


@dataclass(frozen=True, slots=True)
class Places:
    """Where the authority can be reached, as certificates name it."""

    public_url: str
    policy_arc: str
    generation: int = 1  # of the CA that issues
    shard: str = SHARD

    @property
    def crl(self) -> str:
        """The CRL of the certificate's shard."""
        return crl_address(self.public_url, self.generation, self.shard)

    @property
    def ocsp(self) -> str:
        """The OCSP responder."""
        return f"{self.public_url}/ocsp"

    @property
    def ca_certificate(self) -> str:
        """The CA certificate (DER)."""
        return ca_certificate_address(self.public_url, self.generation)

    @property
    def practice_statement(self) -> str:
        """The certification practice statement."""
        return f"{self.public_url}/cps"


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom a certificate is for, as approved."""

    number: str  # application number: makes the subject unique; never a My Number
    name: str
    name_romaji: str
    company_name: str
    company_romaji: str
    company_address: str
    corporate_number: str | None


def serial_from(random: bytes) -> int:
    """A serial number of 16 octets: our prefix and 120 random bits (RFC 5280 §4.1.2.2)."""
    if len(random) != SERIAL_OCTETS - 1:
        raise ValueError("15 random octets are needed")
    return int.from_bytes(SERIAL_PREFIX + random, "big")


def serial_text(serial: int) -> str:
    """A serial number as records write it: lower-case hexadecimal."""
    return f"{serial:0{SERIAL_OCTETS * 2}x}"


def subject_of(holder: Holder) -> x509.Name:
    """The romanised subject.

    Raises:
        ProfileError: the romanised name is missing or too long.
    """
    common_name = _romaji(holder.name_romaji, "name_romaji")
    attributes = [x509.NameAttribute(NameOID.COUNTRY_NAME, "JP")]
    if holder.company_romaji.strip():
        attributes.append(
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _romaji(holder.company_romaji, "company_romaji"))
        )
    attributes.append(x509.NameAttribute(NameOID.COMMON_NAME, common_name))
    attributes.append(x509.NameAttribute(NameOID.SERIAL_NUMBER, holder.number))
    return x509.Name(attributes)


def alternative_name(holder: Holder) -> x509.UnrecognizedExtension:
    """SubjectAltName with a directoryName of the names exactly as on the papers.

    Written by hand: `cryptography` counts a common name in octets and refuses 22 kanji, RFC 5280 counts characters.
    """
    rows = [der.sequence(der.oid("2.5.4.6"), der.printable("JP"))]
    if holder.company_address:
        rows.append(der.sequence(der.oid("2.5.4.7"), der.utf8(holder.company_address[:MOST_LOCALITY])))
    rows.append(der.sequence(der.oid("2.5.4.10"), der.utf8(_bounded(holder.company_name, "company_name"))))
    if holder.corporate_number:
        rows.append(der.sequence(der.oid("2.5.4.97"), der.utf8(holder.corporate_number)))
    # One ideographic space between family and given name, however it was typed; no character is changed.
    name = "\u3000".join(holder.name.split())
    rows.append(der.sequence(der.oid("2.5.4.3"), der.utf8(_bounded(name, "name"))))
    directory_name = der.sequence(*(der.set_of(row) for row in rows))
    return x509.UnrecognizedExtension(x509.SubjectAlternativeName.oid, der.sequence(der.context(4, directory_name)))


def holder_certificate(
    profile: HolderProfile,
    holder: Holder,
    *,
    public_key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey,
    serial: int,
    not_before: datetime,
    not_after: datetime,
    issuer: x509.Certificate,
    places: Places,
) -> x509.CertificateBuilder:
    """The builder of a holder's certificate."""
    issuer_key = issuer.public_key()
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject_of(holder))
        .issuer_name(issuer.subject)
        .public_key(public_key)
        .serial_number(serial)
        .not_valid_before(not_before)
        .not_valid_after(not_after)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key),  # type: ignore[arg-type]
            critical=False,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        .add_extension(signing_usage(content_commitment=profile.content_commitment), critical=True)
        .add_extension(policies(f"{places.policy_arc}.{profile.policy}", places), critical=False)
        .add_extension(alternative_name(holder), critical=False)
    )
    if profile.extended_usages:
        usages = [EXTENDED_USAGES[name] for name in profile.extended_usages]
        builder = builder.add_extension(x509.ExtendedKeyUsage(usages), critical=False)
    return with_places(builder, places)


def with_places(builder: x509.CertificateBuilder, places: Places) -> x509.CertificateBuilder:
    """CRLDistributionPoints and authorityInfoAccess."""
    uri = x509.UniformResourceIdentifier
    return builder.add_extension(
        x509.CRLDistributionPoints([x509.DistributionPoint([uri(places.crl)], None, None, None)]), critical=False
    ).add_extension(
        x509.AuthorityInformationAccess(
            [
                x509.AccessDescription(AuthorityInformationAccessOID.OCSP, uri(places.ocsp)),
                x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, uri(places.ca_certificate)),
            ]
        ),
        critical=False,
    )


def signing_usage(*, content_commitment: bool) -> x509.KeyUsage:
    """digitalSignature, and nonRepudiation where a person declares an intention."""
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=content_commitment,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def policies(oid: str, places: Places) -> x509.CertificatePolicies:
    """The policy with a pointer to the practice statement."""
    return x509.CertificatePolicies([x509.PolicyInformation(x509.ObjectIdentifier(oid), [places.practice_statement])])


def _romaji(text: str, field: str) -> str:
    plain = " ".join(text.split())
    if not plain:
        raise ProfileError("profile-missing", field=field)
    if not plain.isascii():
        raise ProfileError("profile-not-romaji", field=field)
    return _bounded(plain, field)


def _bounded(text: str, field: str) -> str:
    if not text.strip():
        raise ProfileError("profile-missing", field=field)
    if len(text) > MOST_CHARACTERS:
        raise ProfileError("profile-too-long", field=field, most=MOST_CHARACTERS)
    return text
