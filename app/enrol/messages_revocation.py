"""Sentences and words for a holder who wants a certificate revoked."""

from flask_babel import lazy_gettext as _l

REVOCATION_MESSAGES = {
    "revocation-already": _l("This certificate is revoked already. Nothing more is to be done."),
    "revocation-expired": _l("This certificate has expired and needs no revocation."),
    "revocation-not-issued": _l("This certificate is not issued yet. Call the help desk."),
    "revocation-open": _l(
        "Your request %(number)s for this certificate is with us already. Call the help desk if it is urgent."
    ),
    "revocation-circumstance": _l(
        "Say what happened: key-compromise, loss, theft, pin-leak, facts-changed, left-company, reissue, damage, end-of-use or unspecified."
    ),
    "revocation-not-like-this": _l("For this reason the company or a relative asks. Call the help desk."),
    "revocation-nothing-chosen": _l("Choose at least one certificate."),
    "revocation-since-form": _l("Write since when with the time zone, e.g. 2026-11-26T14:05+09:00, or leave it out."),
    "revocation-since-future": _l("“Since when” lies in the future. Correct it, or leave it empty."),
    "revocation-since-before": _l("“Since when” lies before the certificate began. Correct it, or leave it empty."),
    "not-found": _l("There is no such certificate. Start again."),
}

# On the page of the 失効PIN nobody learns from a wrong PIN whether there is such a number: one sentence for every way to be wrong.
WRONG = _l(
    "Application number and revocation PIN do not belong together, or the PIN is locked. After five wrong attempts it locks: then call the help desk."
)
PIN_MESSAGES = {
    "pin-typing": _l(
        "The revocation PIN has a typing error. Compare it with your record, character by character. This did not count as an attempt."
    ),
    "pin-wrong": WRONG,
    "pin-locked": WRONG,
    "pin-used": _l(
        "This revocation PIN has done its work: the certificate is revoked. If that was not you, call the help desk at once."
    ),
    "pin-expired": _l("A newer revocation PIN was made later. Use that one, or call the help desk."),
}

# What a holder may say, in the holder's words; the first four are revoked at once.
CIRCUMSTANCES = {
    "loss": _l("I lost the eToken"),
    "theft": _l("The eToken was stolen"),
    "pin-leak": _l("Somebody else may know the PIN of the eToken"),
    "key-compromise": _l("Somebody else may have used my key"),
    "damage": _l("The eToken is broken"),
    "left-company": _l("I left the company or changed post"),
    "facts-changed": _l("What the certificate says is no longer true"),
    "reissue": _l("I have a new certificate"),
    "end-of-use": _l("I do not need it any more"),
    "unspecified": _l("Something else"),
}
