"""A stored certificate against what should have been possible: after Boulder's cert-checker, from the law's side as well.

Nothing here trusts the path on which the certificate was made: its bytes are parsed anew and compared with the intent,
the request, the approved application and the profile of its version. Pure. What is compared comes as `Facts`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes

from app.core.clock import day_in_tokyo
from issuance.errors import RequestRefusedError
from issuance.rules.holder_check import Approved, holder_findings
from issuance.rules.lint import certificate_findings
from issuance.rules.profile import SERIAL_OCTETS, SERIAL_PREFIX, Places, serial_text
from issuance.rules.profile_check import profile_findings
from issuance.rules.profiles import Profiles
from issuance.rules.requests import require_good_key, spki_sha256
from issuance.rules.signing_bytes import PublicKey
from issuance.rules.validity import latest_expiry, latest_renewal_expiry

CODES = (
    "der-unreadable",  # the stored bytes are no certificate
    "signature-wrong",  # its CA did not sign these bytes
    "tbs-differs",  # other bytes were signed than were recorded before
    "sha256-differs",
    "serial-form",  # not 16 octets with this installation's prefix
    "serial-differs",  # column and certificate disagree
    "serial-taken",  # one of the authority's own certificates has it
    "validity-differs",
    "validity-too-long",  # 施行規則6条4号: five years
    "validity-outside-ca",
    "anchor-wrong",  # the identity anchor is not the first issue's, or not the renewed certificate's
    "renewal-too-long",  # 施行規則5条2項: five years from the certificate that stands on papers
    "key-not-requested",  # another key than in the certificate request
    "request-differs",  # the stored request is not of this key: the ledger of moduli misses it
    "key-weak",
    "key-shared",  # another holder has it too
    "subject-differs",
    "holder-differs",  # not the approved application's person: romanised name, application number
    "holder-name-differs",  # not that person's name as on the papers (subjectAltName)
    "company-differs",  # not the company's name, seat or number, as they stood when the certificate was built
    "names-unexpected",  # an attribute or a name that no application speaks of, or one twice
    "person-differs",  # enrolment, PINs or the certificate that is renewed are of another person than the certificate
    "token-differs",  # it is said to be on another eToken than the key was requested from
    "profile-unknown",
    "profile-usage",
    "profile-extended-usage",
    "profile-policy",
    "profile-key-identifier",
    "profile-own-key-identifier",
    "profile-extensions",  # one too many, one too few, or critical where the profile has it not critical
    "profile-distribution-point",
    "profile-access",
    "lint",
    "not-approved",  # no approved application, or approved only afterwards (施行規則6条2号)
    "pin-not-used",
    "issue-not-recorded",  # the audit log has no entry of this issue, or one of other bytes
    "revocation-missing",  # marked as revoked without a record of why
    "revocation-not-marked",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that should not have been possible."""

    code: str
    serial: str
    what: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the records say about one issued certificate."""

    serial: str
    der: bytes
    tbs: bytes | None
    sha256: str | None
    subject: str
    not_before: datetime | None
    not_after: datetime | None
    identity_anchor: datetime | None
    intended_at: datetime | None
    is_revoked: bool
    issuer: x509.Certificate
    places: Places
    profiles: Profiles | None  # of its version; None if there is no such version
    approved: Approved  # names of holder and company
    approved_at: datetime | None
    spki_sha256: str | None  # of the request, as it was recorded
    request_key: str | None  # of the request itself; None if it is none
    renewed_anchor: datetime | None  # of the certificate that it renews
    is_renewal: bool
    pins_used: bool
    has_revocation: bool
    key_shared: bool
    serial_taken: bool
    is_on_record: bool  # in the audit log, with this serial number and SHA-256
    is_of_one_person: bool  # enrolment, PINs and what is renewed belong to the certificate's holder
    is_on_requested_token: bool


def check_certificate(facts: Facts) -> list[Finding]:
    """Everything that is wrong with it; an empty list is what we want."""
    return [Finding(code, facts.serial, what) for code, what in _all(facts)]


Said = Iterator[tuple[str, str]]


def _all(facts: Facts) -> Said:
    yield from _records(facts)
    try:
        found = x509.load_der_x509_certificate(facts.der)
        key = found.public_key()
        found.extensions  # noqa: B018  parsed when asked for
    except (ValueError, TypeError) as error:
        yield "der-unreadable", type(error).__name__
        return
    yield from _bytes(facts, found)
    yield from _validity(facts, found)
    if isinstance(key, PublicKey):
        yield from _key(facts, key)
    yield from _holder(facts, found)
    yield from _profile(facts, found)
    if lints := certificate_findings(facts.der):
        yield "lint", "; ".join(lints)[:300]


def _records(facts: Facts) -> Said:
    if facts.approved_at is None or facts.intended_at is None or facts.approved_at > facts.intended_at:
        yield "not-approved", f"approved {facts.approved_at}, intended {facts.intended_at}"
    if not facts.pins_used:
        yield "pin-not-used", ""
    if facts.is_revoked and not facts.has_revocation:
        yield "revocation-missing", ""
    if facts.has_revocation and not facts.is_revoked:
        yield "revocation-not-marked", ""
    if facts.key_shared:
        yield "key-shared", facts.spki_sha256 or ""
    if not facts.is_on_record:
        yield "issue-not-recorded", ""
    if facts.serial_taken:
        yield "serial-taken", ""
    if not facts.is_of_one_person:
        yield "person-differs", ""
    if not facts.is_on_requested_token:
        yield "token-differs", ""


def _bytes(facts: Facts, found: x509.Certificate) -> Said:
    try:
        found.verify_directly_issued_by(facts.issuer)
    except (InvalidSignature, ValueError, TypeError) as error:
        yield "signature-wrong", str(error) or type(error).__name__
    if found.tbs_certificate_bytes != facts.tbs:
        yield "tbs-differs", ""
    if found.fingerprint(hashes.SHA256()).hex() != facts.sha256:
        yield "sha256-differs", str(facts.sha256)
    serial = serial_text(found.serial_number)
    if len(serial) != SERIAL_OCTETS * 2 or bytes.fromhex(serial)[:1] != SERIAL_PREFIX:
        yield "serial-form", serial
    if serial != facts.serial:
        yield "serial-differs", serial


def _validity(facts: Facts, found: x509.Certificate) -> Said:
    start, end = found.not_valid_before_utc, found.not_valid_after_utc
    last = day_in_tokyo(end)
    if (start, end) != (facts.not_before, facts.not_after):
        yield "validity-differs", f"{start} to {end}"
    if last > latest_expiry(day_in_tokyo(start)):
        yield "validity-too-long", f"{start} to {end}"
    if start < facts.issuer.not_valid_before_utc or end > facts.issuer.not_valid_after_utc:
        yield "validity-outside-ca", f"{start} to {end}"
    anchor = facts.identity_anchor
    if anchor is None or anchor != (facts.renewed_anchor if facts.is_renewal else start):
        yield "anchor-wrong", str(anchor)
    if anchor is not None and last > latest_renewal_expiry(day_in_tokyo(anchor)):
        yield "renewal-too-long", f"{end}, anchor {anchor}"


def _key(facts: Facts, key: PublicKey) -> Said:
    if spki_sha256(key) != facts.spki_sha256:
        yield "key-not-requested", spki_sha256(key)
    if spki_sha256(key) != facts.request_key:
        yield "request-differs", facts.request_key or ""
    if facts.profiles is None:
        return
    try:
        require_good_key(key, cast("Any", facts.profiles.holder))
    except RequestRefusedError as error:
        yield "key-weak", str(error)


def _holder(facts: Facts, found: x509.Certificate) -> Said:
    subject = found.subject.rfc4514_string()
    if subject != facts.subject:
        yield "subject-differs", subject
    yield from holder_findings(found, facts.approved)


def _profile(facts: Facts, found: x509.Certificate) -> Said:
    if facts.profiles is None:
        yield "profile-unknown", ""
    else:
        yield from profile_findings(found, facts.profiles.holder, facts.places, facts.issuer)
