"""Lints of the validity: 施行規則6条4号 (five years, the issue day counted), 5条2項 (identity anchor), RFC 5280 §4.1.2.5. Pure."""

import re
from datetime import UTC

from cryptography import x509

from app.core.clock import day_in_tokyo
from issuance.rules.lint_context import Expected
from issuance.rules.read_der import GENERALIZED_TIME, UTC_TIME, validity_of
from issuance.rules.term import last_day_of_term
from issuance.rules.validity import latest_expiry, latest_renewal_expiry

_FORMS = {UTC_TIME: re.compile(rb"\d{12}Z"), GENERALIZED_TIME: re.compile(rb"\d{14}Z")}


def time_form_findings(found: x509.Certificate) -> list[str]:
    """Moments that are not written in whole seconds, UTC."""
    written = validity_of(found.tbs_certificate_bytes)
    is_whole = all(each.tag in _FORMS and _FORMS[each.tag].fullmatch(each.content) for each in written)
    return [] if is_whole else ["ERROR own.time-form"]


def validity_findings(found: x509.Certificate, expected: Expected) -> list[str]:
    """What is wrong with the validity of a holder's certificate."""
    first, last = found.not_valid_before_utc, found.not_valid_after_utc
    issued_on, last_day = day_in_tokyo(first), day_in_tokyo(last)
    findings = []
    if first > expected.now.astimezone(UTC):
        findings.append("ERROR own.begins-later")
    if last_day > latest_expiry(issued_on):
        findings.append("ERROR own.longer-than-five-years")
    elif last_day > last_day_of_term(issued_on, expected.profile.years):
        findings.append("ERROR own.longer-than-profile")
    anchored_on = day_in_tokyo(expected.anchor)
    if anchored_on < issued_on and last_day > latest_renewal_expiry(anchored_on):
        findings.append("ERROR own.identity-anchor")
    if first < expected.issuer.not_valid_before_utc or last > expected.issuer.not_valid_after_utc:
        findings.append("ERROR own.outside-the-ca")
    return findings
