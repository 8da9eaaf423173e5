"""An issue that stopped before the signature, for another reason than the key: what it takes to go on. Pure."""

from collections.abc import Collection
from enum import StrEnum

COMPANY_FIELDS = ("company_name", "company_romaji")
_TERM = ("own.longer-", "own.identity-anchor", "own.begins-later")
_ORGANIZATION = (".2.5.4.10", ".2.5.4.97", ".2.5.4.7")  # name, corporate number, locality
_NAMES = (
    "own.name-",
    "own.e-mail",
    "own.string-type",
    "own.invisible-character",
    "own.subject-not-romaji",
    "own.character-not-shown",
)


class Remedy(StrEnum):
    """Who can do something about it, and what."""

    COMPANY = "company"  # a change of the company is recorded and approved; then once more
    APPLICANT = "applicant"  # what the applicant wrote was approved like this: end it, and a fresh application
    AUTHORITY = "authority"  # the CA ends too soon: roll it over; then once more
    RENEWAL = "renewal"  # nothing to renew any more: end it, and a fresh application on papers
    PROFILE = "profile"  # the profile makes certificates that the lints refuse: correct it; then once more


def remedy_of(code: str, findings: Collection[str], *, field: str, is_renewal: bool) -> Remedy:
    """What it takes to go on.

    Args:
        code: of the error that stopped the issue.
        findings: of the lints, if they did.
        field: which name the error is about, if it names one.
        is_renewal: whether a present certificate was to be renewed online.
    """
    if code in {"renewed-revoked", "profile-no-anchor"}:
        return Remedy.RENEWAL
    if code == "profile-no-term" or (code == "lint" and _any(findings, ("own.outside-the-ca",))):
        return Remedy.RENEWAL if is_renewal and code == "profile-no-term" else Remedy.AUTHORITY
    if code != "lint":
        return Remedy.COMPANY if field in COMPANY_FIELDS else Remedy.APPLICANT
    about_names = [each for each in findings if _any([each], _NAMES)]
    if about_names and len(about_names) == len(findings):
        is_company = all(each.endswith(_ORGANIZATION) for each in about_names)
        return Remedy.COMPANY if is_company else Remedy.APPLICANT
    if is_renewal and _any(findings, _TERM):
        return Remedy.RENEWAL
    return Remedy.PROFILE


def may_go_on(remedy: Remedy) -> bool:
    """Whether trying once more can ever help."""
    return remedy is not Remedy.RENEWAL


def _any(findings: Collection[str], beginnings: tuple[str, ...]) -> bool:
    return any(beginning in finding for finding in findings for beginning in beginnings)
