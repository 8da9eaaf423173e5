"""The search in a CRL says the same as pyHanko, and nothing is believed that is not the authority's."""

import asyncio
from datetime import datetime, timedelta

from asn1crypto import x509
from cryptography import x509 as pyca
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko_certvalidator import CertificateValidator
from pyhanko_certvalidator.errors import InsufficientRevinfoError, RevokedError

from app.contracts.signing import revocation
from app.contracts.signing.revocation import NoCrlError, require_not_revoked
from app.contracts.signing.trust import Trust
from tests.factories.pki import Pki

ADDRESS = "http://cecsign.example/crl/ca-000.crl"


def pyhanko(trust: Trust, certificate: bytes, moment: datetime) -> str:
    validator = CertificateValidator(
        x509.Certificate.load(certificate), validation_context=trust.context(moment), intermediate_certs=[]
    )
    try:
        asyncio.run(validator.async_validate_path())
    except RevokedError:
        return "revoked"
    except InsufficientRevinfoError:
        return "no-crl"
    return "good"


def ours(trust: Trust, certificate: bytes, moment: datetime) -> str:
    try:
        trust.require_not_revoked(certificate, moment)
    except revocation.RevokedError:
        return "revoked"
    except NoCrlError:
        return "no-crl"
    return "good"


def test_the_same_as_pyhanko() -> None:
    pki, other = Pki(), Pki(name="Other CA")
    good, gone = pki.issue("GOOD"), pki.issue("GONE")
    for _ in range(50):
        pki.revoke(pki.issue("SOMEBODY", good.key), pki.now - timedelta(days=1))
    pki.revoke(gone, pki.now - timedelta(hours=1))
    policies, root = frozenset({"1.2.3"}), (pki.ca_der,)
    current, old, future = (pki.crl(), pki.crl(this_update=pki.now - timedelta(days=30)), pki.crl(this_update=pki.now + timedelta(hours=1)))  # fmt: skip
    forged = Pki(name=pki.name)  # the same name, another key
    damaged = current[:-1] + bytes([current[-1] ^ 1])
    for crls in (
        (),
        (current,),
        (old,),
        (future,),
        (old, current),
        (other.crl(),),
        (other.crl(), current),
        (forged.crl(),),
        (damaged,),
    ):
        trust = Trust(roots=root, crls=crls, policies=policies)
        for holder in (good, gone):
            assert ours(trust, holder.der, pki.now) == pyhanko(trust, holder.der, pki.now), (len(crls), holder)
    two = Trust(roots=(pki.ca_der, other.ca_der), crls=(pki.crl(), other.crl()), policies=policies)
    assert [ours(two, each.der, pki.now) for each in (good, gone, other.issue("X"))] == ["good", "revoked", "good"]
    alone = Trust(roots=(pki.ca_der, other.ca_der), crls=(pki.crl(),), policies=policies)
    assert ours(alone, other.issue("X").der, pki.now) == "no-crl"


def crl_with(pki: Pki, *extensions: tuple[pyca.ExtensionType, bool], serials: tuple[int, ...] = ()) -> bytes:
    builder = (
        pyca.CertificateRevocationListBuilder()
        .issuer_name(pki.ca.subject)
        .last_update(pki.now)
        .next_update(pki.now + timedelta(days=4))
    )
    for value, critical in extensions:
        builder = builder.add_extension(value, critical=critical)
    for serial in serials:
        entry = pyca.RevokedCertificateBuilder().serial_number(serial).revocation_date(pki.now).build()
        builder = builder.add_revoked_certificate(entry)
    return builder.sign(pki.key, hashes.SHA256()).public_bytes(Encoding.DER)


def point(address: str | None = ADDRESS, **more: object) -> pyca.IssuingDistributionPoint:
    given = {
        "full_name": [pyca.UniformResourceIdentifier(address)] if address else None, "relative_name": None,
        "only_contains_user_certs": True, "only_contains_ca_certs": False, "only_some_reasons": None,
        "indirect_crl": False, "only_contains_attribute_certs": False,
    } | more  # fmt: skip
    return pyca.IssuingDistributionPoint(**given)  # type: ignore[arg-type]


def holder_naming(pki: Pki, *addresses: str) -> bytes:
    made = pki.issue("HOLDER")
    names = [pyca.UniformResourceIdentifier(each) for each in addresses]
    builder = pki._builder(made.certificate.subject, made.key.public_key(), pki.now, pki.now + timedelta(days=9))
    points = pyca.CRLDistributionPoints([pyca.DistributionPoint(names, None, None, None)])
    return builder.add_extension(points, critical=False).sign(pki.key, hashes.SHA256()).public_bytes(Encoding.DER)


def test_only_the_shard_that_the_certificate_names() -> None:
    pki = Pki()
    certificate = holder_naming(pki, ADDRESS)
    serial = pyca.load_der_x509_certificate(certificate).serial_number
    for crl, expected in (
        (crl_with(pki, (point(), True)), "good"),
        (crl_with(pki, (point(), True), serials=(serial,)), "revoked"),
        (crl_with(pki, (point(ADDRESS.replace("000", "001")), True)), "no-crl"),
        (crl_with(pki, (point(only_contains_user_certs=False, only_contains_ca_certs=True), True)), "no-crl"),
        (crl_with(pki, (point(indirect_crl=True), True)), "no-crl"),
        (crl_with(pki, (point(only_some_reasons=frozenset({pyca.ReasonFlags.key_compromise})), True)), "no-crl"),
        (crl_with(pki, (pyca.DeltaCRLIndicator(3), True)), "no-crl"),
        (crl_with(pki, (pyca.UnrecognizedExtension(pyca.ObjectIdentifier("1.2.3"), b"\x05\x00"), True)), "no-crl"),
        (crl_with(pki, (pyca.UnrecognizedExtension(pyca.ObjectIdentifier("2.5.29.60"), b"\x05\x00"), False)), "good"),
        (b"rubbish", "no-crl"),
    ):  # fmt: skip
        trust = Trust(roots=(pki.ca_der,), crls=(crl,), policies=frozenset())
        assert ours(trust, certificate, pki.now) == expected


def test_a_serial_inside_other_octets_is_no_entry() -> None:
    """The octets of a small serial occur by chance; the list itself decides."""
    pki = Pki()
    holder = pki.issue("HOLDER")
    crl = crl_with(pki)
    found = revocation._signed(crl, (pki.ca_der,))
    assert found is not None
    assert b"\x02\x01\x01" in crl
    assert not found.has(1)
    require_not_revoked(holder.der, crls=(crl,), roots=(pki.ca_der,), moment=pki.now)


def test_a_crl_is_read_once() -> None:
    pki = Pki()
    holder, crl, roots = pki.issue("HOLDER"), pki.crl(), (pki.ca_der,)
    revocation._signed.cache_clear()
    for _ in range(5):
        require_not_revoked(holder.der, crls=(crl,), roots=roots, moment=pki.now)
    assert revocation._signed.cache_info().misses == 1
