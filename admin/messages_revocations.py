"""Sentences and words of revocation: requests, decisions, lists."""

from flask_babel import lazy_gettext as _l

CIRCUMSTANCES = {
    "key-compromise": _l("Key compromised"),
    "loss": _l("eToken lost"),
    "theft": _l("eToken stolen"),
    "pin-leak": _l("PIN of the eToken known to somebody else"),
    "facts-changed": _l("Contents of the certificate changed"),
    "left-company": _l("Left the company or changed post"),
    "reissue": _l("Replaced by a new certificate"),
    "damage": _l("eToken damaged"),
    "end-of-use": _l("No longer used"),
    "bankruptcy": _l("Bankruptcy or dissolution"),
    "death": _l("Death of the holder"),
    "untrue-facts": _l("Contents found untrue"),
    "unspecified": _l("Another reason"),
}
REASONS = {
    "unspecified": _l("unspecified"),
    "keyCompromise": _l("key compromise"),
    "affiliationChanged": _l("affiliation changed"),
    "superseded": _l("superseded"),
    "cessationOfOperation": _l("cessation of operation"),
    "privilegeWithdrawn": _l("privilege withdrawn"),
}
PAPERS = {
    "revocation-form": _l("Revocation request with the holder's registered seal"),
    "personal-seal-certificate": _l("Seal registration certificate of the holder, not older than three months"),
    "company-notice": _l("Notice of the company with the representative's seal"),
    "company-seal-certificate": _l("Seal certificate of the representative, not older than three months"),
    "holder-consent": _l("Consent of the holder, sealed"),
    "registry-certificate": _l("Certificate of registered matters that shows it"),
    "court-ruling": _l("Copy of the court's ruling"),
    "death-proof": _l("Family register extract or death certificate"),
    "asker-identity": _l("Proof of who asks"),
    "evidence": _l("Material that shows the reason"),
    "call-back": _l("Called back on a number that we have on record, and the holder identified"),
    "finding-record": _l("Record of our own inquiry"),
}
WAYS = {
    "holder:paper": _l("The holder, by post"),
    "holder:telephone": _l("The holder, by telephone (lost, stolen, compromised)"),
    "company:paper": _l("The company, by post"),
    "third-party:paper": _l("A third party, by post"),
    "authority:authority": _l("Ourselves: a recorded fact was found untrue, or a key unsafe"),
}
EXCLUDED = {
    "revoked": _l("revoked already"),
    "expired": _l("expired"),
    "suspect": _l("suspect: look at it one by one"),
    "not-issued": _l("not issued yet"),
    "unknown": _l("no such certificate within this filter"),
}
KEY_KINDS = {"rsa-3072": "RSA 3072", "rsa-2048": "RSA 2048", "secp256r1": "EC P-256"}
WORDS = {"papers": PAPERS, "paper": PAPERS}

MESSAGES = {
    "revocation-reason": _l("There is no such reason. Choose from the list."),
    "revocation-asked-by": _l("There is no such asker. Choose from the list."),
    "revocation-asked-later": _l("This day lies in the future. Enter the day on which the request came."),
    "revocation-since-future": _l(
        "This lies in the future. Enter since when the key has been unsafe, or leave it empty."
    ),
    "revocation-since-before": _l(
        "The certificate began only on %(not_before)s. Enter a later moment, or leave it empty."
    ),
    "revocation-since-form": _l("Write the time as 14:05, or leave it empty."),
    "revocation-circumstance": _l("Choose what happened."),
    "revocation-not-like-this": _l(
        "Nobody can ask like that for this reason: by telephone only the holder, and only for what cannot wait. Choose another way."
    ),
    "revocation-asker": _l("Enter who asks, as it stands on the paper."),
    "revocation-paper": _l("“%(paper)s” is not on the list of papers. Reload the page."),
    "revocation-no-paper": _l("Tick a paper that has not been recorded yet."),
    "revocation-call-back": _l(
        "Write which number of our records you called back, when, and how the holder was identified."
    ),
    "revocation-explanation": _l("Write what was found, and where it is recorded."),
    "revocation-papers-missing": _l("Still missing: %(papers)s. Ask for it, or refuse the request."),
    "revocation-already": _l("This certificate was revoked on %(at)s. Nothing more is to be done."),
    "revocation-expired": _l(
        "This certificate expired on %(at)s and needs no revocation. Refuse the request with this reason."
    ),
    "revocation-not-issued": _l("This certificate is not issued yet. Refuse the enrolment instead."),
    "revocation-open": _l("Request %(number)s for this certificate waits already. Open it in the register."),
    "revocation-one-is-enough": _l("One person decides on this request. Go on to the revocation."),
    "revocation-first-person": _l("Somebody must confirm this request first; then another person revokes."),
    "revocation-second-person": _l("%(name)s confirmed this request, so another person revokes."),
    "revocation-refusal-reason": _l("Write why the request is refused: whoever asked reads it."),
    "revocation-withdrawal-reason": _l("Write who took the request back, how and when."),
    "revocation-not-by-telephone": _l("Only a revocation by telephone is confirmed afterwards."),
    "revocation-own-call": _l("You took this call, so another person confirms it."),
    "revocation-nothing-chosen": _l("Choose a certificate."),
    "batch-filter-empty": _l("Fill in at least one line of the filter: an empty one would find every certificate."),
    "batch-period": _l("The period ends before it begins. Change one of the two days."),
    "batch-key-kind": _l("There is no such kind of key. Choose from the list."),
    "batch-serial": _l("“%(serial)s” is no serial number. Paste hexadecimal numbers, one per line."),
    "batch-serials-many": _l("A list has at most %(most)s serial numbers. Split it."),
    "batch-nothing-found": _l("Nothing is left to revoke. Look at what was left out and why, and change the filter."),
    "batch-explanation": _l("Write why: the second person and the books need it."),
    "batch-own": _l("You proposed this list, so another person decides on it."),
    "batch-changed": _l(
        "The filter finds other certificates than were proposed (%(added)s more, %(gone)s gone). Nothing was revoked: reject this list and propose it anew."
    ),
}
