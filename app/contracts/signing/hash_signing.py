"""Signing a contract of any size with a token far away: a few kilobytes travel, the server appends the update itself.

The prepared update and the signed attributes are data that are kept between the two requests, never made anew: what the
holder signed is what is embedded, bit for bit (ETSI EN 319 142-1 for the attributes; RFC 5652 §5.4).
"""

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from asn1crypto import cms, tsp, x509  # noqa: F401  tsp makes signing-certificate-v2 known by name
from cryptography import x509 as pyca
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers.pdf_byterange import PreparedByteRangeDigest
from pyhanko.sign.signers.pdf_cms import ExternalSigner
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner, PdfTBSDocument
from pyhanko.stamp import TextStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from app.contracts.errors import SignatureRefusedError
from app.contracts.signing.remote import longest_signature
from app.contracts.signing.stamping import CallableTimeStamper
from app.core.clock import to_tokyo

DIGEST = "sha256"
HOLE = 32_768  # hexadecimal characters for the CMS object: signature, two certificates, a time stamp
# What a reader sees in the field. Only what the certificate says in ASCII, so that no font is needed.
APPEARANCE = TextStampStyle(stamp_text="%(signer)s\n%(ts)s", background=None, border_width=1)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A signature that waits for its value. Everything is data: nothing lives in a process between the requests."""

    delta: bytes  # what follows the base, with an empty hole
    signed_attributes: bytes  # DER, what the holder's key signs
    document_digest: bytes
    hole_start: int
    hole_end: int

    def as_json(self) -> dict[str, Any]:
        """Everything but the delta, as JSON values."""
        return {
            "signed_attributes": self.signed_attributes.hex(),
            "document_digest": self.document_digest.hex(),
            "hole_start": self.hole_start,
            "hole_end": self.hole_end,
        }

    @classmethod
    def from_json(cls, values: dict[str, Any], delta: bytes) -> "Prepared":
        """What `as_json` wrote, with the delta."""
        return cls(
            delta,
            bytes.fromhex(values["signed_attributes"]),
            bytes.fromhex(values["document_digest"]),
            int(values["hole_start"]),
            int(values["hole_end"]),
        )


def prepare(base: bytes, field_name: str, *, certificate: bytes, chain: tuple[bytes, ...], now: datetime) -> Prepared:
    """Prepare the signature of one party.

    Args:
        base: the current revision.
        field_name: the party's field, which the seal made.
        certificate: of the holder, DER.
        chain: certificates up to the root, DER.
        now: the moment that the field shows, in Japan's time. What proves the time is the time stamp, not this text.
    """
    return asyncio.run(_prepare(base, field_name, _signer(certificate, chain, None), now))


async def _prepare(base: bytes, field_name: str, signer: ExternalSigner, now: datetime) -> Prepared:
    metadata = PdfSignatureMetadata(field_name=field_name, subfilter=SigSeedSubFilter.PADES, md_algorithm=DIGEST)
    target = BytesIO()
    prepared, _document, _stream = await PdfSigner(
        metadata, signer=signer, stamp_style=APPEARANCE
    ).async_digest_doc_for_signing(
        IncrementalPdfFileWriter(BytesIO(base), strict=True),
        bytes_reserved=HOLE,
        output=target,
        appearance_text_params={"ts": f"{to_tokyo(now):%Y-%m-%d %H:%M} JST"},
    )
    attributes = await signer.signed_attrs(prepared.document_digest, DIGEST, use_pades=True)
    return Prepared(
        delta=target.getvalue()[len(base) :],
        signed_attributes=attributes.dump(),
        document_digest=prepared.document_digest,
        hole_start=prepared.reserved_region_start,
        hole_end=prepared.reserved_region_end,
    )


def finish(
    base: bytes,
    prepared: Prepared,
    signature: bytes,
    *,
    certificate: bytes,
    chain: tuple[bytes, ...],
    stamper: CallableTimeStamper,
) -> bytes:
    """Put the holder's signature value into the prepared update and time-stamp it.

    Returns:
        the candidate revision, `base` and one update.

    Raises:
        SignatureRefusedError: `signature-wrong`, the value is not by this certificate's key over these attributes.
        SignerUnavailableError: no time stamp can be had now.
    """
    require_signature(certificate, signature, prepared.signed_attributes)
    document = bytearray(base + prepared.delta)
    digest = hashlib.sha256(memoryview(document)[: prepared.hole_start])
    digest.update(memoryview(document)[prepared.hole_end :])
    if digest.digest() != prepared.document_digest:
        raise SignatureRefusedError("base-moved", check=2)
    return asyncio.run(_finish(bytes(document), prepared, _signer(certificate, chain, signature), stamper))


async def _finish(document: bytes, prepared: Prepared, signer: ExternalSigner, stamper: CallableTimeStamper) -> bytes:
    attributes = cms.CMSAttributes.load(prepared.signed_attributes)
    container = await signer.async_sign_prescribed_attributes(DIGEST, attributes, timestamper=stamper)
    target = BytesIO(document)
    await PdfTBSDocument.async_finish_signing(
        target,
        PreparedByteRangeDigest(prepared.document_digest, prepared.hole_start, prepared.hole_end),
        container,
    )
    return target.getvalue()


def require_signature(certificate: bytes, signature: bytes, data: bytes) -> None:
    """Verify a raw signature (PKCS #1 v1.5 or ECDSA, SHA-256) before it goes anywhere.

    Raises:
        SignatureRefusedError: `signature-wrong`.
    """
    key = pyca.load_der_x509_certificate(certificate).public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, data, ec.ECDSA(hashes.SHA256()))
        else:
            raise SignatureRefusedError("key-kind", check=13)
    except InvalidSignature as error:
        raise SignatureRefusedError("signature-wrong", check=12) from error


def _signer(certificate: bytes, chain: tuple[bytes, ...], signature: bytes | None) -> ExternalSigner:
    holder = x509.Certificate.load(certificate)
    return ExternalSigner(
        signing_cert=holder,
        cert_registry=SimpleCertificateStore.from_certs([x509.Certificate.load(der) for der in chain]),
        signature_value=signature if signature is not None else longest_signature(holder),
        signature_mechanism=None,
    )
