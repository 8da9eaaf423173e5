"""Sentences of renewal: why it is not possible online, and what to do instead."""

from typing import Any

from flask_babel import lazy_gettext as _l

RENEWAL: dict[str, Any] = {
    "renewal-expired": _l(
        "The certificate ended on %(ends_on)s: it cannot ask for its renewal any more. Apply with fresh papers."
    ),
    "renewal-revoked": _l(
        "The certificate is revoked, or its revocation was asked for: it cannot ask for its renewal. Apply with fresh papers."
    ),
    "renewal-cancelled": _l("The company's contract has ended. Ask your company's contact person."),
    "renewal-renewed": _l("You have a newer certificate already. This one stays valid until %(ends_on)s."),
    "renewal-used": _l(
        "This certificate was renewed online once, and the newer one is no longer valid. Apply with fresh papers."
    ),
    "renewal-requested": _l(
        "The renewal was requested already and the certificate is being made. Run “cectrust enrol” again in a few minutes."
    ),
    "renewal-early": _l(
        "Online renewal is possible from %(opens_on)s on: %(window)s days before the certificate ends (%(ends_on)s)."
    ),
    "renewal-papers": _l(
        "Fresh papers are needed. By law an online renewal may last five years at most from the certificate that was issued"
        " on papers (%(anchor)s), so until %(latest)s. That is less than %(least)s days after the present one ends"
        " (%(ends_on)s)."
    ),
    "renewal-over": _l(
        "The certificate with which the renewal was asked for is no longer valid. Apply with fresh papers; call the help desk."
    ),
}
