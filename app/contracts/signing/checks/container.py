"""Checks 12–13: the CMS container, its attributes, its algorithms, and the signature's mathematics (RFC 5652)."""

import hashlib

from asn1crypto import cms, tsp  # noqa: F401  tsp makes signing-certificate-v2 known by name
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from app.contracts.signing.checks.candidate import Candidate, RejectedError, require
from app.contracts.signing.revocation import NoCrlError, RevokedError

SIGNED = frozenset({"content_type", "message_digest", "signing_certificate_v2"})
MAY_BE_SIGNED = SIGNED | {"signing_time", "cms_algorithm_protection"}
UNSIGNED = frozenset({"signature_time_stamp_token"})
DIGESTS = frozenset({"sha256", "sha384", "sha512"})
CURVES = frozenset({"secp256r1", "secp384r1"})
SHORTEST_RSA = 2048  # bits


def attributes(it: Candidate) -> None:
    """12: one signer, bound to its certificate; intact; a time stamp inside is ours and covers this signature."""
    signer_infos = it.signature.signed_data["signer_infos"]
    require(len(signer_infos) == 1, "signer-count")
    info = signer_infos[0]
    signed = {attribute["type"].native: attribute["values"] for attribute in info["signed_attrs"]}
    require(set(signed) >= SIGNED and set(signed) <= MAY_BE_SIGNED, "attributes", ", ".join(sorted(signed)))
    require(all(len(values) == 1 for values in signed.values()), "attributes")
    require(signed["content_type"][0].native == "data", "attributes")
    _require_bound(it, signed["signing_certificate_v2"][0])
    unsigned = {attribute["type"].native for attribute in (info["unsigned_attrs"] or ())}
    require(unsigned <= UNSIGNED, "attributes", ", ".join(sorted(unsigned)))
    _require_intact(it)


def algorithms(it: Candidate) -> None:
    """13: SHA-2; RSA of at least 2048 bits (PKCS #1 v1.5 or PSS) or ECDSA on P-256 or P-384."""
    info = it.signature.signed_data["signer_infos"][0]
    require(info["digest_algorithm"]["algorithm"].native in DIGESTS, "weak-digest")
    mechanism = info["signature_algorithm"]
    require(mechanism.signature_algo in {"rsassa_pkcs1v15", "rsassa_pss", "ecdsa"}, "weak-algorithm")
    key = it.signature.signer_cert.public_key
    if key.algorithm == "rsa":
        require(key.bit_size >= SHORTEST_RSA, "weak-key", str(key.bit_size))
    else:
        require(key.algorithm == "ec" and key.curve[1] in CURVES, "weak-key")


def _require_bound(it: Candidate, value: tsp.SigningCertificateV2) -> None:
    entry = value["certs"][0]
    require(entry["hash_algorithm"]["algorithm"].native in DIGESTS, "weak-digest")
    digest = hashlib.new(entry["hash_algorithm"]["algorithm"].native, it.signature.signer_cert.dump()).digest()
    require(entry["cert_hash"].native == digest, "certificate-not-bound")


def _require_intact(it: Candidate) -> None:
    context = it.trust.context(it.received_at, with_revocation=False)
    of_stamp = it.trust.context(None, with_revocation=False)
    status = validate_pdf_signature(it.signature, context, ts_validation_context=of_stamp, skip_diff=True)
    require(status.coverage == SignatureCoverageLevel.ENTIRE_FILE, "byte-range", status.coverage.name)
    require(status.intact and status.valid, "signature-wrong")
    stamp = status.timestamp_validity
    if stamp is None:
        return
    require(stamp.intact and stamp.valid and stamp.trusted, "time-stamp-wrong")
    try:
        it.trust.require_not_revoked(stamp.signing_cert.dump(), it.received_at)
    except (RevokedError, NoCrlError) as error:
        raise RejectedError("time-stamp-wrong", str(error)) from error
