"""Why a certificate is revoked, and its entry in the CRL. Pure."""

from collections.abc import Iterable
from datetime import UTC, datetime

from app.core import der
from issuance.errors import RevocationError
from models.enums import ChangeItem

# RFC 5280 §5.3.1, by name. `unspecified` is written as no reason at all; holds and removals are not offered.
REASONS = {
    "unspecified": 0,
    "keyCompromise": 1,
    "affiliationChanged": 3,
    "superseded": 4,
    "cessationOfOperation": 5,
    "privilegeWithdrawn": 9,
}
ASKED_BY = ("holder", "company", "third-party", "authority")
REASON_CODE = "2.5.29.21"
INVALIDITY_DATE = "2.5.29.24"

# What of an approved change makes recorded facts untrue (施行規則6条10号), the stronger reason first. Name and seat of
# the company stand in the alternative name (issuance.rules.profile); the representative stands in no certificate.
OF_A_CHANGE = (
    (ChangeItem.CANCELLATION, "cessationOfOperation"),
    (ChangeItem.COMPANY_NAME, "affiliationChanged"),
    (ChangeItem.ADDRESS, "affiliationChanged"),
)


def reason_for_change(items: Iterable[str]) -> str | None:
    """The reason with which a change revokes the company's certificates; None if it revokes none."""
    wanted = set(items)
    return next((reason for item, reason in OF_A_CHANGE if item.value in wanted), None)


def require_invalid_since(since: datetime | None, *, not_before: datetime | None, now: datetime) -> None:
    """Check "since when", if somebody says it (RFC 5280 §5.3.2). Moments are aware.

    Raises:
        RevocationError: revocation-since-future; revocation-since-before: before the certificate began.
    """
    if since is None:
        return
    if since > now:
        raise RevocationError("revocation-since-future", field="since")
    if not_before is not None and since < not_before:
        raise RevocationError("revocation-since-before", field="since", not_before=not_before)


def crl_entry(serial: int, revoked_at: datetime, reason: str, invalid_since: datetime | None = None) -> bytes:
    """One entry of revokedCertificates (RFC 5280 §5.1.2.6), DER.

    Args:
        serial: of the certificate.
        revoked_at: aware, UTC; written in whole seconds.
        reason: by name, one of REASONS.
        invalid_since: aware; since when the key is thought to be compromised (invalidityDate, §5.3.2).

    Raises:
        KeyError: no such reason.
    """
    code, extensions = REASONS[reason], []
    if code:  # RFC 5280: SHOULD be absent instead of unspecified
        extensions.append(der.sequence(der.oid(REASON_CODE), der.octets(der.enumerated(code))))
    if invalid_since is not None:
        moment = der.generalized_time(invalid_since.astimezone(UTC))
        extensions.append(der.sequence(der.oid(INVALIDITY_DATE), der.octets(moment)))
    listed = der.sequence(*extensions) if extensions else b""
    return der.sequence(der.integer(serial), der.time(revoked_at), listed)
