"""Sentences of the token stock, and words of what happens to tokens."""

from typing import Any

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "no-serials": _l("Scan or type at least one serial number."),
    "serial-form": _l(
        "These lines are no serial number: %(lines)s. One token a line: letters, figures and hyphens; scan them again."
    ),
    "so-pin-form": _l(
        "The SO-PIN of these tokens has a wrong form: %(serials)s. Serial number, comma, SO-PIN of 4 to 64 characters."
    ),
    "serial-twice": _l("These serial numbers stand twice in the list: %(serials)s. Delete one line of each."),
    "serial-known": _l(
        "These serial numbers are in the register already: %(serials)s. Take the tokens out and ask the supplier."
    ),
    "batch-name": _l("Type the number of the delivery note."),
    "batch-day": _l("The day of receipt lies in the future. Look at the note again."),
    "batch-known": _l("Delivery note %(name)s was taken in already. Look into the list of deliveries."),
    "batch-differs": _l(
        "The note and the scan differ: %(declared)s tokens on the note, %(scanned)s scanned. Nothing was taken in; "
        "compare both lists below, then scan what is missing or correct the number."
    ),
    "model-unknown": _l("There is no such model. Choose one of the list, or have it approved first."),
    "model-known": _l("%(name)s is on the list already. Open it there and change it."),
    "model-name": _l("Type the name of the model."),
    "model-key-kinds": _l("Choose at least one kind of key."),
    "model-pin-lengths": _l("The shortest PIN has 4 or more characters, and not more than the longest (at most 64)."),
    "model-pin-tries": _l("A token locks after 3 to 15 wrong PINs."),
    "model-reorder-level": _l("The reorder level is a number from 0 to 10,000."),
    "model-root": _l("This file is no valid root certificate of a CA. Ask the maker for it, in PEM or DER."),
    "token-witness": _l("This is done by two people: enter the name of the other person."),
    "token-reason": _l("Say why."),
    "token-method": _l("Say how it was destroyed."),
    "token-not-out": _l("This token is not with its holder. Reload the page to see where it stands."),
    "token-not-retired": _l("Only a retired token is destroyed. Retire it first."),
    "token-is-destroyed": _l("This token was destroyed already."),
    "token-certificate-live": _l(
        "Certificate %(serial)s on this token is still valid. Have it revoked first, or report the token as lost or damaged."
    ),
    "token-certificate-pending": _l(
        "A certificate for a key on this token is being made (%(serial)s). If it stands still, have it ended on the page "
        "Stopped issues first; or report the token as lost or damaged."
    ),
    "token-in-envelope": _l(
        "This token lies in an envelope that is not posted yet. Spoil the letter in the mailroom first; then report it."
    ),
    "report-circumstance": _l("Choose what happened."),
    "report-reporter": _l("Choose who reported it."),
    "report-name": _l("Type the name of the person who reported it."),
    "report-fault": _l("Choose who is at fault."),
    "report-later": _l("The report lies in the future. Look at day and time again."),
    "so-pin-none": _l("This token came without an SO-PIN."),
    "so-pin-open": _l("%(name)s asked for this SO-PIN already. Decide on that request first."),
    "so-pin-reason": _l("Say what the SO-PIN is needed for."),
    "so-pin-own": _l("Who asked does not decide. Another person must."),
    "so-pin-over": _l("This request was decided already. Reload the page."),
    "so-pin-not-yours": _l("An SO-PIN is shown to the person who asked for it, and to nobody else."),
    "so-pin-not-granted": _l("This SO-PIN is not granted, or was shown already. Ask again."),
    "so-pin-late": _l("This was granted more than eight hours ago. Have it refused, then ask again."),
}

KEY_KINDS: dict[str, Any] = {"rsa-3072": _l("RSA 3072"), "rsa-2048": _l("RSA 2048"), "secp256r1": _l("EC P-256")}
CIRCUMSTANCES: dict[str, Any] = {
    "lost": _l("lost"),
    "stolen": _l("stolen"),
    "damaged": _l("damaged"),
}
REPORTERS: dict[str, Any] = {
    "holder": _l("the holder"),
    "company": _l("the company"),
    "third-party": _l("somebody else"),
    "authority": _l("our staff"),
}
FAULTS: dict[str, Any] = {
    "holder": _l("the holder"),
    "maker": _l("the maker"),
    "post": _l("the post"),
    "authority": _l("our staff"),
    "nobody": _l("nobody"),
}
REASONS: dict[str, Any] = {
    "unspecified": _l("no reason given"),
    "keyCompromise": _l("key compromised"),
    "affiliationChanged": _l("affiliation changed"),
    "superseded": _l("superseded"),
    "cessationOfOperation": _l("no longer used"),
    "privilegeWithdrawn": _l("privilege withdrawn"),
}
CHANNELS: dict[str, Any] = {"client": _l("with the program cectrust"), "est": _l("by EST")}
NOTICES: dict[str, Any] = {
    "renewal": _l("Renewal notice"),
    "receipt": _l("Request to confirm the receipt"),
    "revocation": _l("Notice of revocation"),
}
WAYS: dict[str, Any] = {"email": _l("by e-mail"), "letter": _l("by letter")}
DETAILS: dict[str, Any] = {  # what a line of a token's book says more, by the key of its detail
    "mail_piece": _l("letter"),
    "batch": _l("delivery note"),
    "certificate": _l("certificate"),
    "circumstance": _l("what happened"),
    "reporter": _l("reported by"),
    "reporter_name": _l("name"),
    "reported_at": _l("reported"),
    "fault": _l("at fault"),
    "charged": _l("replacement charged"),
    "explanation": _l("told"),
    "sealed": _l("seal unbroken"),
    "remark": _l("remark"),
    "reason": _l("reason"),
    "method": _l("method"),
}
EVENTS: dict[str, Any] = {
    "certificate:reserve-serial": _l("Serial number reserved"),
    "certificate:about-to-sign": _l("Recorded, about to be signed"),
    "certificate:issue": _l("Issued"),
    "certificate:revoke": _l("Revoked"),
    "certificate:suspect": _l("Marked as suspect"),
    "certificate:confirm-receipt": _l("Receipt confirmed by the holder"),
    "certificate:remind-receipt": _l("Reminded of the receipt"),
    "certificate:not-signed": _l("No signature was made"),
    "certificate:expire": _l("Expired"),
    "enrolment:open": _l("Enrolment opened by the holder"),
    "enrolment:request": _l("Certificate requested from the token"),
    "enrolment:return-key": _l("Key refused; the holder makes a new one"),
    "enrolment:refuse": _l("Enrolment refused"),
    "enrolment:stop": _l("Stopped before the signature"),
    "enrolment:resume": _l("Tried once more"),
    "enrolment:end": _l("Ended without a certificate"),
    "enrolment:renew": _l("Renewal opened by the holder"),
}
