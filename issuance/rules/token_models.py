"""What a model of token is on record with: key kinds, PIN policy, the maker's root. Pure."""

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

KEY_KINDS = ("rsa-3072", "rsa-2048", "secp256r1")
DEFAULT_MODEL = "eToken 5110"


@dataclass(frozen=True, slots=True)
class ModelDetails:
    """A model of token. Lengths in characters, tries as counted by the chip, the reorder level in free tokens."""

    name: str
    approved: bool = True
    key_kinds: tuple[str, ...] = ("rsa-3072", "rsa-2048", "secp256r1")
    pin_shortest: int = 6
    pin_longest: int = 15
    pin_tries: int = 10
    reorder_level: int = 50


def problem_of(details: ModelDetails) -> tuple[str, str] | None:
    """The first thing that cannot be, as (code, field); None if all is well."""
    checks = (
        (bool(details.name.strip()), "model-name", "name"),
        (bool(details.key_kinds) and set(details.key_kinds) <= set(KEY_KINDS), "model-key-kinds", "key_kinds"),
        (4 <= details.pin_shortest <= details.pin_longest <= 64, "model-pin-lengths", "pin_shortest"),
        (3 <= details.pin_tries <= 15, "model-pin-tries", "pin_tries"),
        (0 <= details.reorder_level <= 10_000, "model-reorder-level", "reorder_level"),
    )
    return next(((code, field) for is_good, code, field in checks if not is_good), None)


def attestation_root_der(data: bytes, now: datetime) -> bytes | None:
    """The maker's root certificate, PEM or DER, as DER; None if it is no CA's certificate that signed itself and is valid."""
    try:
        root = x509.load_pem_x509_certificate(data) if b"-----BEGIN" in data else x509.load_der_x509_certificate(data)
        root.verify_directly_issued_by(root)
        is_ca = root.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except Exception:  # noqa: BLE001  whatever a stranger's file makes the parser say, it is no such certificate
        return None
    if not is_ca or not root.not_valid_before_utc <= now <= root.not_valid_after_utc:
        return None
    return root.public_bytes(Encoding.DER)
