"""The OCSP responder (RFC 6960, RFC 5019, RFC 9654): live answers, signed by a delegated key. See docs/adr/0009."""

from issuance.ocsp.responder import OcspResponder
from issuance.ocsp.turn import Answer

__all__ = ["Answer", "OcspResponder"]
