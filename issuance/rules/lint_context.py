"""What a holder's certificate is held against by the lints, and what several of them read. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from cryptography import x509

from issuance.rules.profile import Places
from issuance.rules.profiles import HolderProfile

E = TypeVar("E", bound=x509.ExtensionType)


@dataclass(frozen=True, slots=True)
class Expected:
    """One certificate's surroundings.

    Args:
        profile: the version that the serial number was reserved with.
        places: addresses and policy arc.
        issuer: the CA's certificate.
        now: the moment of the issue.
        anchor: issue of the certificate that stands on papers; the moment of the issue if this is that one.
        is_key_known: the ledger has this key already: in another request, or as one of the authority's.
        shares_factor: the ledger has an RSA key with a prime of this one.
    """

    profile: HolderProfile
    places: Places
    issuer: x509.Certificate
    now: datetime
    anchor: datetime
    is_key_known: bool = False
    shares_factor: bool = False


def find_extension(found: x509.Certificate, kind: type[E]) -> x509.Extension[E] | None:
    """An extension of a certificate."""
    try:
        return found.extensions.get_extension_for_class(kind)
    except x509.ExtensionNotFound:
        return None


def extended_usages(found: x509.Certificate) -> x509.Extension[x509.ExtendedKeyUsage] | None:
    """The extKeyUsage extension."""
    return find_extension(found, x509.ExtendedKeyUsage)
