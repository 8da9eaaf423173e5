"""What the page of the certification authority says: parts and how they are, what to do, findings of the check."""

from typing import Any

from flask_babel import lazy_gettext as _l

from issuance.rules.health import HealthState, Line
from models.certificates import CaCertificate
from models.enums import CaKeyPurpose

MESSAGES: dict[str, object] = {}

STATES: dict[HealthState, tuple[Any, str]] = {
    HealthState.GOOD: (_l("Fine"), "green"),
    HealthState.WATCH: (_l("Watch"), "amber"),
    HealthState.BAD: (_l("Act now"), "red"),
}
PARTS = {
    "authority": _l("CA certificate"),
    "signing": _l("Signing service"),
    "keys": _l("Keys on the HSM"),
    "latency": _l("Answer of the HSM"),
    "crl": _l("CRL"),
    "fetch": _l("CRL at its public address"),
    "responder": _l("OCSP responder"),
    "clock": _l("Clock"),
    "queue": _l("Queue of issuance"),
    "unfinished": _l("Unfinished issues"),
    "stopped": _l("Stopped issues"),
    "suspect": _l("Suspect certificates"),
    "check": _l("Nightly check"),
}
SAID = {
    "authority-missing": _l("No key ceremony was held yet."),
    "authority-expired": _l("It ended on %(until)s. No certificate can be issued."),
    "authority-roll-over": _l("It is valid until %(until)s only: new certificates would be cut short."),
    "authority-valid": _l("It is valid until %(until)s."),
    "signing-away": _l("It does not answer: nothing can be issued or revoked in public."),
    "signing-answers": _l("It answers. Operations since its start: %(operations)s"),
    "keys-missing": _l("Missing: %(keys)s"),
    "keys-there": _l("All there: %(keys)s"),
    "latency-good": _l("A public key was read in %(milliseconds)s ms."),
    "latency-slow": _l("Reading a public key took %(milliseconds)s ms."),
    "crl-missing": _l("%(name)s was never issued."),
    "crl-expired": _l("%(name)s, No. %(number)s has run out: relying parties refuse every certificate."),
    "crl-late": _l("%(name)s, No. %(number)s is %(hours)s hours old and valid for %(left)s more."),
    "crl-fresh": _l(
        "%(name)s, No. %(number)s, entries: %(entries)s, is %(hours)s hours old and valid for %(left)s more."
    ),
    "fetch-failed": _l("%(name)s could not be fetched there, or was another one (%(reason)s)."),
    "fetch-same": _l("%(name)s was fetched there and is the very same."),
    "fetch-waiting": _l("%(name)s was not fetched back yet."),
    "responder-missing": _l("CA of generation %(generation)s: there is no valid responder certificate."),
    "responder-ends": _l("CA of generation %(generation)s: the certificate ends in %(days)s days."),
    "responder-valid": _l("CA of generation %(generation)s: the certificate is valid for %(days)s more days."),
    "clock-never": _l("It was never compared."),
    "clock-wrong": _l("It is %(milliseconds)s ms off: no time stamps are given."),
    "clock-late": _l("It was last compared %(minutes)s minutes ago."),
    "clock-good": _l("It is %(milliseconds)s ms off."),
    "queue-failing": _l("Jobs that failed three times or more: %(failing)s"),
    "queue-waits": _l("Jobs waiting: %(count)s, the oldest for %(minutes)s minutes."),
    "queue-moves": _l("Jobs that are due: %(count)s"),
    "unfinished": _l("Begun more than 15 minutes ago and not finished: %(count)s"),
    "unfinished-none": _l("None."),
    "stopped": _l("Refused before the signature: %(count)s"),
    "stopped-none": _l("None."),
    "suspect": _l("Waiting for a decision: %(count)s"),
    "suspect-none": _l("None."),
    "check-never": _l("It never ran to its end."),
    "check-found": _l("Findings: %(findings)s, in %(checked)s certificates, %(hours)s hours ago."),
    "check-old": _l("No findings in %(checked)s certificates, but that was %(hours)s hours ago."),
    "check-clean": _l("No findings in %(checked)s certificates, %(hours)s hours ago."),
}
DO = {
    "authority-missing": _l("Hold the ceremony: runbook “ceremony”."),
    "authority-expired": _l("Hold the roll-over at once: runbook “roll-over”."),
    "authority-roll-over": _l("Plan the roll-over: runbook “roll-over”."),
    "signing-away": _l("Look at the HSM and start the signing service: runbook “hsm-away”."),
    "keys-missing": _l("Check that this is the authority's token; restore the keys: runbook “key-backup”."),
    "latency-slow": _l("Look at the HSM and its network before requests pile up."),
    "crl-missing": _l("Check the signing service, then issue one: flask ca crl"),
    "crl-expired": _l("Check the signing service, then issue one at once: flask ca crl"),
    "crl-late": _l("Check that the clock process runs, then issue one: flask ca crl"),
    "fetch-failed": _l("Look at the site, its proxy and its cache."),
    "fetch-waiting": _l("Check that the worker of the default queue runs."),
    "responder-missing": _l("Check the signing service and the clock process: they renew it."),
    "responder-ends": _l("Check that the clock process runs: it renews the certificate."),
    "clock-never": _l("Set NTP_SERVER and start the clock process."),
    "clock-wrong": _l("Correct the machine's clock (chrony, NTP). Time stamps begin again by themselves."),
    "clock-late": _l("Check that the clock process runs."),
    "queue-failing": _l("Read the reason on the page “Jobs”; remove the cause, the rest goes on by itself."),
    "queue-waits": _l("Check that the worker of the issuance queue runs."),
    "unfinished": _l("Read the reason on the page “Jobs”. Nobody may sign by hand under these serial numbers."),
    "stopped": _l("An officer looks at each on the page “Stopped issues”."),
    "suspect": _l("Decide each with a second person: runbook “ca-compromise”."),
    "check-never": _l("Run it: flask ca check"),
    "check-found": _l("Go through the findings below today; tell the person responsible for the CA."),
    "check-old": _l("Check that the clock process and the worker of the documents queue run."),
}
FINDINGS = {
    "der-unreadable": _l("The stored bytes are no certificate."),
    "signature-wrong": _l("The CA did not sign these bytes."),
    "tbs-differs": _l("Other bytes were signed than were recorded before."),
    "sha256-differs": _l("The recorded fingerprint is another one."),
    "serial-form": _l("The serial number is not one of this installation."),
    "serial-differs": _l("The recorded serial number is another one."),
    "serial-taken": _l("One of the authority's own certificates has this serial number."),
    "validity-differs": _l("The recorded validity is another one."),
    "validity-too-long": _l("It is valid for more than five years."),
    "validity-outside-ca": _l("It is valid outside the validity of its CA."),
    "certificate-missing": _l("The audit log says that it was issued; the register does not have it."),
    "issue-not-recorded": _l("The audit log has no entry of its issue, or one of other bytes."),
    "request-differs": _l("The stored request is not of this key."),
    "anchor-wrong": _l("The day of the identity check is not that of the first certificate."),
    "renewal-too-long": _l("It ends more than five years after the certificate that stands on papers."),
    "key-not-requested": _l("It has another key than the certificate request."),
    "key-weak": _l("Its key is weak, or of a kind that is not allowed."),
    "key-shared": _l("Another holder has the same key."),
    "subject-differs": _l("The recorded subject is another one."),
    "holder-differs": _l("Its subject is not the person of the application."),
    "holder-name-differs": _l("Its name is not the one on that person's papers."),
    "company-differs": _l("Its company is not as it was on record when it was issued: name, address or number."),
    "names-unexpected": _l("Its names contain something that no application speaks of, or something twice."),
    "person-differs": _l("The request, a PIN or the renewed certificate is of another person."),
    "token-differs": _l("It is said to be on another eToken than the key was requested from."),
    "profile-unknown": _l("Its profile version was never in force."),
    "profile-usage": _l("Its key usage is not that of the profile."),
    "profile-extended-usage": _l("Its extended key usage is not that of the profile."),
    "profile-policy": _l("Its policy is not that of the profile."),
    "profile-key-identifier": _l("It does not name the CA's key."),
    "profile-own-key-identifier": _l("It does not name its own key."),
    "profile-extensions": _l("It has other extensions than the profile, or others that are critical."),
    "profile-distribution-point": _l("It names another address of the CRL."),
    "profile-access": _l("It names other addresses of OCSP or of the CA certificate."),
    "lint": _l("It does not pass the lints."),
    "not-approved": _l("It was issued without an application approved before."),
    "pin-not-used": _l("A PIN was not used up."),
    "revocation-missing": _l("It is marked as revoked, and no revocation is on record."),
    "revocation-not-marked": _l("A revocation is on record, and it is not marked as revoked."),
    "unfinished": _l("Its issue was begun and not finished."),
    "suspect": _l("It is suspect."),
    "authority-differs": _l("One of the authority's own certificates: the records differ from it."),
    "authority-signature": _l("One of the authority's own certificates was not signed by its CA."),
    "responder-missing": _l("The CA has no valid OCSP responder certificate."),
    "crl-missing": _l("The CA has no CRL."),
    "crl-unreadable": _l("The stored bytes are no CRL."),
    "crl-differs": _l("The records of the CRL differ from it."),
    "crl-number": _l("The CRL numbers do not rise by one."),
    "crl-signature": _l("The CA did not sign this CRL."),
    "crl-old": _l("The newest CRL is older than a day, or has run out."),
    "not-on-crl": _l("It was revoked, and the newest CRL does not say so."),
    "crl-entry-differs": _l("Its entry on the CRL differs from the revocation."),
    "crl-entry-unknown": _l("The CRL revokes it, and no revocation is on record."),
    "revocation-unpublished": _l("It was revoked more than an hour ago, and no CRL says so."),
}
PURPOSES = {
    CaKeyPurpose.CA: _l("Certification authority"),
    CaKeyPurpose.CROSS: _l("Cross-certificate"),
    CaKeyPurpose.OCSP: _l("OCSP responder"),
    CaKeyPurpose.TSA: _l("Time-stamping authority"),
    CaKeyPurpose.SEAL: _l("Service seal"),
}


def said(line: Line) -> str:
    """How a part is, as a sentence."""
    return str(SAID[line.code]) % line.fields


def to_do(line: Line) -> str:
    """What to do about it; nothing if it is fine."""
    return "" if line.state is HealthState.GOOD else str(DO[line.code])


def role_of(row: CaCertificate) -> tuple[Any, str]:
    """What a certificate of the authority still does, with a tint."""
    if row.purpose is CaKeyPurpose.CROSS:
        return _l("Links two generations"), "quiet"
    if row.active:
        return (_l("Issues"), "green") if row.purpose is CaKeyPurpose.CA else (_l("In use"), "green")
    if row.purpose is CaKeyPurpose.CA:
        return _l("CRLs only"), "blue"
    return _l("Replaced"), "quiet"
